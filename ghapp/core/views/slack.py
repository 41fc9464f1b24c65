"""Slack messages: the release's own, its thread, and notices; as blocks, with a text for notifications.

What people may do stands under it as buttons, which always fit the state: slash commands do not work in a thread.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ghapp.core import deployment as phases
from ghapp.core import obstacles, releases
from ghapp.core.config import Terms
from ghapp.core.decision import Notice
from ghapp.core.environment import Deployment, Environment, Pull
from ghapp.core.events import SlackAction
from ghapp.core.mark import Mark, read_mark
from ghapp.core.standing import Stage, concerned, standing
from ghapp.core.views import notice as notices
from ghapp.core.views import prompt as prompts
from ghapp.core.views.markup import Plain, Slack
from ghapp.core.words import Voice, cut

SECTION_LIMIT = 3_000  # Slack refuses a longer section
SURE_LIMIT = 300
MODAL_TITLE_LIMIT = 24

# Slack keeps most of our commands under one name: others have taken theirs, or it has itself
_TYPED = re.compile(r"`/(cancel|lock|unlock|status|help)(?![\w-])")

Block = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Message:
    """`text` for notifications and screen readers, `blocks` for everybody else. `mark`: by which it is found again."""

    text: str
    blocks: tuple[Block, ...]
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A modal that asks for one text. `carries` comes back with the answer."""

    title: str
    text: str
    label: str
    submit: str
    carries: str


def prompt(environment: Environment, pull: int, *, web: str, now: datetime) -> Message | None:
    """The message of one release, mentioning whoever is asked to release it, through all that becomes of it."""
    lines = prompts.render(environment, pull, _markup(environment), web=web, now=now)
    if not lines:
        return None
    told = _Told(environment, pull, now)
    return replace(_message(lines, told.buttons()), mark=f"{told.place}/prompt")


def thread(environment: Environment, pull: int, *, now: datetime) -> Message | None:
    """Its details, in the thread of that message: one answer, edited as it goes. None before anything was attempted."""
    deployment = environment.deployment
    if deployment is None or pull != deployment.order.told_on:
        return None
    told = _Told(environment, pull, now)
    return replace(_message(_steps(told, deployment), told.buttons()), mark=f"{told.place}/{deployment.order.number}")


def notice(notice: Notice, *, now: datetime) -> Message:
    """A notice as a message of its own, with the buttons that it speaks of."""
    markup = Slack(notice.terms.people, notice.terms.fallback)
    lines = notices.render(notice, markup, now=now)
    return replace(_message(lines, _of_turn(notice, now)), mark=f"notice/{notice.id}")


def question(environment: Environment, mark: Mark, channel: str, *, now: datetime) -> Question:
    """What is asked before somebody else's hold is ended: whose it is, and why."""
    voice = _voice(environment, now)
    obstacle = obstacles.first(environment, now)
    values = {"environment": environment.name, "holder": obstacle.holder if obstacle else ""}
    return Question(
        title=cut(_plain(environment, now).say("slack.ask.title", values), MODAL_TITLE_LIMIT),
        text=voice.say("slack.ask.text", values),
        label=voice.say("slack.ask.label"),
        submit=voice.say("slack.ask.submit"),
        carries=f"{mark!s} {channel}",
    )


def line(code: str, values: Mapping[str, Any], terms: Terms, *, now: datetime) -> Message:
    """One sentence, where nothing was decided."""
    voice = Voice(terms.language, terms.timezone, Slack(terms.people, terms.fallback), now)
    if lines := values.get("lines"):
        values = {**values, "lines": ", ".join(voice.markup.code(one) for one in lines)}
    return _message([voice.say(code, values)], ())


# ---------------------------------------------------------------- buttons


@dataclass(frozen=True, slots=True)
class _Told:
    """One release, and the voices that speak of it."""

    environment: Environment
    pull: int
    now: datetime

    @property
    def place(self) -> str:
        return f"{self.environment.repository.id}/{self.environment.name}/{self.pull}"

    def buttons(self) -> tuple[Block, ...]:
        """What fits now."""
        head = self._head()
        if head is None:
            return ()
        stands = standing(self.environment, self.pull, head, self.now)
        return tuple(self._button(action) for action in self._offered(stands.stage, stands.buttons))

    def _head(self) -> str | None:
        return next((pull.head for pull in concerned(self.environment) if pull.number == self.pull), None)

    def _offered(self, stage: Stage, fitting: Iterable[SlackAction]) -> tuple[SlackAction, ...]:
        """As on GitHub, and what only Slack has: Skip while it waits, Cancel while it is under way."""
        if stage == "deploying":
            deployment = self.environment.deployment
            return () if deployment is None or deployment.stop else ("cancel",)
        if stage != "awaiting":
            return tuple(fitting)
        release = releases.find(self.environment, self.pull)
        skipped = release is not None and release.skipped
        free = skipped or obstacles.first(self.environment, self.now) is None
        return (*(("deploy",) if free else ()), *(() if skipped else ("skip",)))

    def _button(self, action: SlackAction) -> Block:
        mark = Mark(
            repository=self.environment.repository.id,
            environment=self.environment.name,
            pull=self.pull,
            painted=self.environment.number,
        )
        sure = _SURE.get(action)
        return _button(action, mark, _plain(self.environment, self.now), sure(self) if sure else None)

    # what is asked before

    def sure_deploy(self) -> Block:
        release = releases.find(self.environment, self.pull)
        order = self.environment.deployment.order if self.environment.deployment else None
        along: tuple[Pull, ...]
        if release:
            title, sha = release.pull.title, release.sha
            along = tuple(one.pull for one in releases.before(self.environment, release))
        else:
            assert order
            title, sha, along = order.brings.pull.title, order.brings.sha, order.along
        ships = _ships("slack.sure.ships", _plain(self.environment, self.now), along)
        lines = [self._say("slack.sure.what", title=title, sha=sha[:7]), *ships]
        heading = self._say("slack.sure.deploy", number=self.pull, environment=self.environment.name)
        return self._sure("deploy", heading, lines)

    def sure_rollback(self) -> Block:
        back = releases.way_back(self.environment)
        assert back
        values = {
            "undone": back.undone.pull.number,
            "undone_title": back.undone.pull.title,
            "target": back.target.pull.number,
            "target_title": back.target.pull.title,
            "sha": back.target.sha[:7],
        }
        heading = self._say("slack.sure.rollback", environment=self.environment.name)
        warns = [self._say("warns")] if back.undone.warns else []
        return self._sure("rollback", heading, [self._say("slack.sure.back", **values), *warns])

    def sure_cancel(self) -> Block:
        deployment = self.environment.deployment
        assert deployment
        order = deployment.order
        title = order.revision.pull.title if order.revision else ""
        line = self._say("slack.sure.cancel.what", number=order.leads_to, title=title)
        return self._sure("cancel", self._say("slack.sure.cancel", name=deployment.order.name), [line])

    def _sure(self, action: SlackAction, heading: str, lines: list[str]) -> Block:
        return {
            "title": _text(cut(heading, 100)),
            "text": _text("\n".join(lines)[:SURE_LIMIT]),
            "confirm": _text(self._say(f"slack.button.{action}")),
            "deny": _text(self._say("slack.sure.no")),
        }

    def _say(self, code: str, **values: Any) -> str:
        return _plain(self.environment, self.now).say(code, values)


