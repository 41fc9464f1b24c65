"""What holds an environment, said completely: each hold in the words of its place, and when the last of them ends."""

from collections.abc import Iterable, Mapping
from typing import Any

from ghapp.core.config.model import POLICY_UNREAD
from ghapp.core.model.environment import Environment
from ghapp.core.rules import obstacles
from ghapp.core.rules.obstacles import Obstacle
from ghapp.core.views import problem
from ghapp.core.words import Voice


def sentence(voice: Voice, where: str, values: Mapping[str, Any]) -> str:
    """One hold or freeze. Where nobody knows its end, with the line by which a person goes on without it.

    Of a config that cannot be used, and of a permission that is not there, as whoever types a command is answered.
    """
    if values["stage"] == "config":
        if values["problem"]["code"] == POLICY_UNREAD:
            return voice.say("policy_unread", values)
        return voice.say("config_invalid", values, problem=problem.place(voice, values["problem"]))
    if values["stage"] == "permission":
        return voice.say("not_granted", values)
    line = unlock_line(voice, values["environment"], reason=True)
    return voice.say(f"{where}.{values['sentence']}", {"line": line, **values})


def lines(voice: Voice, environment: Environment, standing: Iterable[Obstacle]) -> list[str]:
    """All that stands, each on its own line, and when the next deploy can be."""
    stands = tuple(standing)
    return told(voice, [one.values for one in stands], obstacles.not_before(environment, stands))


def told(voice: Voice, stands: Iterable[Mapping[str, Any]], until: Any) -> list[str]:
    """The same of what an event noted. `until`: when the next deploy can be; None = nobody knows."""
    said = [sentence(voice, "prompt", one) for one in stands]
    if said and until:
        said[-1] += voice.say("prompt.next", until=until)
    return said


def stays(voice: Voice, environment: Environment) -> list[str]:
    """Until when it stays locked after a release; where only the cool-down stands, with the line that ends it."""
    standing = obstacles.obstacles(environment, voice.now)
    if [one.stage for one in standing] != ["cooldown"]:
        return lines(voice, environment, standing)
    line = unlock_line(voice, environment.name, reason=False)
    until = obstacles.not_before(environment, standing) or standing[0].until
    return [voice.say("number.cooldown", environment=environment.name, until=until, command=line)]


def unlock_line(voice: Voice, environment: str, *, reason: bool) -> str:
    """The line that ends holds: one's own, or with a reason anybody's."""
    return f"/unlock {environment} {voice.say('word.reason')}" if reason else f"/unlock {environment}"
