"""All environments as one look at the store found them."""

from datetime import datetime

from msgspec import Struct

from ghapp.core.model.codec import Unreadable
from ghapp.core.model.environment import Environment, Repository


class StoredEnvironment(Struct, frozen=True, kw_only=True):
    """An environment as it is stored. `state`: Unreadable where this server cannot read the document, which counts as
    locked. `repository`: under its newest known name."""

    repository: Repository
    name: str
    version: int
    state: Environment | Unreadable

    @property
    def path(self) -> str:
        """`owner/repository/environment`."""
        return f"{self.repository.full_name}/{self.name}"


class Overview(Struct, frozen=True, kw_only=True):
    """By repository and name. `at`: when the store was read. `is_stale`: a later look did not succeed."""

    environments: tuple[StoredEnvironment, ...]
    at: datetime
    is_stale: bool = False
