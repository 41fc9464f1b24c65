"""`/help`, rendered from the commands themselves and the environments that the repository has."""

from collections.abc import Mapping
from typing import Any

from ghapp.core.commands import COMMANDS
from ghapp.core.words import Voice


def render(voice: Voice, values: Mapping[str, Any]) -> list[str]:
    """Its lines."""
    lines = [voice.say("help.title")]
    for word, spec in COMMANDS.items():
        lines.append(f"- {voice.markup.code(spec.shape.usage)} {voice.say(f'help.{word}')}")
    lines += ["", voice.say("help.environments")]
    for environment in values["environments"]:
        line = voice.say("help.environment", environment)
        lines.append(line + (voice.say("help.aliases", environment) if environment["aliases"] else ""))
    return lines
