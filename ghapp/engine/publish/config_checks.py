"""Checks pull requests that change the config or its workflows, and publishes the result. It decides nothing."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from ghapp.core.config.model import Config
from ghapp.core.config.workflow_check import Findings, advise_apps, apps, check_workflows, logins
from ghapp.core.handlers.current_config import reply_config
from ghapp.core.model.environment import Environment, Repository
from ghapp.core.model.published import CONFIG_CHECK
from ghapp.core.views import config_check
from ghapp.ports import ConfigChecks, NoAccess, NotGranted, Permanent, Proposal, Retryable

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ConfigChecker:
    """Checks one pull request's head. Idempotent."""

    checks: ConfigChecks
    name: str = CONFIG_CHECK

    async def number(self, repository: Repository, head: str) -> int | None:
        """The pull request of the check on a head; None where there is no check. Raises Retryable or Permanent."""
        return await self.checks.number(repository, head)

    async def __call__(
        self, repository: Repository, number: int, environments: Sequence[Environment], *, again: str = ""
    ) -> None:
        """`environments`: those of the repository, whose language is used where the proposed config names none.

        `again`: the head for which a rerun was requested. Where that proposes nothing any more, after the merge or a
        newer push, the check is repeated unchanged.
        Raises Retryable, and NoAccess except for a missing permission. What GitHub refuses does not keep the gate back.
        """
        try:
            proposal = await self.checks.proposed(repository, number)
            if again and (proposal is None or proposal.head != again):
                await self.checks.repeat(repository, again)
            elif proposal:
                config = reply_config({one.name: one for one in environments}, proposal.held)
                check = config_check.render(proposal.meaning, await self._found(repository, proposal), config.language)
                await self.checks.show(repository, proposal, check, again=bool(again))
        except NotGranted as fault:  # a missing permission is reported where people wait for more than advice
            logger.info("config not checked", extra={"pull": number, "why": str(fault)})
        except NoAccess:
            raise
        except Permanent as fault:
            logger.warning("config not checked", extra={"pull": number, "why": str(fault)})

    async def _found(self, repository: Repository, proposal: Proposal) -> Findings:
        """Checks the workflows against a valid config. As long as they cannot be read, the check states that."""
        config = proposal.meaning
        if not isinstance(config, Config):
            return Findings()
        try:
            branches = {environment_config.branch for environment_config in config.environments.values()} - {
                config.branch
            }
            files, absent, readers, strangers = await asyncio.gather(
                self.checks.workflows(repository, proposal),
                self.checks.absent(repository, branches),
                self.checks.readers(repository, logins(config)),
                self.checks.strangers(repository, apps(config)),
            )
        except Retryable:
            await self.checks.show(repository, proposal, config_check.unread(config))
            raise
        found = await asyncio.to_thread(check_workflows, config, proposal.text, files, absent, readers)
        return replace(found, advice=(*found.advice, *advise_apps(config, proposal.text, strangers)))
