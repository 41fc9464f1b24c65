"""The small change of GitHub's JSON: instants, node ids, numbers for names."""

import base64
import zlib
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]


def instant(at: datetime) -> str:
    """Seconds, UTC, ends in Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def maybe(at: datetime | None) -> str | None:
    """As `instant`, or null."""
    return None if at is None else instant(at)


def node_id(kind: str, number: int | str) -> str:
    """An opaque id."""
    return base64.b64encode(f"{kind}:{number}".encode()).decode()


def number_for(name: str) -> int:
    """The same number for the same name, always."""
    return zlib.crc32(name.lower().encode())
