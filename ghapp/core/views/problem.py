"""What is wrong with a config, in one sentence with its place."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ghapp.core.config.model import Language, Problem
from ghapp.core.views.markup import Terminal
from ghapp.core.words import Voice


def say(language: Language, code: str, **values: Any) -> str:
    """One of the sentences around them, as a terminal shows it."""
    return _voice(language).say(code, values)


def sentence(problem: Problem, language: Language) -> str:
    """As a terminal or an annotation shows it, whose place is said elsewhere."""
    return _voice(language).say(problem.code, problem.values)


def line(problem: Problem, language: Language) -> str:
    """The same after its place."""
    return place(_voice(language), problem.told())


def place(voice: Voice, values: Mapping[str, Any]) -> str:
    """As a notice carries it: line, column, code, values."""
    return voice.say("problem", values, what=voice.say(values["code"], values["values"]))


def _voice(language: Language) -> Voice:
    return Voice(language, "UTC", Terminal(), datetime.min.replace(tzinfo=UTC))
