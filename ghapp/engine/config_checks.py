"""Says on a pull request that changes the config what would become of it. It decides nothing."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from ghapp.core.arms.current import spoken
from ghapp.core.environment import Environment, Repository
from ghapp.core.views import config_check
from ghapp.ports import ConfigChecks, Permanent

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ConfigChecker:
    """Looks at one pull request's head. Twice is the same as once."""

    checks: ConfigChecks

    async def __call__(self, repository: Repository, number: int, environments: Sequence[Environment]) -> None:
        """`environments`: those of the repository, in whose language it is said where the proposed config names none.

        Raises Retryable. What GitHub refuses is no reason to leave the gate unpainted.
        """
        try:
            proposal = await self.checks.proposed(repository, number)
            if proposal:
                terms = spoken({one.name: one for one in environments}, proposal.held)
                await self.checks.show(repository, proposal.head, config_check.render(proposal.meaning, terms.language))
        except Permanent as fault:
            logger.warning("config not checked", extra={"pull": number, "why": str(fault)})
