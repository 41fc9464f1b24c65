"""Slack messages: a release's own, its thread, and notices, with the buttons for the possible actions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ghapp.core.config.model import EnvironmentConfig
from ghapp.core.model.button_id import ButtonId
from ghapp.core.model.decision import Notice, Refusal
from ghapp.core.model.environment import Deployment, Environment
from ghapp.core.model.published import Message, Question
from ghapp.core.rules import obstacles, phases
from ghapp.core.views import notice as notices
from ghapp.core.views import prompt as prompts
from ghapp.core.views import reach, run_link, runbook
from ghapp.core.views import slack_buttons as buttons
from ghapp.core.views.markup import Plain, Slack, link_channel
from ghapp.core.views.slack_blocks import Part, message
from ghapp.core.words import Voice, cut

MODAL_TITLE_LIMIT = 24


def prompt(environments: Sequence[Environment], pull: int, *, web: str, now: datetime) -> Message | None:
    """The message of one release, through its whole life: a part for each environment that it concerns.

    It mentions the person asked to release it. None if there is nothing to show.
    """
    told = [
        one for each in environments if (one := _part_of(each, pull, web=web, now=now, named=len(environments) > 1))
    ]
    if not told:
        return None
    shown = message(*_said_once(told), more=_more(environments[0], now))
    return replace(
        shown,
        mark=f"{environments[0].repository.id}/{pull}/prompt",
        unlinked=tuple(dict.fromkeys(login for one in told for login in one.markup.unlinked)),
        old=all(one.old for one in told),
    )


def over(environment: Environment, pull: int, *, now: datetime) -> Message:
    """The text of its message when no environment knows it any more."""
    line = _voice(environment, now).say("prompt.over", number=pull)
    return replace(message(Part([line])), mark=f"{environment.repository.id}/{pull}/prompt", old=True)


def final_text(environments: Sequence[Environment], pull: int, *, now: datetime) -> str | None:
    """The last text of its message if the release is no longer known; None: it may stay unchanged."""
    lasting = all(prompts.lasts(one, pull) for one in environments)
    return None if lasting else over(environments[0], pull, now=now).text


def moved(environment: Environment, pull: int, *, now: datetime) -> Message:
    """Its last text in a channel that the environment no longer uses."""
    channel = environment.config.channel
    code, values = "slack.moved" if channel else "slack.moved.pull", {"number": pull, "at": now}
    return message(Part([_voice(environment, now).say(code, values, channel=link_channel(channel))]))


def thread(environment: Environment, pull: int, *, now: datetime) -> Message | None:
    """Its details, in the thread of that message: one reply, edited as it goes. None before the first attempt."""
    deployment, mark = environment.deployment, thread_mark(environment, pull)
    if deployment is None or mark is None:
        return None
    shown = message(Part(_steps(environment, deployment, now), buttons.of_release(environment, pull, now)))
    return replace(shown, mark=mark)


def thread_mark(environment: Environment, pull: int) -> str | None:
    """The mark that finds that reply; None if there is none."""
    deployment = environment.deployment
    if deployment is None or pull != deployment.grant.shown_on:
        return None
    return f"{thread_prefix(environment, pull)}{deployment.grant.number}"


def thread_prefix(environment: Environment, pull: int) -> str:
    """The prefix of the marks of all threads of a release there; the number of the attempt follows."""
    return f"{environment.repository.id}/{environment.name}/{pull}/"


def taken_back(environment: Environment, pull: int, *, now: datetime) -> str | None:
    """The last line in a release's thread, after the newest attempt rolled it back; None if it did not."""
    deployment = environment.deployment
    undoes = deployment.grant.undoes if deployment and deployment.phase == "succeeded" else None
    if deployment is None or undoes is None or undoes.pull.number != pull:
        return None
    grant = deployment.grant
    values = {"since": deployment.since, "number": grant.leads_to, "name": grant.name, "actor": grant.actor}
    return _voice(environment, now).say("slack.thread.taken_back", values)


def notice(notice: Notice, *, now: datetime) -> Message:
    """A notice as a message of its own, with the buttons of its choices."""
    markup = Slack(notice.config.people, notice.config.fallback)
    voice = Voice.of(notice.config, markup, now)
    own = Part(notices.render(notice, markup, now=now))
    choices = buttons.of_choices(notice.values.get("choices", ()), voice, now)
    shown = message(own, *choices, more=voice.say("slack.more"))
    return replace(shown, mark=f"notice/{notice.id}", unlinked=tuple(markup.unlinked))


def question(environment: Environment, mark: ButtonId, channel: str, *, now: datetime) -> Question:
    """The question before another person's hold is ended: the holder, and the reason."""
    voice = _voice(environment, now)
    obstacle = obstacles.first(environment, now)
    values = {"environment": environment.name, "holder": obstacle.holder if obstacle else ""}
    title = Voice.of(environment.config, Plain(), now).say("slack.ask.title", values)
    return Question(
        title=cut(title, MODAL_TITLE_LIMIT),
        text=voice.say("slack.ask.text", values),
        label=voice.say("slack.ask.label"),
        submit=voice.say("slack.ask.submit"),
        carries=f"{mark!s} {channel}",
    )


