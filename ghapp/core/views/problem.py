"""A problem of a config, in one sentence with its position."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ghapp.core.config.model import Language, Problem
from ghapp.core.model.secret import masked
from ghapp.core.views.markup import Terminal
from ghapp.core.words import Voice


def say(language: Language, code: str, **values: Any) -> str:
    """A sentence about a config, as a terminal shows it. A token that was typed as a path is not repeated."""
    return masked(_voice(language).say(code, values))


def say_problem(problem: Problem, language: Language) -> str:
    """A problem without its position, for a terminal or an annotation."""
    return _voice(language).say(problem.code, problem.values)


def line(problem: Problem, language: Language) -> str:
    """A problem after its position."""
    return place(_voice(language), problem.as_values())


def place(voice: Voice, values: Mapping[str, Any]) -> str:
    """A problem from a notice's values: line, column, code, values."""
    return voice.say("problem", values, what=voice.say(values["code"], values["values"]))


def _voice(language: Language) -> Voice:
    return Voice(language, "UTC", Terminal(), datetime.min.replace(tzinfo=UTC))
