"""The root of every query, and repositories, as GraphQL shows them. Fields are snake_case here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ghapp.demo.github.admission import reaches
from ghapp.demo.github.graph.commits import Blob, Commit, Ref, Tree, commit, need
from ghapp.demo.github.graph.paging import Connection, page, problem
from ghapp.demo.github.graph.pulls import PullRequest, state
from ghapp.demo.github.repository import Repository as Place
from ghapp.demo.github.rest.call import Call
from ghapp.demo.github.shapes.words import instant, node_id
from ghapp.demo.github.state import Pull, Queued

ORDER: dict[str, Callable[[Pull, Place], tuple[Any, int]]] = {
    "CREATED_AT": lambda pull, _: (pull.created_at, pull.number),
    "UPDATED_AT": lambda pull, _: (pull.updated_at, pull.number),
    "COMMENTS": lambda pull, place: (len(place.talk(pull.number)), pull.number),
}


@dataclass(frozen=True, slots=True)
class Query:
    call: Call

    def repository(self, owner: str, name: str, follow_renames: bool = True) -> "Repository":
        full_name, token = f"{owner}/{name}", self.call.token
        found = self.call.site.named(full_name)
        if found is None and follow_renames:
            found = self.call.site.moved(full_name)
        if found is None or token is None or not reaches(token, found):
            raise problem("NOT_FOUND", f"Could not resolve to a Repository with the name '{full_name}'.")
        return Repository(self.call, found)

    @property
    def rate_limit(self) -> "RateLimit":
        assert self.call.token is not None
        site = self.call.site
        left, reset = site.budget.left(self.call.token.installation_id, "graphql", site.now())
        return RateLimit(1, site.budget.limit, left, site.budget.limit - left, instant(reset))


@dataclass(frozen=True, slots=True)
class RateLimit:
    cost: int
    limit: int
    remaining: int
    used: int
    reset_at: str
    node_count: int = 1


@dataclass(frozen=True, slots=True)
class Repository:
    call: Call
    place: Place

    @property
    def id(self) -> str:
        return node_id("Repository", self.place.id)

    @property
    def database_id(self) -> int:
        return self.place.id

    @property
    def name(self) -> str:
        return self.place.name

    @property
    def name_with_owner(self) -> str:
        return self.place.full_name

    @property
    def is_archived(self) -> bool:
        return self.place.archived

    @property
    def is_private(self) -> bool:
        return not self.place.public

    @property
    def default_branch_ref(self) -> "Ref":
        need(self.call, "contents: read")
        return Ref(self.place.default_branch, commit(self.call, self.place, self.place.head))

    def ref(self, qualified_name: str) -> "Ref | None":
        need(self.call, "contents: read")
        name = qualified_name.removeprefix("refs/heads/")
        tip = self.place.git.branches.get(name)
        return Ref(name, commit(self.call, self.place, tip)) if tip else None

    def object(self, expression: str | None = None, oid: str | None = None) -> "Blob | Tree | Commit | None":
        need(self.call, "contents: read")
        ref, colon, path = (expression or oid or "").partition(":")
        found = self.place.find(ref)
        if found is None:
            return None
        if not colon:
            return commit(self.call, self.place, found.sha)
        if path in found.files:
            return Blob(found.files[path])
        folder = path.rstrip("/") + "/" if path else ""
        there = any(known.startswith(folder) for known in found.files)
        return Tree(found.tree, commit(self.call, self.place, found.sha), folder) if there else None

    def pull_request(self, number: int) -> "PullRequest":
        need(self.call, "pull_requests: read")
        if number not in self.place.pulls:
            raise problem("NOT_FOUND", f"Could not resolve to a PullRequest with the number of {number}.")
        return PullRequest(self.call, self.place, self.place.pulls[number])

    def merge_queue(self, branch: str | None = None) -> "MergeQueue | None":
        need(self.call, "merge_queues: read")
        base = branch or self.place.default_branch
        entries = [entry for entry in self.place.queue if entry.base == base]
        return MergeQueue(self.call, self.place, entries) if entries else None

    def pull_requests(
        self,
        states: list[str] | None = None,
        base_ref_name: str | None = None,
        head_ref_name: str | None = None,
        order_by: dict[str, str] | None = None,
        **paging: Any,
    ) -> Connection:
        need(self.call, "pull_requests: read")
        order = order_by or {"field": "CREATED_AT", "direction": "ASC"}
        kept = [
            pull
            for pull in self.place.pulls.values()
            if (states is None or state(pull) in states)
            and base_ref_name in (None, pull.base)
            and head_ref_name in (None, pull.head)
        ]
        kept.sort(key=lambda pull: ORDER[order["field"]](pull, self.place), reverse=order["direction"] == "DESC")
        return page("pullRequests", [PullRequest(self.call, self.place, pull) for pull in kept], **paging)


@dataclass(frozen=True, slots=True)
class MergeQueue:
    call: Call
    place: Place
    kept: Sequence[Queued]

    def entries(self, **paging: Any) -> Connection:
        made = [MergeQueueEntry(self.call, self.place, entry, place + 1) for place, entry in enumerate(self.kept)]
        return page("entries", made, **paging)


@dataclass(frozen=True, slots=True)
class MergeQueueEntry:
    call: Call
    place: Place
    kept: Queued
    position: int

    @property
    def head_commit(self) -> Commit:
        return commit(self.call, self.place, self.kept.head_sha)

    @property
    def pull_request(self) -> PullRequest:
        need(self.call, "pull_requests: read")
        return PullRequest(self.call, self.place, self.place.pulls[self.kept.number])
