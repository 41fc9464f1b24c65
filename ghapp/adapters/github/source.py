"""GitHub as the source of facts: a read returns the fact or raises a fault, and never guesses."""

from dataclasses import dataclass
from typing import Literal, assert_never

import msgspec
from msgspec.structs import replace

from ghapp.adapters.github.api import Api
from ghapp.adapters.github.ci import Ci
from ghapp.adapters.github.config_file import ConfigFile
from ghapp.adapters.github.faults import NoToken, Refused, Unanswered
from ghapp.adapters.github.history import History
from ghapp.adapters.github.pull_files import PullFiles
from ghapp.adapters.github.pulls import Pulls
from ghapp.adapters.github.queries import Query
from ghapp.adapters.github.read_comment import read_comment
from ghapp.adapters.github.read_run import read_run
from ghapp.adapters.github.reviews import ReviewsAndPushes
from ghapp.core.config.model import ROLES, Role, as_bot
from ghapp.core.model.environment import Repository
from ghapp.core.model.facts import (
    AppFact,
    Fact,
    Grants,
    Login,
    Membership,
    Need,
    NeedApp,
    NeedAttempt,
    NeedChecks,
    NeedComment,
    NeedCommit,
    NeedComparison,
    NeedConfig,
    NeedFiles,
    NeedGrants,
    NeedLogin,
    NeedMerges,
    NeedPlatform,
    NeedPull,
    NeedPush,
    NeedRequired,
    NeedReviews,
    NeedRole,
    NeedRun,
    NeedTeam,
    NoApp,
    NoLogin,
)
from ghapp.ports import Clock, Fault

_STANDARD: dict[Role, str] = {
    "admin": "admin",
    "maintain": "maintain",
    "write": "push",
    "triage": "triage",
    "read": "pull",
}


QUEUES = "merge_queues: read"
# reading the queue itself takes that permission; recently opened pull requests show the setting without it
LATELY = Query(
    "pullRequests(first: 25, orderBy: {field: CREATED_AT, direction: DESC}) { nodes { isMergeQueueEnabled } }"
)


class _Opened(msgspec.Struct, rename="camel"):
    is_merge_queue_enabled: bool


class _Opens(msgspec.Struct):
    nodes: list[_Opened]


class _Lately(msgspec.Struct, rename="camel"):
    pull_requests: _Opens


class _Granted(msgspec.Struct):
    """A role's permissions; a custom role has those of the standard role that it is based on."""

    admin: bool = False
    maintain: bool = False
    push: bool = False
    triage: bool = False
    pull: bool = False


class _Collaborator(msgspec.Struct):
    id: int | None = None
    permissions: _Granted | None = None


class _Permission(msgspec.Struct):
    permission: Literal["admin", "write", "read", "none"]
    role_name: str = ""
    user: _Collaborator | None = None


class _Owner(msgspec.Struct):
    """An account; an enterprise has no login."""

    login: str = ""


class _App(msgspec.Struct):
    owner: _Owner | None = None


class _Member(msgspec.Struct):
    state: str


