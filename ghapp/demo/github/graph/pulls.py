"""Pull requests, as GraphQL shows them. Fields are snake_case here."""

from dataclasses import dataclass
from typing import Any

from ghapp.demo.github.git import Change
from ghapp.demo.github.graph.actors import Actor, actor
from ghapp.demo.github.graph.commits import Commit, Ref, commit
from ghapp.demo.github.graph.paging import MOST, Connection, page
from ghapp.demo.github.repository import Repository as Place
from ghapp.demo.github.rest.call import Call
from ghapp.demo.github.shapes.words import instant, maybe, node_id
from ghapp.demo.github.state import Comment, Labelling, Pull, Review

PATCH = {"added": "ADDED", "removed": "DELETED", "modified": "MODIFIED", "renamed": "RENAMED"}


@dataclass(frozen=True, slots=True)
class HeadRepository:
    """The repository of a head: callers only check whether it exists."""

    database_id: int
    graphql_type: str = "Repository"


@dataclass(frozen=True, slots=True)
class PullRequestReview:
    call: Call
    place: Place
    kept: Review

    @property
    def author(self) -> Actor | None:
        return actor(self.call.site, self.kept.author)

    @property
    def author_can_push_to_repository(self) -> bool:
        return self.place.role(self.kept.author) in ("admin", "maintain", "write")

    @property
    def commit(self) -> Commit:
        return commit(self.call, self.place, self.kept.sha)

    @property
    def state(self) -> str:
        return self.kept.state


@dataclass(frozen=True, slots=True)
class Label:
    name: str


@dataclass(frozen=True, slots=True)
class LabeledEvent:
    call: Call
    kept: Labelling

    @property
    def actor(self) -> Actor | None:
        return actor(self.call.site, self.kept.by)

    @property
    def created_at(self) -> str:
        return instant(self.kept.at)

    @property
    def label(self) -> Label:
        return Label(self.kept.name)


@dataclass(frozen=True, slots=True)
class PullRequestCommit:
    commit: Commit


@dataclass(frozen=True, slots=True)
class PullRequestChangedFile:
    change: Change

    @property
    def path(self) -> str:
        return self.change.path

    @property
    def change_type(self) -> str:
        return PATCH[self.change.status]

    @property
    def additions(self) -> int:
        return self.change.after.count("\n")

    @property
    def deletions(self) -> int:
        return self.change.before.count("\n")


class IssueComment:
    """A comment on a pull request."""

    def __init__(self, call: Call, comment: Comment) -> None:
        self.author = actor(call.site, comment.author)
        self.full_database_id, self.body = str(comment.id), comment.body
        self.created_at, self.updated_at = instant(comment.created_at), instant(comment.updated_at)


class PullRequest:
    """A pull request with GraphQL's field names."""

    def __init__(self, call: Call, place: Place, pull: Pull) -> None:
        self._call, self._place, self._pull = call, place, pull
        self.id = node_id("PullRequest", pull.id)
        self.number, self.title, self.body = pull.number, pull.title, pull.body
        self.state, self.merged, self.is_draft = state(pull), pull.merged, pull.draft
        self.base_ref_name, self.base_ref_oid = pull.base, pull.base_sha
        self.head_ref_name, self.head_ref_oid = pull.head, pull.head_sha
        self.is_cross_repository = pull.fork != "no"
        self.review_decision = pull.review_decision
        self.created_at, self.updated_at = instant(pull.created_at), instant(pull.updated_at)
        self.closed_at, self.merged_at = maybe(pull.closed_at), maybe(pull.merged_at)

    @property
    def author(self) -> Actor | None:
        return actor(self._call.site, self._pull.author)

    @property
    def merged_by(self) -> Actor | None:
        return actor(self._call.site, self._pull.merged_by)

    @property
    def merge_commit(self) -> Commit | None:
        sha = self._pull.merge_commit_sha
        return commit(self._call, self._place, sha) if sha in self._place.git.commits else None

    @property
    def head_ref(self) -> Ref | None:
        tip = self._place.git.branches.get(self._pull.head)
        return Ref(self._pull.head, commit(self._call, self._place, tip)) if tip else None

    @property
    def head_repository(self) -> "HeadRepository | None":
        return None if self._pull.fork == "gone" else HeadRepository(self._place.id)

    def latest_opinionated_reviews(self, writers_only: bool = False, **paging: Any) -> Connection:
        made = [PullRequestReview(self._call, self._place, one) for one in self._place.opinions(self._pull.number)]
        shown = [one for one in made if one.author_can_push_to_repository or not writers_only]
        return page("latestOpinionatedReviews", shown, **paging)

    def reviews(self, states: list[str] | None = None, **paging: Any) -> Connection:
        kept = [one for one in self._place.reviews if one.number == self._pull.number]
        made = [PullRequestReview(self._call, self._place, one) for one in kept if not states or one.state in states]
        return page("reviews", made, **(paging or {"first": MOST}))  # a connection's count needs no paging arguments

    def labels(self, **paging: Any) -> Connection:
        return page("labels", [Label(name) for name in self._pull.labels], **paging)

    @property
    def is_in_merge_queue(self) -> bool:
        return any(entry.number == self.number for entry in self._place.queue)

    @property
    def is_merge_queue_enabled(self) -> bool:
        return self._pull.base in self._place.queues

    @property
    def merge_state_status(self) -> str:
        return self._place.mergeable(self._pull)

    def timeline_items(self, item_types: list[str] | None = None, **paging: Any) -> Connection:
        shown = item_types is None or "LABELED_EVENT" in item_types
        made = [LabeledEvent(self._call, one) for one in self._pull.labelled] if shown else []
        return page("timelineItems", made, **paging)

    def files(self, **paging: Any) -> Connection:
        changes = self._place.changes(self._pull).changes
        return page("files", [PullRequestChangedFile(change) for change in changes], **paging)

    def comments(self, **paging: Any) -> Connection:
        talk = self._place.talk(self._pull.number)
        return page("comments", [IssueComment(self._call, comment) for comment in talk], **paging)

    def commits(self, **paging: Any) -> Connection:
        made = self._place.changes(self._pull).commits
        nodes = [PullRequestCommit(Commit(self._call, self._place, known)) for known in made]
        return page("commits", nodes, **paging)


def state(pull: Pull) -> str:
    """OPEN, CLOSED or MERGED."""
    return "MERGED" if pull.merged else pull.state.upper()
