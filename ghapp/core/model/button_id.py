"""What a button is painted with, so that its place is found again and a click on it is understood."""

import re
from dataclasses import dataclass

_MARK = re.compile(r"(\d{1,18})/([a-z0-9-]{1,64})/([1-9]\d{0,8})/(?:(\d{1,18})|-)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonId:
    """What a check run carries, so that it is found again and a click on it is understood.

    `painted`: the environment's number when its buttons were offered; None where they hang on none.
    """

    repository: int
    environment: str
    pull: int
    painted: int | None

    @property
    def check(self) -> str:
        """The name that people see."""
        return f"release / {self.environment}"

    @property
    def stem(self) -> str:
        """What stays the same however often it is painted."""
        return f"{self.repository}/{self.environment}/{self.pull}/"

    def __str__(self) -> str:
        return f"{self.stem}{'-' if self.painted is None else self.painted}"


def read_button_id(text: str) -> ButtonId | None:
    """A check run's mark; None for what we never wrote."""
    found = _MARK.fullmatch(text)
    if found is None:
        return None
    painted = None if found[4] is None else int(found[4])
    return ButtonId(repository=int(found[1]), environment=found[2], pull=int(found[3]), painted=painted)
