"""`/help`, rendered from the commands themselves and the repository's environments."""

from collections.abc import Mapping, Sequence
from typing import Any

from ghapp.core.commands import COMMANDS
from ghapp.core.commands.spec import Spec
from ghapp.core.config.model import ROLES
from ghapp.core.views.markup import GitHub, Slack
from ghapp.core.words import Voice


def render(voice: Voice, values: Mapping[str, Any], *, commands: Mapping[str, Spec] = COMMANDS) -> list[str]:
    lines = [voice.say("help.title" if isinstance(voice.markup, GitHub) else "help.title.slack")]
    for word, spec in commands.items():
        lines.append(f"- {voice.markup.code(spec.shape.usage)} {voice.say(f'help.{word}')}")
    if isinstance(voice.markup, Slack):
        lines.append(f"- {voice.markup.code('/ghapp link [remove]')} {voice.say('help.link')}")
    lines += ["", voice.say("help.environments")]
    return lines + [_environment(voice, environment, commands) for environment in values["environments"]]


def _environment(voice: Voice, values: Mapping[str, Any], commands: Mapping[str, Spec]) -> str:
    rules = {named: who(voice, values[named]) for named in ("deployers", "rollbackers", "unlockers")}
    parts = [voice.say("help.environment", {**values, **rules})]
    if "rollback" in commands:
        parts.append(voice.say("help.rollbackers", rules))
    if values["aliases"]:
        parts.append(voice.say("help.aliases", values))
    return "".join([*parts, _own(voice, values)])


def _own(voice: Voice, values: Mapping[str, Any]) -> str:
    """The sender's permissions there."""
    may, may_not = (_commands(voice, values[which]) for which in ("may", "may_not"))
    if not may:
        return voice.say("help.you.none")
    told = voice.say("help.you", may=may)
    return told + voice.say("help.you.not", may_not=may_not) if may_not else told


def _commands(voice: Voice, words: Sequence[str]) -> str:
    return voice.listed(voice.markup.code(f"/{word}") for word in words)


def who(voice: Voice, rule: Sequence[str]) -> str:
    """The people that a config admits: a role and every higher one, or a login."""
    return voice.listed(voice.say("help.role", role=one) if one in ROLES else voice.markup.escape(one) for one in rule)
