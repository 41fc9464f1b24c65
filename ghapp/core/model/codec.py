"""Bytes ⇄ values: documents, queued events, notices, history. A document it cannot read counts as locked.

A decoded document is encoded again and compared with the stored bytes, so that no unknown field is lost in silence.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import TypeVar, get_args

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ghapp.core.config.model import NOBODY, People
from ghapp.core.model.decision import Entry, Notice
from ghapp.core.model.environment import Environment
from ghapp.core.model.events import (
    Batch,
    GatesChanged,
    PermissionsAccepted,
    QueuedEvent,
    ScheduledTask,
    SlackEvent,
    SlackRequest,
)
from ghapp.core.model.slack_link import LinksEnded, SlackLink

SCHEMA = 1  # raised, with a migration, by each change of a stored environment: an older server then locks it
CACHED = 64  # documents: one of 100 KB takes 1.6 ms to read and compare, and is loaded several times for one event


class Unreadable(Struct, frozen=True):
    """A stored document of a newer schema, with other fields, or damaged: locked, and never overwritten."""

    name: str
    why: str


class _Document(msgspec.Struct):
    schema: int


class _Stored(_Document):
    environment: msgspec.Raw


class _StoredPeople(_Document):
    people: Mapping[str, str]
    acting: Mapping[str, str] | None


class _StoredLink(_Document):
    link: SlackLink


class _StoredEnd(_Document):
    ended: LinksEnded


T = TypeVar("T", bound=_Document)

# made here, by one thread: two that make the reader of a type at the same moment crash the process (msgspec 0.22)
_STORED, _ENVIRONMENT = msgspec.json.Decoder(_Stored), msgspec.json.Decoder(Environment)
_PEOPLE, _LINK, _END = (
    msgspec.json.Decoder(_StoredPeople),
    msgspec.json.Decoder(_StoredLink),
    msgspec.json.Decoder(_StoredEnd),
)
_ENTRIES = msgspec.json.Decoder(tuple[Entry, ...])


def encode_environment(environment: Environment) -> bytes:
    """An environment as a document of this schema. Its people are stored in a document of their own."""
    bare = replace(environment, config=environment.config.with_everybody(NOBODY))
    body = msgspec.Raw(msgspec.json.encode(bare))
    return msgspec.json.encode(_Stored(schema=SCHEMA, environment=body))


def decode_environment(name: str, document: bytes, people: People | str = NOBODY) -> Environment | Unreadable:
    """A document as an environment with these people, or the reason why it or its people cannot be read."""
    found = _environment(document)
    if isinstance(found, str):
        return Unreadable(name, found)
    if isinstance(people, str):
        return Unreadable(name, f"its people: {people}")
    return found if people == NOBODY else replace(found, config=found.config.with_everybody(people))


def encode_people(people: People) -> bytes:
    """A repository's people as a document of this schema: one, however many environments there are."""
    return msgspec.json.encode(_StoredPeople(schema=SCHEMA, people=people.linked, acting=people.acting))


@lru_cache(maxsize=CACHED)
def decode_people(document: bytes) -> People | str:
    """A document as people, or the reason why it cannot be read."""
    stored = _read(_PEOPLE, document)
    if isinstance(stored, str):
        return stored
    people = People(stored.people, stored.acting)
    return _difference(document, encode_people(people)) or people


def encode_link(link: SlackLink) -> bytes:
    """A Slack member's link as a document of this schema."""
    return msgspec.json.encode(_StoredLink(schema=SCHEMA, link=link))


def decode_link(document: bytes) -> SlackLink | str:
    """A document as a link, or the reason why it cannot be read: it is unknown then as whom the member acts."""
    stored = _read(_LINK, document)
    return stored if isinstance(stored, str) else _difference(document, encode_link(stored.link)) or stored.link


def encode_ended(ended: LinksEnded) -> bytes:
    """The end of all links of a workspace or an account as a document of this schema."""
    return msgspec.json.encode(_StoredEnd(schema=SCHEMA, ended=ended))


