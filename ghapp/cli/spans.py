"""A span of time on the command line: 90m, 6h, 3d."""

import re
from datetime import timedelta

from ghapp.core.config.kinds import UNITS


def span(text: str, longest: timedelta) -> timedelta | None:
    """None where it is none, or longer."""
    found = re.fullmatch(r"([1-9][0-9]{0,3})([mhd])", text, re.ASCII)
    length = int(found[1]) * UNITS[found[2]] if found else None
    return None if length is None or length > longest else length