@dataclass(frozen=True, slots=True)
class GitHubSource:
    """The port `Source`."""

    api: Api
    config: ConfigFile
    pulls: Pulls
    files: PullFiles
    ci: Ci
    history: History
    reviews: ReviewsAndPushes
    clock: Clock

    async def gather(self, repository: Repository, need: Need) -> Fact:
        assert not isinstance(need, NeedPlatform), "GitHub knows nothing of platforms"
        match need:
            case NeedConfig():
                return await self.config.read(repository)
            case NeedPull():
                return await self.pulls.one(repository, need)
            case NeedMerges(branch, since):
                return await self.pulls.merged(repository, branch, since)
            case NeedGrants() | NeedRole() | NeedTeam() | NeedLogin() | NeedApp():
                return await self._rights(repository, need)
            case NeedFiles():
                return await self.files.read(repository, need)
            case NeedChecks() | NeedRequired() | NeedReviews() | NeedPush():
                return await self._reported(repository, need)
            case NeedComparison() | NeedCommit():
                return await self.history.read(repository, need)
            case NeedComment():
                return await read_comment(self.api, repository, need, self.clock)
            case NeedRun() | NeedAttempt():
                return await read_run(self.api, repository, need)
            case _:
                assert_never(need)

    async def _reported(self, repository: Repository, need: NeedChecks | NeedRequired | NeedReviews | NeedPush) -> Fact:
        if isinstance(need, NeedChecks | NeedRequired):
            return await self.ci.read(repository, need)
        return await self.reviews.read(repository, need)

    async def _rights(
        self, repository: Repository, need: NeedGrants | NeedRole | NeedTeam | NeedLogin | NeedApp
    ) -> Grants | Role | Membership | Login | NoLogin | AppFact | NoApp:
        match need:
            case NeedGrants():
                return await self._grants(repository)
            case NeedRole():
                return await self._role(repository, need)
            case NeedTeam(team, login):
                return await self._member(repository, team, login)
            case NeedLogin(account):
                return await self._login(repository, account)
            case NeedApp(slug):
                return await self._app(repository, slug)
            case _:
                assert_never(need)

    async def _grants(self, repository: Repository) -> Grants:
        """Omits the merge queue's permission if the repository has no queue."""
        found = await self.api.grants(repository)
        if QUEUES not in found.lacking or await self._has_queue(repository):
            return found
        return replace(found, lacking=tuple(one for one in found.lacking if one != QUEUES))

    async def _has_queue(self, repository: Repository) -> bool:
        """False also if it cannot be read, or an older server has no queues: no command waits for it."""
        try:
            found = await self.api.query(repository, LATELY, _Lately)
        except Fault:
            return False
        return any(one.is_merge_queue_enabled for one in found.pull_requests.nodes)

    async def _role(self, repository: Repository, need: NeedRole) -> Role:
        """A login that GitHub does not know has no role, nor has one of another account than was meant. After any other
        refusal the role is unknown."""
        path, login = "/collaborators/{login}/permission", need.login
        try:
            found = await self.api.get(repository, path, _Permission, login=login)
        except Refused as refusal:
            if refusal.status == 404:
                return "none"
            raise Unanswered(f"the role of {login} could not be asked: {refusal}") from None
        if need.user is None:
            return _role(found)
        if found.user is None or found.user.id is None:
            raise Unanswered(f"GitHub does not say whose login {login} is")
        return _role(found) if found.user.id == need.user else "none"

    async def _login(self, repository: Repository, account: int) -> Login | NoLogin:
        """Asked by the id, so that a login which has passed to another account never acts for this one."""
        try:
            return Login((await self.api.get_account(repository, _Owner, account=account)).login)
        except Refused as refusal:
            if refusal.status == 404:
                return NoLogin()
            raise Unanswered(f"the login of account {account} could not be asked: {refusal}") from None

    async def _app(self, repository: Repository, slug: str) -> AppFact | NoApp:
        """GitHub shows a private App to an installation's token: https://docs.github.com/en/rest/apps/apps#get-an-app"""
        if as_bot(slug) == (await self.api.bot()).lower():
            return NoApp()
        try:
            found = await self.api.get_app(repository, _App, slug=slug)
        except Refused as refusal:
            if refusal.status == 404:
                return NoApp()
            raise Unanswered(f"whose App {slug} is could not be asked: {refusal}") from None
        return AppFact(found.owner.login if found.owner else "")

    async def _member(self, repository: Repository, team: str, login: str) -> Membership:
        """Membership in a team of the repository's owner; a missing team has no members."""
        path, slug = "/teams/{slug}/memberships/{login}", team.split("/")[1]
        try:
            found = await self.api.get_of_owner(repository, path, _Member, slug=slug, login=login)
        except NoToken as fault:
            raise Unanswered(f"whether {login} is in {team} could not be asked: {fault}") from None
        except Refused as refusal:
            if refusal.status == 404:
                return Membership(active=False)
            raise Unanswered(f"whether {login} is in {team} could not be asked: {refusal}") from None
        return Membership(active=found.state == "active")


def _role(found: _Permission) -> Role:
    """A custom role counts as the standard role that it is based on, as far as GitHub shows it."""
    if (role := next((role for role in ROLES if role == found.role_name), None)) is not None:
        return role
    granted = found.user.permissions if found.user else None
    if granted is None:
        return found.permission
    return next((role for role, held in _STANDARD.items() if getattr(granted, held)), "none")
