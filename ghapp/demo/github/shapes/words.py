"""Basic values of GitHub's JSON: times, node ids, numbers for names."""

import base64
import zlib
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]


def instant(at: datetime) -> str:
    """A time in seconds, UTC, with Z at the end."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def maybe(at: datetime | None) -> str | None:
    """A time as by `instant`, or null."""
    return None if at is None else instant(at)


def node_id(kind: str, number: int | str) -> str:
    return base64.b64encode(f"{kind}:{number}".encode()).decode()


def number_for(name: str) -> int:
    """A stable number for a name."""
    return zlib.crc32(name.lower().encode())
