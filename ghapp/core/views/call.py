"""A call: one message that asks a person to take the turn, edited when the turn is over."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ghapp.core.model.environment import Environment, Release
from ghapp.core.model.published import Message
from ghapp.core.rules import obstacles, releases
from ghapp.core.views import prompt as prompts
from ghapp.core.views import slack
from ghapp.core.views import slack_buttons as buttons
from ghapp.core.views.markup import GitHub, Slack
from ghapp.core.views.slack_blocks import Part
from ghapp.core.views.slack_blocks import message as blocks
from ghapp.core.words import Markup, Voice


class Call(Struct, frozen=True):
    """One message: its pull request, and when it was owed. A reminder is another message, since it must notify."""

    pull: int
    at: datetime

    def __str__(self) -> str:
        return f"{self.pull}/{self.at.isoformat()}"


def read_call(text: str) -> Call:
    """Parse `str(call)`."""
    pull, _, at = text.partition("/")
    return Call(int(pull), datetime.fromisoformat(at))


def calls(environment: Environment, now: datetime) -> tuple[Call, ...]:
    """The current calls: the turn was neither used nor passed, and there is no obstacle."""
    if environment.gone or obstacles.first(environment, now):
        return ()
    asked = (one for one in releases.waiting_line(environment) if not one.passed)
    return tuple(Call(one.pull.number, one.call_at) for one in asked if one.call_at)


def message(environment: Environment, call: Call, *, now: datetime) -> Message:
    """In Slack, with the buttons of the turn as long as it stands."""
    markup = Slack(environment.config.people, environment.config.fallback)
    offered = buttons.of_turn(environment, call.pull, now) if _stands(environment, call, now) else ()
    shown = blocks(Part(_lines(environment, call, markup, now), offered))
    mark = f"{environment.repository.id}/{environment.name}/call/{call}"
    return replace(shown, mark=mark, unlinked=tuple(markup.unlinked))


def moved(environment: Environment, call: Call, *, now: datetime) -> Message:
    """Its last text in a channel that the environment no longer uses."""
    return slack.moved(environment, call.pull, now=now)


def marker(environment: Environment, call: Call) -> str:
    """The marker that finds its comment again."""
    return f"<!-- ghapp:call {environment.name} {call} -->"


def comment(environment: Environment, call: Call, *, now: datetime, refused: tuple[str, str] | None = None) -> str:
    """On the pull request. `refused`: the channel in which Slack refused it, and why."""
    lines = _lines(environment, call, GitHub(), now)
    if refused:
        lines += ["", _voice(environment, GitHub(), now).say("slack_refused", channel=refused[0], why=refused[1])]
    return "\n".join([*lines, "", marker(environment, call)])


def _stands(environment: Environment, call: Call, now: datetime) -> bool:
    return call in calls(environment, now)


def _lines(environment: Environment, call: Call, markup: Markup, now: datetime) -> list[str]:
    voice, release = _voice(environment, markup, now), releases.find(environment, call.pull)
    if release and _stands(environment, call, now):
        return _turn(voice, environment, release)
    return [voice.say(*_over(environment, call, release))]


def _turn(voice: Voice, environment: Environment, release: Release) -> list[str]:
    number, following = release.pull.number, releases.after(environment, release.pull.number)
    values: dict[str, Any] = {"environment": environment.name, "title": release.pull.title}
    if following:
        values |= {"next": following.pull.number, "next_waiter": following.waiter}
    shared = following is not None and following.call_at is not None  # the turn was not used in time
    code = "your_turn.shared" if shared else "reminder" if release.reminded else "your_turn"
    lines = [
        voice.say(code, values, who=voice.markup.call(release.waiter)),
        voice.say("your_turn.type", values, command=prompts.command(environment, number)),
    ]
    return [*lines, voice.say("your_turn.next", values)] if following and not shared else lines


def _over(environment: Environment, call: Call, release: Release | None) -> tuple[str, dict[str, Any]]:
    """The outcome of the turn, in words that stay true: it is not updated after that."""
    grant = environment.deployment.grant if environment.deployment else None
    values: dict[str, Any] = {"number": call.pull, "at": call.at, "environment": environment.name}
    if grant and grant.at >= call.at and call.pull in (grant.leads_to, *grant.carries) and grant.kind == "deploy":
        return "call.used", {**values, "name": grant.name, "actor": grant.actor, "then": grant.at}
    if environment.gone:
        return "call.left", {**values, "gone": environment.gone}
    if release is None:
        return "call.done", values
    if release.skipped:
        return "call.skipped", values
    if release.unfit:
        return "call.unfit", values
    if release.passed and release.call_at == call.at:
        return "call.passed", values
    if release.call_at and release.call_at > call.at:
        return "call.again", {**values, "then": release.call_at}
    return "call.over", values


def _voice(environment: Environment, markup: Markup, now: datetime) -> Voice:
    return Voice.of(environment.config, markup, now)
