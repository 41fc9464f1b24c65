"""A repository's content and state, for reading. The verbs are in pulls and runs."""

from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from typing import Any, Literal

from ghapp.demo.github.context import Site
from ghapp.demo.github.git import Commit, Comparison, Git
from ghapp.demo.github.state import (
    Check,
    Comment,
    Conclusion,
    Deployed,
    Deployment,
    Job,
    Protection,
    Pull,
    Push,
    Queued,
    Report,
    Required,
    Review,
    Role,
    Run,
    Stack,
    Status,
    as_role,
)
from ghapp.demo.github.workflows import Workflow, parse

WORKFLOWS = ".github/workflows/"
Carrier = Callable[[Run], Coroutine[Any, Any, None]]
"""Carries a run out from its beginning to its end."""


class Code:
    """The state of one repository. Numbers count up from `next_number`, which may be set.

    `ci`: the result of the required check `test` on every new commit. `public`: everyone may read it.
    """

    default_branch = "main"

    def __init__(self, site: Site, full_name: str, *, installation_id: int, people: Mapping[str, str]) -> None:
        self.site = site
        self.id = site.next_id()
        self.full_name = full_name
        self.former_names: list[str] = []
        self.former_branches: dict[str, str] = {}  # by their old names
        self.installation_id = installation_id
        self.people = {login: as_role(role) for login, role in people.items()}
        self.public = False
        self.archived = False
        self.created_at = site.now()
        self.git = Git(seed=full_name)
        self.squash = True
        self.next_number = 1
        self.pulls: dict[int, Pull] = {}
        self.comments: dict[int, Comment] = {}
        self.statuses: dict[tuple[str, str], list[Status]] = {}
        self.checks: list[Check] = []
        self.reports: dict[int, Report] = {}
        self.rules: list[Required] = []
        self.required_workflows: list[str] = []
        self.search_lags = False  # a filtered list of runs is empty: max-sixty/tend#348
        self.rules_hidden: tuple[int, str] | None = None  # status and message of GitHub's refusal to show the rules
        self.queue: list[Queued] = []
        self.queues = set[str]()  # the branches with a merge queue
        self.stacks: list[Stack] = []
        self.ci: Conclusion | Literal["absent", "running"] = "absent"
        self.reviews: list[Review] = []
        self.pushes: list[Push] = []
        self.runs: dict[int, Run] = {}
        self.runner: Carrier | None = None  # None: tests advance the runs
        self.deployed: list[Deployed] = []
        self.deployments: dict[int, Deployment] = {}
        self.serving: dict[str, str] = {}
        self.disabled: set[str] = set()  # workflow files that a user has disabled
        self.protections: dict[str, Protection] = {}  # by workflow file
        self.actions = True  # whether GitHub Actions is enabled at all
        self.environments: list[str] = []  # those that people have created; runs and deployments create others
        self.protected: set[str] = set()  # environments on which the App's rule is enabled

    @property
    def owner(self) -> str:
        return self.full_name.split("/")[0]

    @property
    def name(self) -> str:
        return self.full_name.split("/")[1]

    @property
    def head(self) -> str:
        """The SHA at the tip of the default branch."""
        return self.git.branches[self.default_branch]

    def find(self, ref: str) -> Commit | None:
        """The commit of a branch, `HEAD` or a SHA."""
        return self.git.resolve(ref, default_branch=self.default_branch)

    def files(self, ref: str = "HEAD") -> Mapping[str, str]:
        """Every file at a commit, by path. Raises KeyError for an unknown commit."""
        if (found := self.find(ref)) is None:
            raise KeyError(ref)
        return found.files

    def contains(self, ref: str, ancestor: str) -> bool:
        """Whether the commit of `ref` contains `ancestor`."""
        found = self.find(ref)
        return found is not None and self.git.contains(found.sha, ancestor)

    def compare(self, base: str, head: str) -> Comparison:
        """Three-dot comparison of two refs. Raises KeyError when either is unknown, Unrelated as `Git.compare` does."""
        ends = self.find(base), self.find(head)
        if ends[0] is None or ends[1] is None:
            raise KeyError(f"{base}...{head}")
        return self.git.compare(ends[0], ends[1])

    def changes(self, pull: Pull) -> Comparison:
        """The changes of a pull request, also after its merge, and after its base was rewritten."""
        base = pull.base_sha if pull.base_sha in self.git.commits else pull.begun_sha
        return self.compare(base, pull.head_sha)

    def talk(self, number: int) -> list[Comment]:
        """The comments on a pull request, oldest first."""
        return [comment for comment in self.comments.values() if comment.number == number and not comment.late]

    def stack(self, number: int) -> Stack | None:
        """The stack that a pull request is a layer of."""
        return next((stack for stack in self.stacks if number in stack.layers), None)

    def opinions(self, number: int) -> list[Review]:
        """The newest opinion of each reviewer on a pull request; a comment is none."""
        newest: dict[str, Review] = {}
        for review in self.reviews:
            if review.number == number and review.state != "COMMENTED":
                newest[review.author] = review
        return list(newest.values())

    def role(self, login: str) -> Role | None:
        """The user's role here; logins are case-insensitive. In a public repository strangers may read."""
        found = next((role for known, role in self.people.items() if known.lower() == login.lower()), None)
        return found or ("read" if self.public else None)

    def status(self, sha: str, context: str) -> Status | None:
        """The newest status of this context."""
        kept = self.statuses.get((sha, context.lower()))
        return kept[0] if kept else None

    def contexts(self, sha: str) -> list[Check | Status]:
        """All checks and jobs on a commit, superseded ones too, and the newest status of each context."""
        jobs = [check for run in self.runs.values() if run.head_sha == sha for check in self._jobs(run)]
        checks = (*self.checks, *jobs, *map(self._check, self.reports.values()))
        statuses = [kept[0] for (on, _), kept in self.statuses.items() if on == sha]
        return [*(check for check in checks if check.sha == sha), *statuses]

    def required(self, branch: str) -> set[str]:
        """The checks that the branch's rules require, classic and rulesets."""
        return {one.context for one in self.rules if one.branch == branch}

    def mergeable(self, pull: Pull) -> str:
        """GraphQL's merge state: a draft, reviews, or a required check that has not passed block a merge."""
        if pull.closed_at:
            return "UNKNOWN"
        found = {
            check.name if isinstance(check, Check) else check.context: check for check in self.contexts(pull.head_sha)
        }
        passed = {name for name, check in found.items() if _passed(check)}
        objected = pull.review_decision in ("CHANGES_REQUESTED", "REVIEW_REQUIRED")
        if pull.draft or objected or self.required(pull.base) - passed:
            return "BLOCKED"
        return "CLEAN" if passed == found.keys() else "UNSTABLE"

    def workflow(self, path: str, ref: str) -> Workflow | None:
        """The workflow file at a ref, by file name or path."""
        path = WORKFLOWS + path.removeprefix(WORKFLOWS)
        found = self.find(ref)
        return parse(path, found.files[path]) if found and path in found.files else None

    def now(self) -> datetime:
        return self.site.now()

    def _jobs(self, run: Run) -> list[Check]:
        return [
            Check(
                id=job.id,
                sha=run.head_sha,
                name=job.name,
                status=_shown(run, job),
                conclusion=job.conclusion,
                began=None if job.status == "queued" else run.created_at,
                ended=run.updated_at if job.status == "completed" else None,
                workflow=run.workflow,
                event=run.event,
                run=run.id,
            )
            for job in run.jobs
        ]

    def _check(self, one: Report) -> Check:
        """The App's own check run as one among the others."""
        return Check(
            id=one.id,
            sha=one.sha,
            name=one.name,
            status=one.status,
            conclusion=one.conclusion,
            began=one.at,
            ended=one.completed_at,
            app=self.site.app.id,
            external_id=one.external_id,
        )


def _shown(run: Run, job: Job) -> Literal["queued", "waiting", "in_progress", "completed"]:
    return "waiting" if run.status == "waiting" and job.status == "queued" else job.status


def _passed(check: Check | Status) -> bool:
    if isinstance(check, Check):
        return check.conclusion in ("success", "neutral", "skipped")
    return check.state == "success"
