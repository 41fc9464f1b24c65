"""Commits and the files in them, as GraphQL shows them. Fields are snake_case here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ghapp.demo.github.admission import FORBIDDEN
from ghapp.demo.github.git import Commit as GitCommit
from ghapp.demo.github.git import blob_sha
from ghapp.demo.github.graph.actors import Actor, actor
from ghapp.demo.github.graph.checks import CombinedStatus, StatusCheckRollup
from ghapp.demo.github.graph.paging import Connection, page, problem
from ghapp.demo.github.repository import Repository as Place
from ghapp.demo.github.rest.call import Call
from ghapp.demo.github.shapes.words import instant
from ghapp.demo.github.state import Pull

LONGEST_TEXT = 512 * 1024


@dataclass(frozen=True, slots=True)
class RefUpdateRule:
    """The required checks of a branch's classic protection, as it was before rulesets."""

    pattern: str
    required_status_check_contexts: list[str]


@dataclass(frozen=True, slots=True)
class Ref:
    name: str
    target: "Commit"

    def associated_pull_requests(self, states: list[str] | None = None, **paging: Any) -> Connection:
        """The pull requests with this branch as their head."""
        pulls = [pull for pull in self.target.place.pulls.values() if pull.head == self.name]
        return associated(self.target, pulls, states, **paging)

    @property
    def ref_update_rule(self) -> RefUpdateRule | None:
        rules = [one for one in self.target.place.rules if one.classic and one.branch == self.name]
        return RefUpdateRule(self.name, [one.context for one in rules]) if rules else None


@dataclass(frozen=True, slots=True)
class Tree:
    oid: str
    commit: "Commit"
    folder: str

    @property
    def entries(self) -> list["TreeEntry"]:
        """Its files and folders, not those below."""
        below = (path.removeprefix(self.folder) for path in self.commit.made.files if path.startswith(self.folder))
        names = sorted({path.partition("/")[0] for path in below})
        found = (self.commit.file(f"{self.folder}{name}") for name in names)
        return [one for one in found if one]


@dataclass(frozen=True, slots=True)
class Blob:
    content: str

    @property
    def oid(self) -> str:
        return blob_sha(self.content)

    @property
    def byte_size(self) -> int:
        return len(self.content.encode())

    @property
    def is_binary(self) -> bool:
        return "\0" in self.content

    @property
    def is_truncated(self) -> bool:
        return self.byte_size > LONGEST_TEXT

    @property
    def text(self) -> str | None:
        return None if self.is_binary else self.content[:LONGEST_TEXT]


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """A file or a folder of a commit, with git's own mode."""

    name: str
    mode: int
    type: str
    object: Blob | Tree


@dataclass(frozen=True, slots=True)
class GitActor:
    """The author of a commit. People who show an e-mail commit with it."""

    place: Place
    login: str

    @property
    def email(self) -> str:
        return self.place.site.emails.get(self.login) or f"{self.login}@users.noreply.github.com"

    @property
    def user(self) -> Actor | None:
        """Null for a bot, which is no user."""
        found = actor(self.place.site, self.login)
        return found if found and found.graphql_type == "User" else None


@dataclass(frozen=True, slots=True)
class Commit:
    call: Call
    place: Place
    made: GitCommit

    @property
    def oid(self) -> str:
        return self.made.sha

    @property
    def message(self) -> str:
        return self.made.message

    @property
    def committed_date(self) -> str:
        return instant(self.made.at)

    def parents(self, **paging: Any) -> Connection:
        return page("parents", [commit(self.call, self.place, sha) for sha in self.made.parents], **paging)

    def associated_pull_requests(self, **paging: Any) -> Connection:
        """The pull requests that brought the commit to the default branch; for a commit not there, also open ones."""
        place = self.place
        landed = place.git.contains(place.head, self.oid)
        found = [pull for pull in place.pulls.values() if self.oid in (pull.head_sha, pull.merge_commit_sha)]
        return associated(self, [pull for pull in found if pull.merged or not landed], None, **paging)

    def history(self, **paging: Any) -> Connection:
        """The commit and its ancestors, newest first."""
        need(self.call, "contents: read")
        found = [Commit(self.call, self.place, made) for made in self.place.git.ancestry(self.made.sha)]
        return page("history", found, **paging)

    @property
    def author(self) -> "GitActor":
        return GitActor(self.place, self.made.author)

    def file(self, path: str) -> TreeEntry | None:
        need(self.call, "contents: read")
        name = path.rpartition("/")[2]
        if path in self.made.files:
            return TreeEntry(name, self.made.mode(path), "blob", Blob(self.made.files[path]))
        folder = any(known.startswith(f"{path}/") for known in self.made.files)
        tree = Tree(self.made.folder(f"{path}/"), self, f"{path}/")
        return TreeEntry(name, 0o040000, "tree", tree) if folder else None

    @property
    def status(self) -> CombinedStatus | None:
        need(self.call, "statuses: read")
        status = CombinedStatus(self.place, self.oid)
        return status if status.contexts else None

    @property
    def status_check_rollup(self) -> StatusCheckRollup | None:
        need(self.call, "checks: read")
        need(self.call, "statuses: read")
        return StatusCheckRollup(self.place, self.oid) if self.place.contexts(self.oid) else None


def associated(of: Commit, pulls: Sequence[Pull], states: list[str] | None, **paging: Any) -> Connection:
    """A connection of these pull requests."""
    from ghapp.demo.github.graph.pulls import PullRequest

    need(of.call, "pull_requests: read")
    shown = [PullRequest(of.call, of.place, pull) for pull in pulls]
    return page("associatedPullRequests", [one for one in shown if states is None or one.state in states], **paging)


def need(call: Call, permission: str) -> None:
    """Raises GitHub's FORBIDDEN if the token lacks this permission."""
    if call.token is None or not call.token.allows(permission):
        raise problem("FORBIDDEN", FORBIDDEN)


def commit(call: Call, place: Place, sha: str) -> Commit:
    return Commit(call, place, place.git.commits[sha])
