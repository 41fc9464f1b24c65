"""The accounts that have installed the App, also suspended ones."""

from collections.abc import Sequence

import msgspec

from ghapp.adapters.github.api import Api


class _Account(msgspec.Struct):
    login: str = ""
    slug: str = ""  # of an enterprise


class Installation(msgspec.Struct):
    """An account's installation of the App."""

    id: int
    account: _Account | None = None
    suspended_at: str | None = None

    @property
    def owner(self) -> str:
        """The account's name."""
        return (self.account.login or self.account.slug) if self.account else ""


async def read_installations(api: Api) -> Sequence[Installation]:
    """Raises `Retryable` or `Permanent`."""
    pages = api.pages_of_app("/installations{?per_page}", list[Installation], per_page=100)
    return [one async for page in pages for one in page]
