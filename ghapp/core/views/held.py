"""The obstacles of an environment as complete sentences, worded for their destination, and the end of the last one."""

from collections.abc import Iterable, Mapping
from typing import Any

from ghapp.core.config.model import CLOSED, same_login
from ghapp.core.model.environment import Environment
from ghapp.core.rules import obstacles
from ghapp.core.rules.obstacles import Obstacle
from ghapp.core.views import problem
from ghapp.core.words import Voice

OWN = frozenset(
    {
        *("locked.under_way", "locked.under_way.open", "locked.cooldown"),
        *("status.under_way", "status.cooldown", "status.manual", "status.manual.open"),
        *("status.rollback", "status.rollback.in_vain"),
    }
)


def say_obstacle(voice: Voice, where: str, values: Mapping[str, Any], *, reader: str = "") -> str:
    """One obstacle. If its end is unknown, with the command line by which a person goes on without it.

    An unusable config or a missing permission is worded as in the refusal of a command. `reader`: the person who is
    answered, to whom their own deployment or lock is not worded as another's.
    """
    if values["stage"] == "config":
        if closed := CLOSED.get(values["problem"]["code"]):
            return voice.say(closed, values)
        return voice.say("config_invalid", values, problem=problem.place(voice, values["problem"]))
    if values["stage"] == "permission":
        return voice.say("not_granted", values)
    code = f"{where}.{values['sentence']}"
    own = code in OWN and same_login(values["holder"], reader)
    line = unlock_line(voice, values["environment"], reason=not own)
    said = voice.say(f"{code}.own" if own else code, {"line": line, **values})
    return said if where == "gate" else voice.prose([said, *missing(voice, values)])


def missing(voice: Voice, values: Mapping[str, Any]) -> list[str]:
    """The lines that would let the repository act on the platform's target, and who adds them."""
    return [voice.say(f"target_not_allowed.{lacks}", values) for lacks in ("setting", "rule") if values.get(lacks)]


def lines(voice: Voice, environment: Environment, standing: Iterable[Obstacle]) -> list[str]:
    """All obstacles, each on its own line, and when the next deploy can be."""
    stands = tuple(standing)
    return say_obstacles(voice, [one.values for one in stands], obstacles.not_before(environment, stands))


def say_obstacles(voice: Voice, stands: Iterable[Mapping[str, Any]], until: Any) -> list[str]:
    """The same from an event's values. `until`: when the next deploy can be; None = unknown."""
    said = [say_obstacle(voice, "prompt", one) for one in stands]
    if said and until:
        said[-1] += voice.say("prompt.next", until=until)
    return said


def stays(voice: Voice, environment: Environment) -> list[str]:
    """The end of the lock after a release; if only the cool-down stands, with the command line that ends it."""
    standing = obstacles.obstacles(environment, voice.now)
    if [one.stage for one in standing] != ["cooldown"]:
        return lines(voice, environment, standing)
    line = unlock_line(voice, environment.name, reason=False)
    until = obstacles.not_before(environment, standing) or standing[0].until
    return [voice.say("number.cooldown", environment=environment.name, until=until, command=line)]


def unlock_line(voice: Voice, environment: str, *, reason: bool) -> str:
    """The command line that ends holds: one's own, or with a reason any person's."""
    return f"/unlock {environment} {voice.say('word.reason')}" if reason else f"/unlock {environment}"
