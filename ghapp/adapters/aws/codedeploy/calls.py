"""Calls CodeDeploy's operations in a bounded number of threads, with the credentials that a config's target names."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from ghapp.adapters.aws import session
from ghapp.adapters.aws.codedeploy.faults import meaning
from ghapp.core.config.model import CodeDeploy
from ghapp.core.model.environment import Repository
from ghapp.ports import check_in_hand

Call = Callable[..., Awaitable[dict[str, Any]]]
AT_ONCE = 8
ANSWER_WITHIN = 5.0  # seconds
_READS = ("list_", "get_", "batch_get_")


class Calls:
    """One client for each region and role."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="codedeploy")
        self._clients: dict[tuple[str, session.Role | None], Any] = {}
        self._making = threading.Lock()

    def at(self, repository: Repository, place: CodeDeploy) -> Call:
        """Calls for a repository, whose id is in the role's external id: no config can choose it.

        Use: `call("stop_deployment", deploymentId=…)`. Raises `Said`, `Retryable` or `Permanent`."""

        role = session.Role(place.role_arn, f"ghapp:{repository.id}") if place.role_arn else None

        async def call(operation: str, **parameters: Any) -> dict[str, Any]:
            if not operation.startswith(_READS):
                check_in_hand()
            return await asyncio.get_running_loop().run_in_executor(
                self._pool, partial(self._call, place.region, role, operation, parameters)
            )

        return call

    def _call(
        self, region: str, role: session.Role | None, operation: str, parameters: dict[str, Any]
    ) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = getattr(self._client(region, role), operation)(**parameters)
        except Exception as error:
            raise meaning(error) from error
        return answer

    def _client(self, region: str, role: session.Role | None) -> Any:
        with self._making:
            if (region, role) not in self._clients:
                self._clients[region, role] = session.client(
                    "codedeploy", answer_within=ANSWER_WITHIN, connections=AT_ONCE, region=region, role=role
                )
            return self._clients[region, role]
