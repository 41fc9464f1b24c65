"""Where stores are made that tests need several of."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.adapters.aws.dynamodb_server import new_table


@dataclass(frozen=True, slots=True)
class Ground:
    """A folder of the test's own, and the technology of its stores."""

    folder: Path
    technology: Literal["sqlite", "dynamodb"]

    async def new_store(self, name: str = "ghapp") -> str:
        """The address of an empty one; of the same file, if its name is the same."""
        if self.technology == "sqlite":
            return f"sqlite:///{self.folder / name}.db"
        return f"dynamodb://{await new_table()}"

    def within(self, name: str) -> "Ground":
        """A folder in it."""
        (self.folder / name).mkdir()
        return Ground(self.folder / name, self.technology)
