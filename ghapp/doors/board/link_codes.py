"""The address where a Slack member proves their GitHub account: it contains who asked for it, encrypted."""

import re
from dataclasses import dataclass, field

import msgspec
from cryptography.fernet import InvalidToken, MultiFernet
from msgspec.structs import replace

from ghapp.core.model.slack_link import ADDRESS_LASTS, LinkCode
from ghapp.core.words import seen
from ghapp.ports import Clock

NAME_BYTES = 48  # of each name, so that the address fits into the path to return to after the sign-in
_SEALED = re.compile(r"[A-Za-z0-9_-]{1,600}", re.ASCII)


@dataclass(frozen=True, slots=True)
class LinkCodes:
    """Nothing is stored for an address until it is used."""

    keys: MultiFernet = field(repr=False)
    public_url: str
    clock: Clock

    def address(self, code: LinkCode) -> str:
        """The address for this member."""
        short = replace(code, member=_short(code.member), workspace=_short(code.workspace))
        sealed = self.keys.encrypt_at_time(msgspec.json.encode(short), self._now()).decode().rstrip("=")
        return f"{self.public_url}/link/{sealed}"

    def open(self, text: str) -> LinkCode | None:
        """None for one that is too old, or not of this server."""
        if not _SEALED.fullmatch(text):
            return None
        padded = text + "=" * (-len(text) % 4)
        try:
            found = self.keys.decrypt_at_time(padded, int(ADDRESS_LASTS.total_seconds()), self._now())
            return msgspec.json.decode(found, type=LinkCode)
        except (InvalidToken, msgspec.DecodeError):
            return None

    def _now(self) -> int:
        return int(self.clock().timestamp())


def _short(name: str) -> str:
    return seen(name).encode()[:NAME_BYTES].decode(errors="ignore")
