"""A projection of state outside: its content, how that is written, and the note kept of it."""

import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

import msgspec

from ghapp.engine.absences import NotVisible
from ghapp.engine.publish.backoff import Key, Refusals
from ghapp.ports import NoAccess, Permanent

MOST = 384 * 1024  # bytes of all notes together: a row of DynamoDB has 400 KB
ROOM = 320 * 1024  # the same, with the texts at their shortest
NOTE = 120  # bytes of a note, without its key and its text
SHORT = 300  # bytes of a text at its shortest
MANY = ("check/", "prompt/", "slack/")  # each release has some of these; of the other kinds an environment has a few

logger = logging.getLogger(__name__)


class Published(msgspec.Struct, frozen=True, omit_defaults=True):
    """The note of a projection: its id at GitHub or Slack, and the fingerprint of its content.

    `final_text`: the content to leave when it is published no more; None: it may stay unchanged.
    """

    id: str
    fingerprint: str
    final_text: str | None = None


Shown = dict[str, Published]
Publish = Callable[[Published | None], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Rendered:
    """The content of a projection, and how it is written.

    `text` None: the present content may stay until later. `final_text`: as in `Published`.
    """

    text: str | None
    publish: Publish
    final_text: str | None = None


@dataclass(frozen=True, slots=True)
class Projection:
    """`key` in the notes, which begins with its kind and a slash, and its rendering.

    It is rendered only when it is published, so that an error in it stays with this projection. `render` returns None
    where nothing is to be shown.
    """

    key: str
    render: Callable[[], Rendered | None]

    async def publish(self, before: Published | None, refusals: Refusals, key: Key) -> Published | None:
        """Writes it where it differs from `before`. Raises Retryable; a refused write, too, is tried again."""
        rendered = self.render()
        if rendered is None:
            return None
        if rendered.text is None:
            return before or Published("", "")
        fingerprint = fingerprint_of(rendered.text)
        if before and before.fingerprint == fingerprint:
            refusals.end(key)
            return before
        if refused := refusals.pause(key, fingerprint):
            raise refused
        try:
            published = Published(await rendered.publish(before), fingerprint, rendered.final_text)
        except NoAccess as fault:
            raise NotVisible(fault) from None
        except Permanent as fault:
            raise refusals.note(key, fingerprint, fault) from None
        refusals.end(key)
        return published


def fingerprint_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def has_room(key: str, noted: Iterable[str]) -> bool:
    """Whether one more projection may be published beside the noted ones: only with its note its end can be."""
    return not key.startswith(MANY) or sum(len(one) + NOTE + SHORT for one in {*noted, key}) <= ROOM


def decode_shown(shown: bytes) -> Shown:
    """The notes are a cache: where they are unreadable, projections are looked for again."""
    try:
        return msgspec.json.decode(shown, type=Shown) if shown else {}
    except msgspec.MsgspecError:
        return {}


def encode_shown(shown: Shown) -> bytes:
    """At most `MOST` bytes: where texts to leave are too long together, the longest are cut.

    Only a move between channels that Slack does not take for long can have more notes than `has_room`. Then those of
    content that may stay unchanged go first.
    """
    if len(whole := msgspec.json.encode(shown)) <= MOST:
        return whole
    excess = sum(len(_encoded(key, note)) for key, note in shown.items()) - MOST
    kept = dict(shown)
    for key, note in sorted(shown.items(), key=lambda one: len(one[1].final_text or ""), reverse=True):
        if excess <= 0:
            break
        kept[key] = msgspec.structs.replace(note, final_text=_shortened(note.final_text))
        excess -= len(_encoded(key, note)) - len(_encoded(key, kept[key]))
    for key in sorted(kept, key=lambda one: kept[one].final_text is not None):
        if excess <= 0:
            break
        excess -= len(_encoded(key, kept.pop(key)))
    return msgspec.json.encode(kept)


def _encoded(key: str, note: Published) -> bytes:
    return msgspec.json.encode({key: note})


def _shortened(text: str | None) -> str | None:
    if text is None or len(msgspec.json.encode(text)) <= SHORT:
        return text
    while len(msgspec.json.encode(text)) > SHORT - len("…".encode()):
        text = text[: len(text) * 3 // 4]
    return f"{text}…"
