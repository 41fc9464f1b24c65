"""Answers the jobs that wait at our deployment protection rule."""

import logging

from ghapp.adapters.github.api import Api
from ghapp.adapters.github.faults import Refused
from ghapp.core.model.destination import Waiting
from ghapp.core.model.environment import Repository

logger = logging.getLogger(__name__)
PATH = "/actions/runs/{run}/deployment_protection_rule"


class GitHubProtectionRules:
    """The port `ProtectionRules`. Builds the callback's URL itself: the URL in a delivery is not trusted."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def answer(self, repository: Repository, job: Waiting, comment: str) -> None:
        """No error on a 404 or 422: the job was answered before, or its run has ended."""
        body = {"environment_name": job.environment, "state": job.state, "comment": comment}
        try:
            await self._api.post(repository, PATH, body, run=job.run)
        except Refused as refusal:
            if refusal.status not in (404, 422):
                raise
            logger.info("job waits no more", extra={"run": job.run, "why": str(refusal)})

    async def report(self, repository: Repository, run: int, environment: str, comment: str) -> None:
        """Comments without a decision. GitHub takes ten of these."""
        body = {"environment_name": environment, "comment": comment}
        await self._api.post(repository, PATH, body, run=run)