def decode_ended(document: bytes) -> LinksEnded | str:
    """A document as the end of all links of a workspace or an account, or the reason why it cannot be read."""
    stored = _read(_END, document)
    return stored if isinstance(stored, str) else _difference(document, encode_ended(stored.ended)) or stored.ended


@lru_cache(maxsize=CACHED)
def _environment(document: bytes) -> Environment | str:
    stored = _read(_STORED, document)
    if isinstance(stored, str):
        return stored
    try:
        environment = _ENVIRONMENT.decode(stored.environment)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        return f"it cannot be read: {error}"
    return _difference(document, encode_environment(environment)) or environment


def _read(reader: "msgspec.json.Decoder[T]", document: bytes) -> T | str:
    """The document, or the reason why it cannot be read: damaged, or of another schema."""
    try:
        stored = reader.decode(document)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        return f"it cannot be read: {error}"
    if stored.schema != SCHEMA:
        return f"it was written with schema {stored.schema}, this server knows {SCHEMA}"
    return stored


def _difference(stored: bytes, read: bytes) -> str:
    """The difference between two documents or items, "" if there is none. The order of fields does not count."""
    return "" if stored == read else _differs(_plain(stored), _plain(read), "")


def _plain(body: bytes) -> object:
    """An item by its kind, so that a path in it begins with that."""
    found = msgspec.json.decode(body)
    return dict([found]) if isinstance(found, list) else found


def _differs(stored: object, read: object, path: str) -> str:
    """The first difference."""
    if stored == read:
        return ""
    if isinstance(stored, list) and isinstance(read, list) and len(stored) == len(read):
        stored, read = dict(enumerate(stored)), dict(enumerate(read))
    if not (isinstance(stored, dict) and isinstance(read, dict)):
        return f"this server reads something else in {path}"
    for key in {**stored, **read}:
        place = f"{path}.{key}" if path else f"{key}"
        if key not in read:
            return f"this server does not know {place}"
        if key not in stored:
            return f"it lacks {place}"
        if difference := _differs(stored[key], read[key], place):
            return difference
    return ""


Queued = QueuedEvent | PermissionsAccepted | SlackRequest | SlackEvent | Notice | Batch | GatesChanged | ScheduledTask
"""Everything that the queue holds."""

ITEM_KINDS: dict[str, type[Queued]] = {kind.__name__: kind for kind in get_args(Queued)}


_READERS: dict[bytes, msgspec.json.Decoder[tuple[str, Queued]]] = {
    name.encode(): msgspec.json.Decoder(tuple[str, kind])  # type: ignore[valid-type]
    for name, kind in ITEM_KINDS.items()
}


def encode_item(item: Queued) -> bytes:
    """An item of the queue, with its kind."""
    return msgspec.json.encode([type(item).__name__, item])


class UnreadableItem(ValueError):  # noqa: N818 - as `Unreadable`, of an item
    """An item that a newer server wrote, or a damaged one."""


def decode_item(body: bytes) -> Queued:
    """Decode an item of the queue. Raises UnreadableItem if this server would lose some of it."""
    item = salvage_item(body)
    if difference := _difference(body, encode_item(item)):
        raise UnreadableItem(difference)
    return item


def salvage_item(body: bytes) -> Queued:
    """As much of an item as this server knows: for an answer to its sender, never to act on. Raises UnreadableItem."""
    kind, _, _ = body.removeprefix(b'["').partition(b'"')
    if kind not in _READERS:
        raise UnreadableItem(f"unknown item {kind.decode(errors='replace')!r}")
    try:
        _, item = _READERS[kind].decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UnreadableItem(f"{kind.decode()} cannot be read: {error}") from error
    return item


def encode_entries(entries: tuple[Entry, ...]) -> bytes:
    return msgspec.json.encode(entries)


def decode_entries(body: bytes) -> tuple[Entry, ...]:
    return _ENTRIES.decode(body)
