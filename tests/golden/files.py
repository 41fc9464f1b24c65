"""The golden files: stored bytes broken into readable lines, otherwise unchanged."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from ghapp.core.model import codec
from tests.golden import values

FOLDER = Path(__file__).parent
WIDTH = 118


def texts() -> dict[str, str]:
    """The expected text of each file, by its path in this folder."""
    documents = {name: codec.encode_environment(value) for name, value in values.ENVIRONMENTS.items()}
    items = {name: msgspec.Raw(codec.encode_item(value)) for name, value in values.ITEMS.items()}
    return {
        **{f"environments/{name}.json": spread(document) for name, document in documents.items()},
        "items.json": spread(msgspec.json.encode(items)),
        "people.json": spread(codec.encode_people(values.FULL.everybody)),
        "slack_link.json": spread(codec.encode_link(values.LINKED)),
        "links_ended.json": spread(codec.encode_ended(values.ENDED)),
        "history.json": spread(codec.encode_entries(values.HISTORY)),
    }


def present() -> dict[str, str]:
    """The text of each existing file."""
    return {path.relative_to(FOLDER).as_posix(): path.read_text() for path in sorted(FOLDER.rglob("*.json"))}


def write() -> None:
    """Writes all files anew, and removes those without a value."""
    for path in present():
        (FOLDER / path).unlink()
    for path, text in texts().items():
        (FOLDER / path).parent.mkdir(exist_ok=True)
        (FOLDER / path).write_text(text)


def spread(stored: bytes) -> str:
    """Breaks a document into lines, as few as fit the width."""
    return _lines(json.loads(stored), 0, 0) + "\n"


def joined(text: str | bytes) -> bytes:
    """The stored bytes again."""
    return msgspec.json.format(text.encode() if isinstance(text, str) else text, indent=-1)


def _lines(value: Any, depth: int, taken: int) -> str:
    """`taken`: the number of columns in use on the first line."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or len(line) + depth + taken <= WIDTH:
        return line
    if isinstance(value, dict):
        keys = [json.dumps(key, ensure_ascii=False) + ": " for key in value]
        parts = [key + _lines(one, depth + 1, len(key)) for key, one in zip(keys, value.values(), strict=True)]
    else:
        parts = [_lines(one, depth + 1, 0) for one in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    inside = ",\n".join(" " * (depth + 1) + part for part in _packed(parts, WIDTH - depth))
    return f"{opening}\n{inside}\n{' ' * depth}{closing}"


def _packed(parts: Sequence[str], width: int) -> Sequence[str]:
    """Joins parts that need no line of their own."""
    found = list(parts[:1])
    for part in parts[1:]:
        if "\n" in found[-1] + part or len(found[-1]) + len(part) > width:
            found.append(part)
        else:
            found[-1] += f", {part}"
    return found
