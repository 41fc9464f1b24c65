"""The id of a check run and its buttons: it finds the check run again and identifies a click."""

import re

from msgspec import Struct

_MARK = re.compile(r"(\d{1,18})/([a-z0-9-]{1,64})/([1-9]\d{0,8})/(?:(\d{1,18})|-)", re.ASCII)


class ButtonId(Struct, frozen=True, kw_only=True):
    """The external id of a check run: it finds the check run again and identifies a click.

    `offered_at_number`: the environment's number when its buttons were offered; None if they depend on no number.
    """

    repository: int
    environment: str
    pull: int
    offered_at_number: int | None

    @property
    def check(self) -> str:
        """The check's visible name."""
        return f"release / {self.environment}"

    @property
    def stem(self) -> str:
        """The part that stays the same at every update."""
        return f"{self.repository}/{self.environment}/{self.pull}/"

    def __str__(self) -> str:
        return f"{self.stem}{'-' if self.offered_at_number is None else self.offered_at_number}"


def read_button_id(text: str) -> ButtonId | None:
    """Parse a check run's id; None if it is not ours."""
    found = _MARK.fullmatch(text)
    if found is None:
        return None
    offered = None if found[4] is None else int(found[4])
    return ButtonId(repository=int(found[1]), environment=found[2], pull=int(found[3]), offered_at_number=offered)