def refusal(refusal: Refusal, config: EnvironmentConfig, *, now: datetime) -> Message:
    """One sentence, if nothing was decided; with the possible meanings, and buttons for them."""
    voice = Voice.of(config, Slack(config.people, config.fallback), now)
    values: Mapping[str, Any] = refusal.values
    if lines := values.get("lines"):
        values = {**values, "lines": voice.listed(voice.markup.code(one) for one in lines)}
    if url := values.get("url"):
        values = {**values, "link": voice.markup.link(voice.say("link.address"), url)}
    choices = buttons.of_choices(values.get("choices", ()), voice, now)
    return message(Part([voice.say(refusal.code, values)]), *choices, more=voice.say("slack.more"))


# ---------------------------------------------------------------- one environment's part


class _EnvironmentPart(Struct, frozen=True):
    """One environment's part of a release's message. `old`: it shows only the past. `runbook`: its link's line."""

    part: Part
    markup: Slack
    old: bool
    runbook: list[str]


def _part_of(environment: Environment, pull: int, *, web: str, now: datetime, named: bool) -> _EnvironmentPart | None:
    markup = Slack(environment.config.people, environment.config.fallback)
    lines = prompts.render(environment, pull, markup, web=web, now=now)
    was = prompts.past(environment, pull, markup, now=now) if lines is None else None
    told = lines or was
    offered = buttons.of_release(environment, pull, now, named=named)
    steps = runbook.link(Voice.of(environment.config, markup, now), environment.config)
    return _EnvironmentPart(Part(told, offered), markup, not lines, steps) if told else None


def _said_once(told: Iterable[_EnvironmentPart]) -> list[Part]:
    """The first two lines, the person asked and the release, and the runbook are not repeated for each environment."""
    seen: set[str] = set()
    parts = []
    for one in told:
        lines = [
            line
            for place, line in enumerate(one.part.lines)
            if line not in seen or not (place < prompts.HEAD or line in one.runbook)
        ]
        seen.update(lines)
        parts.append(replace(one.part, lines=lines))
    return parts


def _more(environment: Environment, now: datetime) -> str:
    return _voice(environment, now).say("slack.more")


# ---------------------------------------------------------------- the thread


def _steps(environment: Environment, deployment: Deployment, now: datetime) -> list[str]:
    """The steps, each with its time."""
    grant, voice = deployment.grant, _voice(environment, now)
    values = {"number": grant.leads_to, "sha": (grant.sha or "")[:7], "since": deployment.since}
    what = voice.say(f"slack.thread.{grant.kind}" if grant.sha else "slack.thread.rollback.unreleased", values)
    lines = [voice.say("slack.thread.accepted", at=grant.at, actor=grant.actor, name=grant.name, what=what)]
    along = [{"number": pull.number, "author": pull.author} for pull in grant.along]
    lines += buttons.ships("slack.thread.ships", voice, along)
    if behind := grant.left_behind:
        gone = {"number": behind.pull.number, "author": behind.pull.author, "reason": behind.reason}
        lines.append(voice.say("slack.thread.leaves", gone))
    if grant.undoes:
        undone = [{"number": pull.number, "author": pull.author} for pull in grant.takes_along]
        lines += buttons.ships("slack.thread.undoes", voice, undone, undone=grant.undoes.pull.number)
    if link := run_link.link_of(voice, deployment):
        lines.append(voice.say("slack.thread.run", link=link))
    if deployment.stop:
        lines.append(voice.say("slack.thread.stop", at=deployment.stop.at, by=deployment.stop.by))
    if end := _end(deployment, now):
        lines.append(voice.say(end, values))
    standing = obstacles.obstacles(environment, now)
    until = obstacles.not_before(environment, standing)
    if until and deployment.phase == "succeeded" and environment.cooldown_until and environment.cooldown_until > now:
        lines.append(voice.say("slack.thread.locked", values, until=until))
    return lines


def _end(deployment: Deployment, now: datetime) -> str | None:
    if deployment.phase == "succeeded" and deployment.grant.kind == "rollback":
        return "slack.thread.rolled_back"
    if deployment.phase in phases.ENDED or deployment.phase == "lost":
        return f"slack.thread.{reach.ended_of(deployment)}"
    if not phases.stands_still(deployment, now):
        return None
    return "slack.thread.reviewer" if deployment.for_reviewer else "slack.thread.waits"


def _voice(environment: Environment, now: datetime) -> Voice:
    config = environment.config
    return Voice.of(config, Slack(config.people, config.fallback), now)
