"""The words by which people name an environment: the one form of each, its look, and the words that are taken."""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

_ALIKE = str.maketrans({"0": "o", "1": "l", "m": "rn", "w": "vv"})
_COMMANDS = ("deploy", "rollback", "cancel", "lock", "unlock", "status", "help")
_OPERANDS = ("to", "with", "anyway", "stop", "for", "until", "ever", "forever")
_TIME = re.compile(r"[0-9]+(?:m|h|d|mins?|minutes?|hrs?|hours?|days?)", re.ASCII)


def plain_name(word: str) -> str:
    """The form of a word in which width, case and composition do not count.

    https://www.unicode.org/reports/tr15/#Norm_Forms
    """
    if word.isascii():
        return word.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold())


def is_taken(name: str) -> bool:
    """Whether a command reads the word as its own or as a time, so that it is no good name."""
    return name in (*_COMMANDS, *_OPERANDS) or _TIME.fullmatch(name) is not None


def look(name: str) -> str:
    """Equal for names that a person who reads in a hurry takes for each other, by Unicode's table and our own.

    https://www.unicode.org/reports/tr39/#Confusable_Detection
    """
    for form in ("NFC", "NFD"):  # the table has a few composed letters; of most it has the parts
        name = "".join(map(_first_alike, unicodedata.normalize(form, name)))
    return name.casefold().translate(_ALIKE)


@lru_cache(maxsize=4096)
def _first_alike(sign: str) -> str:
    """The first in code order, so ASCII before any other, of the characters that look like this one."""
    alike = {sign} if sign.isascii() else {sign, *_beside(sign)}
    return min(alike.union(*map(_beside, alike - {sign})))


def _beside(sign: str) -> set[str]:
    """What the table puts beside a character: the one that stands for its group; beside that one, the whole group."""
    return {other["c"] for other in _table().get(sign, ()) if len(other["c"]) == 1}


@cache
def _table() -> Any:
    # 20 ms and 16 MB, so only a config with an alias beyond ASCII pays it
    from confusable_homoglyphs.confusables import confusables_data  # type: ignore[import-untyped]

    return confusables_data
