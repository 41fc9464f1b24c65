"""The public holidays of a country."""

from datetime import date
from functools import lru_cache
from typing import Any


def is_country(code: str) -> bool:
    """Whether the holidays of this country (ISO 3166, two letters) are known."""
    return _calendar(code) is not None


def is_holiday(country: str, day: date) -> bool:
    """Whether the day is a holiday. An unknown country has none: the config that names it is refused anyway."""
    calendar = _calendar(country)
    return calendar is not None and day in calendar


@lru_cache(maxsize=32)
def _calendar(country: str) -> Any:
    import holidays  # takes 40 ms, so only a config with such a window pays it

    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        return None
