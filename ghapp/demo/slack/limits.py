"""The limits of a message as a whole: text, blocks and metadata."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ghapp.demo.slack.blocks import problems
from ghapp.demo.slack.calls import NotOkError
from ghapp.demo.slack.state import Json, Version

# Slack documents no total; above about this many it answers as here
CHARACTERS: Final = 13_000
VIEW_BLOCKS: Final = 100
VIEW_BYTES: Final = 250_000


def content(arguments: Json) -> Version:
    """The content that the arguments give a message. Raises NotOkError where Slack refuses it."""
    text = arguments.get("text") or ""
    if not isinstance(text, str):
        raise NotOkError("invalid_arguments")
    if len(text) > CHARACTERS:
        raise NotOkError("msg_too_long")
    blocks = _structure(arguments.get("blocks"), "invalid_blocks_format") or []
    found = list(problems(blocks))
    if found:
        raise NotOkError("invalid_blocks", *found)
    if sum(_lengths(blocks)) > CHARACTERS:
        raise NotOkError("msg_blocks_too_long")
    metadata = _structure(arguments.get("metadata"), "invalid_metadata_format")
    match metadata:
        case None | {"event_type": str(), "event_payload": dict()}:
            return Version(text, blocks, metadata)
        case dict() if not metadata:  # an empty object removes the former one
            return Version(text, blocks, None)
        case _:
            raise NotOkError("invalid_metadata_format")


# https://docs.slack.dev/reference/methods/chat.update
def after(former: Version, wanted: Version, arguments: Mapping[str, Any]) -> Version:
    """Members that are not sent stay, except that a text alone removes the blocks."""
    return Version(
        wanted.text if "text" in arguments else former.text,
        wanted.blocks,
        wanted.metadata if "metadata" in arguments else former.metadata,
    )


def view(arguments: Json) -> Json:
    """Checks a modal: https://docs.slack.dev/reference/views/modal-views"""
    found = _structure(arguments.get("view"), "invalid_arguments")
    if not isinstance(found, dict) or found.get("type") != "modal":
        raise NotOkError("invalid_arguments")
    wrong = [name for name in ("title", "submit", "close") if len((found.get(name) or {}).get("text", "")) > 24]
    if wrong or not found.get("title") or len(found.get("private_metadata", "")) > 3000:
        raise NotOkError("invalid_arguments", *wrong)
    inputs = [each for each in found.get("blocks", []) if each.get("type") == "input"]
    rest = [each for each in found.get("blocks", []) if each.get("type") != "input"]
    if list(problems(rest)) or not inputs or not found.get("submit"):
        raise NotOkError("invalid_arguments", *problems(rest))
    return found


def home(arguments: Json) -> Json:
    """Checks the view of an App Home: https://docs.slack.dev/reference/views/home-tab-views"""
    found = _structure(arguments.get("view"), "invalid_arguments")
    if not isinstance(found, dict) or found.get("type") != "home":
        raise NotOkError("invalid_arguments")
    if wrong := list(problems(found.get("blocks"), most=VIEW_BLOCKS)):
        raise NotOkError("invalid_arguments", *wrong)
    if len(json.dumps(found)) > VIEW_BYTES:
        raise NotOkError("view_too_large")
    return found


def _structure(value: Any, error: str) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise NotOkError(error) from None


def _lengths(value: Any) -> Iterator[int]:
    """The length of every text in blocks, at any depth."""
    match value:
        case dict():
            for name, each in value.items():
                yield from [len(each)] if name == "text" and isinstance(each, str) else _lengths(each)
        case list():
            for each in value:
                yield from _lengths(each)
        case _:
            pass
