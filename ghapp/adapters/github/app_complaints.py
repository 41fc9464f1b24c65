"""Checks the App's registration: its key, its permissions and events, and what each account has granted."""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from ghapp.adapters.github.api import Api, Installation
from ghapp.adapters.github.faults import Refused, Unauthorized
from ghapp.adapters.github.permissions import EVENTS, holds, levels
from ghapp.ports import Clock, Complaint

ACCOUNTS_EVERY = timedelta(minutes=10)
ASKED_CLOSER = 50  # installations read one by one, of those that seem to lack a permission


class _Account(msgspec.Struct):
    login: str = ""
    slug: str = ""  # of an enterprise
    type: str = ""


class RegisteredApp(msgspec.Struct):
    """The App as GitHub shows it to its own key."""

    slug: str
    permissions: dict[str, str]
    events: list[str]
    owner: _Account | None = None

    def page(self, web: str) -> str:
        """The page of its settings, which only its owner sees. `web`: the address of GitHub's pages."""
        of = f"organizations/{self.owner.login}/" if self.owner and self.owner.type == "Organization" else ""
        return f"{web}/{of}settings/apps/{self.slug}"


class _Listed(Installation):
    id: int
    account: _Account | None = None
    suspended_at: datetime | None = None


class GitHubComplaints:
    """Lists the faults in the App's settings that people have to fix, one line each. `app_id`: the configured one.

    `app`: as GitHub last showed it; None before that.
    """

    def __init__(self, api: Api, app_id: int, clock: Clock) -> None:
        self._api, self._app_id, self._clock = api, app_id, clock
        self._asked: datetime | None = None
        self._of_accounts: tuple[Complaint, ...] = ()
        self.app: RegisteredApp | None = None

    async def complaints(self) -> Sequence[Complaint]:
        """Raises `Retryable` if GitHub does not answer. Reads the installations at most every 10 minutes."""
        try:
            app = await self._api.get_of_app("", RegisteredApp)
        except Unauthorized as fault:  # even with a JWT made by GitHub's clock
            return (Complaint(f"refused: the key does not belong to App {self._app_id} ({fault})"),)
        except Refused as fault:
            return (Complaint(f"refused: there is no App {self._app_id} ({fault})"),)
        if self._asked is None or self._clock() - self._asked >= ACCOUNTS_EVERY:
            told = [one async for one in self._accounts(app)]
            self._of_accounts, self._asked = tuple(_counted(told)), self._clock()
        self.app, page = app, f"{app.page(self._api.web)}/permissions"
        registered = (
            Complaint(f"{why}: set it on the App's page", (f"{why}: set it on {page}",)) for why in _of_app(app)
        )
        return (*registered, *self._of_accounts)

    async def _accounts(self, app: RegisteredApp) -> AsyncIterator[tuple[str, str]]:
        """The permissions that each account lacks, and the log line that names the account.

        GitHub's list may omit permissions that were added late, so such an installation is read by itself.
        """
        closer = ASKED_CLOSER
        async for page in self._api.pages_of_app("/installations{?per_page}", list[_Listed], per_page=100):
            for one in page:
                if one.suspended_at or not _lacking(one, app.permissions) or not closer:
                    continue
                closer -= 1
                found = await self._api.get_of_app(f"/installations/{one.id}", _Listed)
                if lacking := ", ".join(_lacking(found, app.permissions)):
                    yield lacking, f"not granted by {_name(one)}: {lacking}, see {found.html_url}"


def _counted(told: Sequence[tuple[str, str]]) -> Iterator[Complaint]:
    """Counts accounts by lacking permissions. Only the log names the accounts, for their privacy."""
    for lacking in dict.fromkeys(lacking for lacking, _ in told):
        lines = tuple(line for what, line in told if what == lacking)
        count = "1 account" if len(lines) == 1 else f"{len(lines)} accounts"
        yield Complaint(f"not granted by {count}: {lacking}", lines)


def _of_app(app: RegisteredApp) -> Iterator[str]:
    """Compares the App's registration with the permission table and `EVENTS`, as in `app.yml`."""
    if lacking := [one for one in map(": ".join, levels().items()) if not holds(app.permissions, one)]:
        yield f"the App does not ask for {', '.join(lacking)}"
    if unheard := [event for event in EVENTS if event not in app.events]:
        yield f"the App is not subscribed to {', '.join(unheard)}"


def _lacking(installed: _Listed, asked: dict[str, str]) -> list[str]:
    """The permissions not granted, of those needed and requested. A personal account has only those of repositories."""
    of_organization = installed.account is not None and installed.account.type == "Organization"
    needs = levels() if of_organization else levels("repository")
    wanted = (one for one in map(": ".join, needs.items()) if holds(asked, one))
    return [one for one in wanted if not holds(installed.permissions, one)]


def _name(listed: _Listed) -> str:
    return (listed.account.login or listed.account.slug) if listed.account else f"installation {listed.id}"
