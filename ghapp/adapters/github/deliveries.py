"""The port `Deliveries`: what GitHub sent to the App, and what it shall send again."""

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


class GitHubDeliveries:
    """As the App itself: no installation has a say in it."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def sent(self, *, since: datetime) -> Sequence[Sent]:
        """Not only the failed ones: whether one that was given up for its slowness counts as such is not told."""
        found: list[Sent] = []
        async for page in self._api.pages_of_app("/hook/deliveries?per_page=100", list[_Delivery]):
            found += (Sent(one.id, one.guid, one.delivered_at, one.status_code or 0, one.event) for one in page)
            if not page or page[-1].delivered_at < since:
                break
        return [one for one in found if one.at >= since]

    async def again(self, attempt: int) -> None:
        """GitHub says that it will, not how it went."""
        await self._api.post_of_app(f"/hook/deliveries/{attempt}/attempts")
