"""Publishes a preview of the release on an open pull request: when its head appears, and not again."""

import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from ghapp.core.model.environment import Environment, Repository
from ghapp.core.model.facts import Files
from ghapp.core.model.published import CheckRun
from ghapp.core.rules import paths
from ghapp.core.views import check_run
from ghapp.engine.failures import Failures, PlaceFailed
from ghapp.ports import Clock, NoAccess, NotGranted, OpenPull, Permanent, ReleaseChecks

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Previews:
    """One read of the checks of a head, and one call for each environment that the pull request concerns."""

    checks: ReleaseChecks
    failures: Failures
    clock: Clock

    async def __call__(
        self, repository: Repository, environments: Sequence[Environment], pull: OpenPull, files: Files | None
    ) -> None:
        """`files`: the changed files, if the gate had to read them; they are not read for this alone.

        Raises Retryable, and NoAccess except for a missing permission. Nothing else waits for a refusal by GitHub or an
        error of our own: the next head is published anew.
        """
        concerned = (one for one in environments if one.config.branch == pull.base and _concerned(one, files))
        found = (self._rendered(environment, pull) for environment in concerned)
        if not (checks := [check for check in found if check]):
            return
        try:
            with self.failures.confined(f"preview/{pull.head}", repository):
                await self.checks.show(repository, pull.head, checks)
        except NotGranted as fault:
            logger.info("no preview", extra={"pull": pull.number, "why": str(fault)})
        except NoAccess:
            raise
        except (Permanent, PlaceFailed) as fault:
            logger.warning("no preview", extra={"pull": pull.number, "why": str(fault)})

    def _rendered(self, environment: Environment, pull: OpenPull) -> CheckRun | None:
        place = f"preview/{pull.head}"
        with (
            contextlib.suppress(PlaceFailed),
            self.failures.confined(place, environment.repository, environment.name),
        ):
            return check_run.preview(environment, pull.number, pull.head, now=self.clock())
        return None


def _concerned(environment: Environment, files: Files | None) -> bool:
    """Only if that is certain: with unknown files there is no preview."""
    patterns = environment.config.paths
    return not patterns or (files is not None and paths.concern(patterns, files))
