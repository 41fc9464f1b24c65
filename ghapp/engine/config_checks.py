"""Says on a pull request that changes the config what would become of it. It decides nothing."""

import logging
from dataclasses import dataclass

from ghapp.core.environment import Repository
from ghapp.core.views import config_check
from ghapp.ports import ConfigChecks, Permanent

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ConfigChecker:
    """Looks at one pull request's head. Twice is the same as once."""

    checks: ConfigChecks

    async def __call__(self, repository: Repository, number: int) -> None:
        """Raises Retryable. What GitHub refuses is no reason to leave the gate unpainted."""
        try:
            proposal = await self.checks.proposed(repository, number)
            if proposal:
                await self.checks.show(repository, proposal.head, config_check.render(proposal.meaning))
        except Permanent as fault:
            logger.warning("config not checked", extra={"pull": number, "why": str(fault)})
