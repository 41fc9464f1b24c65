"""Says on an open pull request where its merge leads to: painted when its head appears, and not again."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from ghapp.core import paths
from ghapp.core.environment import Environment, Repository
from ghapp.core.facts import Files
from ghapp.core.views import check_run
from ghapp.ports import Clock, OpenPull, Permanent, ReleaseChecks, only_shown

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Previews:
    """One look at what a head shows, and one call for each environment that the pull request concerns."""

    checks: ReleaseChecks
    clock: Clock

    async def __call__(
        self, repository: Repository, environments: Sequence[Environment], pull: OpenPull, files: Files | None
    ) -> None:
        """`files`: what it changes, if the gate had to ask; nobody asks for this alone.

        Raises Retryable. What GitHub refuses is no reason for anything else to wait.
        """
        concerned = (one for one in environments if one.terms.branch == pull.base and _concerned(one, files))
        found = (check_run.preview(one, pull.number, pull.head, now=self.clock()) for one in concerned)
        if not (checks := [check for check in found if check]):
            return
        try:
            with only_shown():
                await self.checks.show(repository, pull.head, checks)
        except Permanent as fault:
            logger.warning("no preview", extra={"pull": pull.number, "why": str(fault)})


def _concerned(environment: Environment, files: Files | None) -> bool:
    """Certainly: it is silent where it would have to guess."""
    patterns = environment.terms.paths
    return not patterns or (files is not None and paths.concern(patterns, files))
