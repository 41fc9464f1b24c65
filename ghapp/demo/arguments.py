"""The arguments of each verb of the page, checked before anything is done."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from ghapp.demo.words import Language, say

Kind = Literal["number", "text", "flag"]
MOST: Final = 10**9
LONGEST: Final = 65_536  # characters, as in a comment on GitHub
# `click` presses a button of a check; `press` and `type` act in Slack; `skip` and all after it change the world
VERBS: Final[Mapping[str, Mapping[str, Kind]]] = {
    "merge": {"number": "number", "by": "text"},
    "comment": {"number": "number", "by": "text", "body": "text"},
    "click": {"check": "number", "button": "text", "by": "text"},
    "push": {"number": "number", "by": "text"},
    "open": {"title": "text", "by": "text"},
    "press": {"channel": "text", "ts": "text", "action_id": "text", "value": "text", "by": "text"},
    "type": {"channel": "text", "line": "text", "by": "text"},
    "skip": {"minutes": "number"},
    "jump": {},
    "freeze": {"on": "flag"},
    "config": {"text": "text", "by": "text"},
    "fault": {"name": "text", "on": "flag"},
    "kill": {},
    "reset": {},
}
OPTIONAL: Final[Mapping[str, Mapping[str, Kind]]] = {
    "open": {"kind": "text"},
    "type": {"thread": "text"},
    "reset": {"language": "text"},
}


def check(verb: str, given: Mapping[str, Any], language: Language) -> None:
    """Raises ValueError with a sentence for the first argument that is missing or of another kind; ignores others."""
    asked = VERBS[verb]
    optional = {name: kind for name, kind in OPTIONAL.get(verb, {}).items() if given.get(name) is not None}
    for name, kind in {**asked, **optional}.items():
        if not _fits(given.get(name), kind):
            raise ValueError(say(language, f"error.argument.{kind}", name=name, most=MOST))


def _fits(value: object, kind: Kind) -> bool:
    match kind:
        case "number":
            return type(value) is int and 0 < value <= MOST
        case "flag":
            return isinstance(value, bool)
        case "text":
            return isinstance(value, str) and len(value) <= LONGEST and _is_plain(value)


def _is_plain(text: str) -> bool:
    """Whether it can be sent and stored: without halves of characters, and without NUL."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text
