"""The repositories whose config cannot be used, as this server has read it last: counted for `/readyz`."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cachetools import TLRUCache

from ghapp.core.config.model import CLOSED, InvalidConfig
from ghapp.core.model.environment import Repository
from ghapp.core.model.facts import ConfigFact
from ghapp.core.views import problem
from ghapp.ports import Clock, Complaint

REMEMBERED = 10_000
READ_WITHIN = timedelta(days=1)  # an environment's config is read every hour, so an older one is of no installation


@dataclass(frozen=True, slots=True)
class UnusableConfigs:
    """Kept in memory only: the count of merges, at a server's start and hourly, reads each config again."""

    clock: Clock
    _found: "TLRUCache[int, str, datetime]" = field(init=False)

    def __post_init__(self) -> None:
        found = TLRUCache[int, str, datetime](
            REMEMBERED, ttu=lambda _key, _line, now: now + READ_WITHIN, timer=self.clock
        )
        object.__setattr__(self, "_found", found)

    def note(self, repository: Repository, config: ConfigFact) -> None:
        """Notes a config as it was read now. That the owner is not served, or has no readable rules, is no mistake in a
        config."""
        if isinstance(config, InvalidConfig) and config.problems[0].code not in CLOSED:
            why = problem.line(config.problems[0], "en")
            self._found[repository.id] = f"{repository.full_name}: {config.file} cannot be used: {why}"
        else:
            self._found.pop(repository.id, None)

    def repositories(self) -> Set[int]:
        """Their ids."""
        return frozenset(self._found)

    def complaints(self) -> Sequence[Complaint]:
        """Gives the number of repositories; only the log names them, since `/readyz` is open to anybody."""
        lines = tuple(self._found.values())
        if not lines:
            return ()
        count = "1 repository" if len(lines) == 1 else f"{len(lines):,} repositories"
        return (Complaint(f"the config cannot be used in {count}: nothing new is deployed there", lines),)
