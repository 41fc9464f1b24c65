"""How the App itself stands with GitHub: its key, and what of it was asked for or accepted too little."""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from ghapp.adapters.github.api import Api, Installation
from ghapp.adapters.github.faults import Refused, Unauthorized
from ghapp.adapters.github.permissions import EVENTS, holds, levels
from ghapp.ports import Clock, Complaint

ACCOUNTS_EVERY = timedelta(minutes=10)
ASKED_CLOSER = 50  # installations, of those that seem to lack something


class _About(msgspec.Struct):
    permissions: dict[str, str]
    events: list[str]


class _Account(msgspec.Struct):
    login: str = ""
    slug: str = ""  # of an enterprise


class _Listed(Installation):
    id: int
    account: _Account | None = None
    suspended_at: datetime | None = None


class GitHubComplaints:
    """Says what people have to mend, each in one line. `app_id` as it was set."""

    def __init__(self, api: Api, app_id: int, clock: Clock) -> None:
        self._api, self._app_id, self._clock = api, app_id, clock
        self._asked: datetime | None = None
        self._of_accounts: tuple[Complaint, ...] = ()

    async def complaints(self) -> Sequence[Complaint]:
        """Raises `Retryable` where GitHub does not answer. The accounts are looked through once in a while."""
        try:
            app = await self._api.get_of_app("", _About)
        except Unauthorized as fault:  # also after a look at GitHub's own clock
            return (Complaint(f"refused: the key does not belong to App {self._app_id} ({fault})"),)
        except Refused as fault:
            return (Complaint(f"refused: there is no App {self._app_id} ({fault})"),)
        if self._asked is None or self._clock() - self._asked >= ACCOUNTS_EVERY:
            told = [one async for one in self._accounts(app)]
            self._of_accounts, self._asked = tuple(_counted(told)), self._clock()
        return (*map(Complaint, _of_app(app)), *self._of_accounts)

    async def _accounts(self, app: _About) -> AsyncIterator[tuple[str, str]]:
        """What each lacks, and the line that names it.

        What GitHub lists of an installation may leave out permissions that came late: then it is asked alone.
        """
        closer = ASKED_CLOSER
        async for page in self._api.pages_of_app("/installations{?per_page}", list[_Listed], per_page=100):
            for one in page:
                if one.suspended_at or not _lacking(one.permissions, app.permissions) or not closer:
                    continue
                closer -= 1
                found = await self._api.get_of_app(f"/installations/{one.id}", _Listed)
                if lacking := ", ".join(_lacking(found.permissions, app.permissions)):
                    yield lacking, f"not granted by {_name(one)}: {lacking}, see {found.html_url}"


def _counted(told: Sequence[tuple[str, str]]) -> Iterator[Complaint]:
    """How many, and what: who they are is their own affair, and stands in the log."""
    for lacking in dict.fromkeys(lacking for lacking, _ in told):
        lines = tuple(line for what, line in told if what == lacking)
        count = "1 account" if len(lines) == 1 else f"{len(lines)} accounts"
        yield Complaint(f"not granted by {count}: {lacking}", lines)


def _of_app(app: _About) -> Iterator[str]:
    """Against `app.yml`."""
    if lacking := [one for one in map(": ".join, levels().items()) if not holds(app.permissions, one)]:
        yield f"the App does not ask for {', '.join(lacking)}: set it on the App's page"
    if unheard := [event for event in EVENTS if event not in app.events]:
        yield f"the App is not subscribed to {', '.join(unheard)}: set it on the App's page"


def _lacking(granted: dict[str, str], asked: dict[str, str]) -> list[str]:
    """Of what we need and the App asks for. An account that is no organisation has none of an organisation's."""
    wanted = (one for one in map(": ".join, levels("repository").items()) if holds(asked, one))
    return [one for one in wanted if not holds(granted, one)]


def _name(listed: _Listed) -> str:
    return (listed.account.login or listed.account.slug) if listed.account else f"installation {listed.id}"
