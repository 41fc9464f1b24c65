"""`/help`, rendered from the commands themselves and the environments that the repository has."""

from collections.abc import Mapping, Sequence
from typing import Any

from ghapp.core.commands import COMMANDS
from ghapp.core.config import ROLES
from ghapp.core.words import Voice


def render(voice: Voice, values: Mapping[str, Any]) -> list[str]:
    """Its lines."""
    lines = [voice.say("help.title")]
    for word, spec in COMMANDS.items():
        lines.append(f"- {voice.markup.code(spec.shape.usage)} {voice.say(f'help.{word}')}")
    lines += ["", voice.say("help.environments")]
    for environment in values["environments"]:
        may = {named: who(voice, environment[named]) for named in ("deployers", "unlockers")}
        line = voice.say("help.environment", {**environment, **may})
        lines.append(line + (voice.say("help.aliases", environment) if environment["aliases"] else ""))
    return lines


def who(voice: Voice, rule: Sequence[str]) -> str:
    """Those whom a config lets in: a role and every better one, or a login."""
    return ", ".join(voice.say("help.role", role=one) if one in ROLES else voice.markup.escape(one) for one in rule)
