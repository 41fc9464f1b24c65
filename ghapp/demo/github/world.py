"""The whole state of this GitHub: repositories, installations, teams, tokens."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from ghapp.demo.github.auth import TOKEN_LIFE, App, Token
from ghapp.demo.github.authorizations import Authorizations
from ghapp.demo.github.budget import Budget, Points
from ghapp.demo.github.context import Site
from ghapp.demo.github.faults import Strain
from ghapp.demo.github.manifests import Manifests
from ghapp.demo.github.oidc import Issuer
from ghapp.demo.github.repository import Repository
from ghapp.demo.github.shapes import events

FIRST_INSTALLATION = 7001


class World(Site):
    """Repositories by id; `teams` maps (organization, slug) to the members' logins.

    `invited`: likewise the logins with an open invitation.
    """

    def __init__(self, *, app: App, now: Callable[[], datetime], webhook_url: str | None = None) -> None:
        super().__init__(app=app, now=now, webhook_url=webhook_url)
        self.repositories: dict[int, Repository] = {}
        self.installations: dict[str, int] = {}
        self.teams: dict[tuple[str, str], set[str]] = {}
        self.invited: dict[tuple[str, str], set[str]] = {}
        self.tokens: dict[str, Token] = {}
        self.token_life = TOKEN_LIFE
        self.unknown: list[str] = []
        self.budget = Budget()
        self.issuer = Issuer(self)
        self.manifests = Manifests(self)
        self.authorizations = Authorizations(self, self._people)
        self.points = Points()
        self.strain: Strain | None = None

    def add_repository(
        self,
        full_name: str,
        *,
        files: Mapping[str, str],
        people: Mapping[str, str],
        squash: bool = True,
    ) -> Repository:
        """Adds a repository with one commit, on which the App is installed; `people` maps logins to roles."""
        owner = full_name.split("/", maxsplit=1)[0]
        number = self.installations.setdefault(owner, FIRST_INSTALLATION + len(self.installations))
        made = Repository(self, full_name, installation_id=number, people=people)
        made.squash = squash
        made.begin(files)
        self.repositories[made.id] = made
        return made

    def lacks(self, owner: str, *names: str) -> None:
        """The account's owner has not accepted these permissions of the App."""
        asked = self.app.permissions
        self.grants[self.installations[owner]] = {name: asked[name] for name in asked if name not in names}

    async def accept(self, owner: str) -> None:
        """The owner accepts all permissions that the App requests."""
        number = self.installations[owner]
        self.grants.pop(number, None)
        await self.send("installation", events.installed(self, owner, number, "new_permissions_accepted"))

    async def take_off(self, owner: str) -> None:
        """Uninstalls the App from an account: its installation and tokens are gone."""
        number = self.installations.pop(owner)
        self.tokens = {value: token for value, token in self.tokens.items() if token.installation_id != number}
        for place in self.owned_by(owner):
            place.installation_id = 0
        await self.send("installation", events.installed(self, owner, number, "deleted"))

    async def install(self, owner: str) -> int:
        """Installs the App again, under a new id."""
        number = self.installations[owner] = self.next_id()
        for place in self.owned_by(owner):
            place.installation_id = number
        await self.send("installation", events.installed(self, owner, number, "created"))
        return number

    async def transfer(self, place: Repository, owner: str) -> None:
        """Transfers a repository: its id stays, and the new owner's installation of the App has it, if there is one.

        Only that one gets the webhook. https://docs.github.com/webhooks/webhook-events-and-payloads#repository
        """
        before = place.owner
        place.rename(f"{owner}/{place.name}")
        place.installation_id = self.installations.get(owner, 0)
        await self.send("repository", events.transferred(place, before, by=before))

    def rename_user(self, login: str, name: str) -> None:
        """A user takes another login: their id, tokens and roles stay with them. The old one can pass to another
        account."""
        renamed = {
            value: replace(one, login=name) for value, one in self.authorizations.tokens.items() if one.login == login
        }
        self.authorizations.tokens |= renamed
        self.first_logins[name] = self.first_logins.pop(login, login)
        for place in self.repositories.values():
            place.people = {name if one == login else one: role for one, role in place.people.items()}

    def rename_owner(self, owner: str, name: str) -> None:
        """Renames an account: the addresses of its repositories redirect, and its installation stays."""
        for place in self.owned_by(owner):
            place.rename(f"{name}/{place.name}")
        self.installations = {name if one == owner else one: at for one, at in self.installations.items()}
        self.teams = {(name if one == owner else one, slug): team for (one, slug), team in self.teams.items()}

    async def delete(self, place: Repository) -> None:
        """Deletes a repository; its name is free."""
        await self.send("repository", events.settled(place, "deleted", by=place.owner))
        del self.repositories[place.id]

    def _people(self) -> list[str]:
        return [login for place in self.repositories.values() for login in place.people]

    def owned_by(self, owner: str) -> list[Repository]:
        return [place for place in self.repositories.values() if place.owner == owner]

    def named(self, full_name: str) -> Repository | None:
        """The repository of this name; case-insensitive."""
        wanted = full_name.lower()
        return next((r for r in self.repositories.values() if r.full_name.lower() == wanted), None)

    def moved(self, old_name: str) -> Repository | None:
        """The repository that had this name before."""
        wanted = old_name.lower()
        return next((r for r in self.repositories.values() if wanted in map(str.lower, r.former_names)), None)

    def check(self) -> None:
        """Raises AssertionError when an observer objected or an unknown route was requested."""
        problems = [f"no such route: {asked}" for asked in self.unknown]
        problems += [f"{type(problem).__name__}: {problem}" for problem in self.complaints]
        assert not problems, "\n".join(problems)
