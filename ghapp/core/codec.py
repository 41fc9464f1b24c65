"""Bytes ⇄ values: documents, queued events, notices, history. A document it cannot read counts as locked."""

from dataclasses import dataclass

import msgspec

from ghapp.core.decision import Entry, Notice
from ghapp.core.environment import Environment
from ghapp.core.events import QUEUED_EVENTS, QueuedEvent, Repaint, Round, SlackAsked

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A stored document of a newer schema, or a damaged one: locked, and never overwritten."""

    name: str
    why: str


class _Stored(msgspec.Struct):
    schema: int
    environment: msgspec.Raw


def encode_environment(environment: Environment) -> bytes:
    """An environment as a document of this schema."""
    body = msgspec.Raw(msgspec.json.encode(environment))
    return msgspec.json.encode(_Stored(schema=SCHEMA, environment=body))


def decode_environment(name: str, document: bytes) -> Environment | Unreadable:
    """A document as an environment, or why not."""
    try:
        stored = msgspec.json.decode(document, type=_Stored)
        if stored.schema != SCHEMA:
            return Unreadable(name, f"it was written with schema {stored.schema}, this server knows {SCHEMA}")
        return msgspec.json.decode(stored.environment, type=Environment)
    except msgspec.MsgspecError as error:
        return Unreadable(name, f"it cannot be read: {error}")


Queued = QueuedEvent | SlackAsked | Notice | Repaint | Round
"""What stands in the queue."""

_KINDS: dict[str, type[Queued]] = {
    **QUEUED_EVENTS,
    **{kind.__name__: kind for kind in (SlackAsked, Notice, Repaint, Round)},
}


_READERS: dict[bytes, msgspec.json.Decoder[tuple[str, Queued]]] = {
    name.encode(): msgspec.json.Decoder(tuple[str, kind])  # type: ignore[valid-type]
    for name, kind in _KINDS.items()
}


def encode_item(item: Queued) -> bytes:
    """What stands in the queue, with its kind."""
    return msgspec.json.encode([type(item).__name__, item])


def decode_item(body: bytes) -> Queued:
    """What stood in the queue. Raises ValueError for what no version ever wrote."""
    kind, _, _ = body.removeprefix(b'["').partition(b'"')
    if kind not in _READERS:
        raise ValueError(f"unknown item {kind.decode(errors='replace')!r}")
    _, item = _READERS[kind].decode(body)
    return item


def encode_entries(entries: tuple[Entry, ...]) -> bytes:
    """The history lines of one change."""
    return msgspec.json.encode(entries)


def decode_entries(body: bytes) -> tuple[Entry, ...]:
    """The history lines of one change."""
    return msgspec.json.decode(body, type=tuple[Entry, ...])
