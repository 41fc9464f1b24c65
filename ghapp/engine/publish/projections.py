"""A place where state is shown: what it shall show, how that is written, and what is remembered of it."""

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
    """What a place shows: its id out there, and the fingerprint of what was written.

    `leaves`: what is to stay of it when nothing is to be shown there any more; None: it may stay as it is.
    """

    id: str
    fingerprint: str
    leaves: str | None = None


Shown = dict[str, Published]
Paint = Callable[[Published | None], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a place shall show, and how that is written.

    `text` None: whatever it shows may stay until later. `leaves`: as `Published` has it.
    """

    text: str | None
    paint: Paint
    leaves: str | None = None


@dataclass(frozen=True, slots=True)
class Projection:
    """Somewhere state is shown: `key` in the cache, which begins with its kind and a slash, and its rendering.

    It is rendered only when it is its turn to be painted, so that an error in it is an error of this place alone.
    `render` returns None where nothing is to be shown.
    """

    key: str
    render: Callable[[], Rendered | None]

    async def painted(self, before: Published | None, refusals: Refusals, key: Key) -> Published | None:
        """Written where it differs from what was. Raises Retryable; what is refused, too, is tried again."""
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
    """By which a place remembers what was written there."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def decode_shown(shown: bytes) -> Shown:
    """A cache: what cannot be read is looked for again."""
    try:
        return msgspec.json.decode(shown, type=Shown) if shown else {}
    except msgspec.MsgspecError:
        return {}


def encode_shown(shown: Shown) -> bytes:
    """As it is kept beside the document."""
    return msgspec.json.encode(shown)
