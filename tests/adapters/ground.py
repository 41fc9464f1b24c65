"""Makes stores for tests that need several."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.adapters.aws.dynamodb_server import new_table


@dataclass(frozen=True, slots=True)
class Ground:
    """A test's own folder, and the technology of its stores."""

    folder: Path
    technology: Literal["sqlite", "dynamodb"]

    async def new_store(self, name: str = "ghapp") -> str:
        """The address of an empty store. With SQLite the same name gives the same file."""
        if self.technology == "sqlite":
            return f"sqlite:///{self.folder / name}.db"
        return f"dynamodb://{await new_table()}"

    def within(self, name: str) -> "Ground":
        """The same technology in a new subfolder."""
        (self.folder / name).mkdir()
        return Ground(self.folder / name, self.technology)
