"""A projection of state outside: its content, how that is written, and the note kept of it."""

import hashlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import msgspec

from ghapp.engine.absences import NotVisible
from ghapp.engine.publish.backoff import Key, Refusals
from ghapp.ports import NoAccess, Permanent

logger = logging.getLogger(__name__)


class Published(msgspec.Struct, frozen=True, omit_defaults=True):
    """The note of a projection: its id at GitHub or Slack, and the fingerprint of its content.

    `leaves`: the content to leave when it is published no more; None: it may stay unchanged.
    """

    id: str
    fingerprint: str
    leaves: str | None = None


Shown = dict[str, Published]
Paint = Callable[[Published | None], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Rendered:
    """The content of a projection, and how it is written.

    `text` None: the present content may stay until later. `leaves`: as in `Published`.
    """

    text: str | None
    paint: Paint
    leaves: str | None = None


@dataclass(frozen=True, slots=True)
class Projection:
    """`key` in the notes, which begins with its kind and a slash, and its rendering.

    It is rendered only when it is published, so that an error in it stays with this projection. `render` returns None
    where nothing is to be shown.
    """

    key: str
    render: Callable[[], Rendered | None]

    async def painted(self, before: Published | None, refusals: Refusals, key: Key) -> Published | None:
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
            painted = Published(await rendered.paint(before), fingerprint, rendered.leaves)
        except NoAccess as fault:
            raise NotVisible(fault) from None
        except Permanent as fault:
            raise refusals.note(key, fingerprint, fault) from None
        refusals.end(key)
        return painted


def fingerprint_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def decode_shown(shown: bytes) -> Shown:
    """The notes are a cache: where they are unreadable, projections are looked for again."""
    try:
        return msgspec.json.decode(shown, type=Shown) if shown else {}
    except msgspec.MsgspecError:
        return {}


def encode_shown(shown: Shown) -> bytes:
    return msgspec.json.encode(shown)
