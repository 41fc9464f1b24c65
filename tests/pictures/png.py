"""A note in a PNG, in a text chunk of its own: https://www.w3.org/TR/png-3/#11tEXt"""

import struct
import zlib
from collections.abc import Iterator

KEY = b"ghapp"
_BEGIN = 8  # the length of the signature
_END = 12  # the length of the last chunk, which is empty


def noted(picture: bytes, word: str) -> bytes:
    """The same picture with the note in it."""
    body = b"tEXt" + KEY + b"\0" + word.encode("ascii")
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return picture[:-_END] + chunk + picture[-_END:]


def note(picture: bytes) -> str:
    """The note; empty where there is none."""
    found = (text for kind, text in _chunks(picture) if kind == b"tEXt" and text.startswith(KEY + b"\0"))
    return next(found, b"\0").split(b"\0", 1)[1].decode("ascii")


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = _BEGIN
    while at < len(picture):
        length = struct.unpack(">I", picture[at : at + 4])[0]
        yield picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        at += 12 + length
