"""The port `Deliveries`: lists webhook deliveries and requests redeliveries."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from ghapp.adapters.github.api import Api
from ghapp.ports import Sent


class _Delivery(msgspec.Struct):
    id: int
    guid: str
    delivered_at: datetime
    event: str
    status_code: int | None = None


class Hook(msgspec.Struct):
    """The configuration of the App's webhook, which does not say whether it is active.

    `insecure_ssl`: "1" if GitHub does not check the certificate.
    """

    url: str = ""
    content_type: str = ""
    insecure_ssl: str | float = "0"


class GitHubDeliveries:
    """Calls as the App itself: deliveries belong to no installation."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def sent(self, *, since: datetime) -> Sequence[Sent]:
        """Not only the failed ones: GitHub does not say whether a delivery that timed out counts as failed."""
        found: list[Sent] = []
        async for page in self._api.pages_of_app("/hook/deliveries?per_page=100", list[_Delivery]):
            found += (Sent(one.id, one.guid, one.delivered_at, one.status_code or 0, one.event) for one in page)
            if not page or page[-1].delivered_at < since:
                break
        return [one for one in found if one.at >= since]

    async def newest(self) -> Sequence[Sent]:
        """The newest attempts, at most 100."""
        found = await self._api.get_of_app("/hook/deliveries?per_page=100", list[_Delivery])
        return [Sent(one.id, one.guid, one.delivered_at, one.status_code or 0, one.event) for one in found]

    async def hook(self) -> Hook:
        """Where and how GitHub sends webhooks. Raises `Retryable` or `Permanent`."""
        return await self._api.get_of_app("/hook/config", Hook)

    async def again(self, attempt: int) -> None:
        """GitHub confirms the request, not the result."""
        await self._api.post_of_app(f"/hook/deliveries/{attempt}/attempts")