_SURE: Mapping[SlackAction, Callable[[_Told], Block]] = {
    "deploy": _Told.sure_deploy,
    "rollback": _Told.sure_rollback,
    "cancel": _Told.sure_cancel,
}


def _of_turn(notice: Notice, now: datetime) -> tuple[Block, ...]:
    """Whoever is called acts where they are called, or lets the next one go first."""
    mark = read_mark(str(notice.values.get("mark", "")))
    if notice.code not in ("your_turn", "reminder") or mark is None:
        return ()
    voice = Voice(notice.terms.language, notice.terms.timezone, Plain(), now)
    actions: tuple[SlackAction, ...] = ("deploy", "pass") if notice.values["next"] else ("deploy", "skip")
    return tuple(_button(action, mark, voice, None) for action in actions)


def _button(action: SlackAction, mark: Mark, voice: Voice, sure: Block | None) -> Block:
    style = {"deploy": "primary", "rollback": "danger", "cancel": "danger"}.get(action)
    return {
        "type": "button",
        "action_id": action,
        "value": str(mark),
        "text": _text(voice.say(f"slack.button.{action}")),
        **({"style": style} if style else {}),
        **({"confirm": sure} if sure else {}),
    }


# ---------------------------------------------------------------- the thread


def _steps(told: _Told, deployment: Deployment) -> list[str]:
    """What happened, each with its time."""
    order, voice = deployment.order, _voice(told.environment, told.now)
    values = {"number": order.leads_to, "sha": (order.sha or "")[:7], "since": deployment.since}
    what = voice.say(f"slack.thread.{order.kind}" if order.sha else "slack.thread.rollback.unreleased", values)
    lines = [voice.say("slack.thread.accepted", at=order.at, actor=order.actor, name=order.name, what=what)]
    lines += _ships("slack.thread.ships", voice, order.along)
    if deployment.run:
        link = voice.markup.link(voice.say("prompt.view.run"), deployment.run.url)
        lines.append(voice.say("slack.thread.run", link=link))
    if deployment.stop:
        lines.append(voice.say("slack.thread.stop", at=deployment.stop.at, by=deployment.stop.by))
    if end := _end(deployment, told.now):
        lines.append(voice.say(end, values))
    until = told.environment.cooldown_until
    if until and until > told.now and deployment.phase == "succeeded":
        lines.append(voice.say("slack.thread.locked", until=until))
    return lines


def _end(deployment: Deployment, now: datetime) -> str | None:
    if deployment.phase == "succeeded" and deployment.order.kind == "rollback":
        return "slack.thread.rolled_back"
    if deployment.phase in phases.ENDED or deployment.phase == "lost":
        return f"slack.thread.{deployment.phase}"
    if not phases.stands_still(deployment, now):
        return None
    return "slack.thread.reviewer" if deployment.for_reviewer else "slack.thread.waits"


def _ships(code: str, voice: Voice, along: Iterable[Pull]) -> list[str]:
    named = [voice.say("prompt.other", number=pull.number, author=pull.author) for pull in along]
    return [voice.say(code, others=voice.say("prompt.and").join(named))] if named else []


# ---------------------------------------------------------------- blocks


def _message(lines: list[str], buttons: Iterable[Block]) -> Message:
    text = _TYPED.sub(r"`/ghapp \1", "\n".join(lines))
    shown = text if len(text) <= SECTION_LIMIT else text[: SECTION_LIMIT - 1] + "…"
    blocks: list[Block] = [{"type": "section", "text": {"type": "mrkdwn", "text": shown}}]
    if elements := list(buttons):
        blocks.append({"type": "actions", "elements": elements})
    return Message(shown, tuple(blocks))


def _text(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def _markup(environment: Environment) -> Slack:
    return Slack(environment.terms.people, environment.terms.fallback)


def _voice(environment: Environment, now: datetime) -> Voice:
    return Voice(environment.terms.language, environment.terms.timezone, _markup(environment), now)


def _plain(environment: Environment, now: datetime) -> Voice:
    """For buttons and what they ask: Slack shows that as text and nothing else."""
    return Voice(environment.terms.language, environment.terms.timezone, Plain(), now)
