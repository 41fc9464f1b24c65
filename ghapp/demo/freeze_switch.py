"""The page's switch for a freeze of production: one marked line in the config, for one day."""

import re
from datetime import date
from typing import Final

from ghapp.demo.words import Language, say

MARK: Final = "# by the demo's page"
_LINE: Final = re.compile(rf"^.*{re.escape(MARK)}(?:\r?\n|\Z)", re.MULTILINE)
_PRODUCTION: Final = re.compile(r"^( +)production:[ \t]*\r?\n", re.MULTILINE)
_OTHER: Final = re.compile(r"^ +freeze:", re.MULTILINE)


def is_on(text: str, today: date) -> bool:
    """Whether the config has the line, for today."""
    return any(f"{today}" in line for line in _LINE.findall(text))


def switched(text: str, language: Language, today: date, *, on: bool) -> str | None:
    """The config with or without the line; None where there is no place for it."""
    without = _LINE.sub("", text)
    if not on:
        return without
    found = _PRODUCTION.search(without)
    if found is None or _OTHER.search(without):
        return None
    window = f"{{from: {today}, until: {today}, reason: {say(language, 'freeze.reason')}}}"
    return f"{without[: found.end()]}{found[1]}  freeze: [{window}]  {MARK}\n{without[found.end() :]}"
