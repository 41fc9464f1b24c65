"""Users' actions on pull requests, with the webhooks that they cause."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from ghapp.demo.github.content import Code
from ghapp.demo.github.descriptions import complaint
from ghapp.demo.github.git import Commit
from ghapp.demo.github.shapes import conversation, events
from ghapp.demo.github.state import (
    ACTIONS_APP,
    Check,
    Comment,
    Conclusion,
    Labelling,
    Opinion,
    Pull,
    Push,
    Queued,
    Report,
    Required,
    Review,
    Stack,
    Status,
)

State = Literal["error", "failure", "pending", "success"]
Removal = Literal["MANUAL", "CI_FAILURE", "CI_TIMEOUT"]
Files = Mapping[str, str | None]  # path -> text; None removes
QUEUE = "github-merge-queue[bot]"
MOST_STATUSES = 1000


@dataclass(frozen=True, slots=True)
class Source:
    """The reporter of a check: a workflow's job, or without `workflow` another App."""

    workflow: str = ".github/workflows/ci.yml"
    event: str = "push"
    app: int = ACTIONS_APP
    external_id: str = ""


CI = Source()


class Unprocessable(Exception):  # noqa: N818 - an answer, not an error
    """GitHub's 422; the message is that of its `errors`."""


class PullVerbs(Code):
    """Pull requests, comments, commit statuses and checks of a repository."""

    async def open_pull(
        self,
        author: str,
        title: str,
        *,
        files: Files | None = None,
        base: str | None = None,
        draft: bool = False,
    ) -> Pull:
        """Creates a branch off `base` (the default branch) with one commit, and a pull request for it."""
        number, now, base = self._number(), self.now(), base or self.default_branch
        base_sha, branch = self.git.branches[base], f"{author}/{number}"
        head = self._advance(branch, base_sha, changes=files or _own_file(number, title), message=title, by=author)
        pull = Pull(
            id=self.site.next_id(),
            number=number,
            title=title,
            body="",
            author=author,
            base=base,
            base_sha=base_sha,
            begun_sha=base_sha,
            head=branch,
            head_sha=head.sha,
            created_at=now,
            updated_at=now,
            draft=draft,
        )
        self.pulls[number] = pull
        await self._tell_pull(pull, "opened", by=author)
        return pull

    async def open_beside(self, pull: Pull, base: str) -> Pull:
        """Opens a pull request of the same branch into another base; both share their commits' statuses."""
        number, now = self._number(), self.now()
        beside = Pull(
            id=self.site.next_id(),
            number=number,
            title=pull.title,
            body="",
            author=pull.author,
            base=base,
            base_sha=self.git.branches[base],
            begun_sha=pull.begun_sha,
            head=pull.head,
            head_sha=pull.head_sha,
            created_at=now,
            updated_at=now,
        )
        self.pulls[number] = beside
        await self._tell_pull(beside, "opened", by=pull.author)
        return beside

    async def push(self, pull: Pull, *, by: str, files: Files | None = None) -> str:
        """Adds a commit to the pull request's branch; returns its SHA."""
        before = pull.head_sha
        changes = files or {f"changes/{pull.number}.md": f"{pull.title}, again after {before[:7]}\n"}
        pull.head_sha = self._advance(pull.head, before, changes=changes, message="More", by=by).sha
        await self._tell_pull(pull, "synchronize", by=by, before=before, after=pull.head_sha)
        return pull.head_sha

    async def merge(self, pull: Pull, *, by: str) -> str:
        """Merges as the repository does (squash, or a merge commit); returns the new commit's SHA."""
        assert pull.state == "open", f"#{pull.number} is {pull.state}"
        base = self.git.branches[pull.base]
        made = self._merged(pull, pull.base, by)
        pull.base_sha = base
        pull.merged_by, pull.merged_at = by, self.now()
        await self._close(pull, by=by)
        await self._tell_push(pull.base, made)
        return made.sha

    async def pile(self, *pulls: Pull, by: str) -> Stack:
        """Makes a stack, from the bottom up; the base of each pull request must be the branch of the one below."""
        for below, above in pairwise(pulls):
            assert above.base == below.head, f"#{above.number} does not stand on #{below.number}"
        layers = tuple(pull.number for pull in pulls)
        stack = Stack(self.site.next_id(), self._number(), pulls[0].base, layers, self.now())
        self.stacks.append(stack)
        for pull in pulls:
            await self._tell_pull(pull, "stacked", by=by, stack=conversation.stacked(self, pull))
        return stack

    async def unpile(self, stack: Stack, *, by: str) -> None:
        """Dissolves a stack: the bases stay, but no pull request is a layer any more."""
        self.stacks.remove(stack)
        for pull in (self.pulls[number] for number in stack.layers):
            await self._tell_pull(pull, "unstacked", by=by)

    async def merge_stack(self, top: Pull, *, by: str, told: Literal["each", "top"] = "each") -> list[str]:
        """Merges a layer and all below it into the stack's base: one commit each, or one merge commit for all.

        `told`: the layers with a webhook, which GitHub does not document. The next layer above moves to the base.
        """
        stack = self.stack(top.number)
        assert stack
        layers = [self.pulls[number] for number in stack.layers]
        landing = [pull for pull in layers[: layers.index(top) + 1] if not pull.merged]
        for pull in landing if self.squash else [top]:
            self._merged(pull, stack.base, by)
        for pull in landing:
            pull.merge_commit_sha = pull.merge_commit_sha or top.merge_commit_sha
            pull.merged_by, pull.merged_at, pull.closed_at = by, self.now(), self.now()
        for pull in landing if told == "each" else [top]:
            await self._tell_pull(pull, "closed", by=by)
        await self._tell_push(stack.base, self.git.commits[self.git.branches[stack.base]])
        for pull in layers[layers.index(top) + 1 :][:1]:
            await self.change_base(pull, stack.base, by=by)
        return [str(pull.merge_commit_sha) for pull in landing]

    async def close_pull(self, pull: Pull, *, by: str) -> None:
        """Closes it without a merge."""
        await self._close(pull, by=by)

    async def reopen(self, pull: Pull, *, by: str) -> None:
        pull.closed_at = None
        await self._tell_pull(pull, "reopened", by=by)

    async def ready(self, pull: Pull, *, by: str) -> None:
        pull.draft = False
        await self._tell_pull(pull, "ready_for_review", by=by)

    async def redraft(self, pull: Pull, *, by: str) -> None:
        pull.draft = True
        await self._tell_pull(pull, "converted_to_draft", by=by)

    def review(self, pull: Pull, state: Opinion, *, by: str) -> Review:
        """Adds a review of the current head."""
        review = Review(pull.number, by, state, pull.head_sha)
        self.reviews.append(review)
        self.site.changed.bump()
        return review

    async def label(self, pull: Pull, name: str, *, by: str) -> None:
        pull.labels.append(name)
        pull.labelled.append(Labelling(name, by, self.now()))
        await self._tell_pull(pull, "labeled", by=by, label=conversation.label(self, name))

    async def unlabel(self, pull: Pull, name: str, *, by: str) -> None:
        pull.labels.remove(name)
        await self._tell_pull(pull, "unlabeled", by=by, label=conversation.label(self, name))

    async def change_base(self, pull: Pull, base: str, *, by: str) -> None:
        was, before = pull.base, pull.base_sha
        pull.base, pull.base_sha = base, self.git.branches[base]
        changes = {"base": {"ref": {"from": was}, "sha": {"from": before}}}
        await self._tell_pull(pull, "edited", by=by, changes=changes)

    async def enqueue(self, pull: Pull, *, by: str) -> Queued:
        """Adds it to the merge queue; its group contains all entries before it."""
        before = next((one.head_sha for one in reversed(self.queue) if one.base == pull.base), None)
        base = before or self.git.branches[pull.base]
        changes = {
            change.path: self.git.commits[pull.head_sha].files.get(change.path) for change in self.changes(pull).changes
        }
        branch = f"gh-readonly-queue/{pull.base}/pr-{pull.number}-{base}"
        title = f"{pull.title} (#{pull.number})"
        made = self.git.commit(base, changes=changes, message=title, by=by, at=self.now())
        self.git.branches[branch] = made.sha
        entry = Queued(pull.number, pull.base, base, f"refs/heads/{branch}", made.sha, by, self.now())
        self.queue.append(entry)
        self.queues.add(pull.base)
        await self._tell_pull(pull, "enqueued", by=by)
        await self.site.send("merge_group", events.group(self, entry, "checks_requested"))
        return entry

    async def leave_queue(self, entry: Queued, reason: Removal = "MANUAL") -> None:
        """Removes an entry from the queue, by the user who added it (`MANUAL`) or by the queue."""
        self.queue.remove(entry)
        by = entry.by if reason == "MANUAL" else QUEUE
        await self._tell_pull(self.pulls[entry.number], "dequeued", by=by, reason=reason)
        await self.site.send("merge_group", events.group(self, entry, "destroyed", reason="dequeued"))

    async def comment(self, pull: Pull, *, by: str, body: str) -> Comment:
        comment = self.add_comment(pull.number, by=by, body=body)
        await self.site.send("issue_comment", events.commented(self, comment))
        return comment

    async def press(self, report: Report, button: str, *, by: str) -> None:
        """Presses a button that the check run shows."""
        assert button in report.buttons, f"{report.name} shows {report.buttons}, not {button}"
        await self.press_late(report, button, by=by)

    async def press_late(self, report: Report, button: str, *, by: str) -> None:
        """Presses a button on an outdated page: GitHub sends the check run as it is now."""
        asked = events.reported(self, report, "requested_action", by=by, requested_action={"identifier": button})
        await self.site.send("check_run", asked)

    async def rerun_check(self, report: Report, *, by: str) -> None:
        """Presses "Re-run" on the App's check: GitHub notifies the App and leaves the check unchanged."""
        assert report.status == "completed", f"{report.name} is {report.status}"
        await self.site.send("check_run", events.reported(self, report, "rerequested", by=by))

    async def rerun_checks(self, sha: str, *, by: str) -> None:
        """Presses "Re-run all checks" on a commit: GitHub notifies each App of its own suite."""
        await self.site.send("check_suite", events.suite_asked(self, sha, by=by))

    async def edit_comment(self, comment: Comment, *, by: str, body: str) -> None:
        before = self.change_comment(comment, body)
        await self.site.send("issue_comment", events.comment_edited(self, comment, before=before, by=by))

    async def delete_comment(self, comment: Comment, *, by: str) -> None:
        self.forget_comment(comment)
        await self.site.send("issue_comment", events.comment_deleted(self, comment, by=by))

    async def commit(self, path: str, text: str | None, *, by: str, message: str) -> str:
        """Commits to the default branch directly; returns the SHA."""
        made = self._advance(self.default_branch, self.head, changes={path: text}, message=message, by=by)
        await self._tell_push(self.default_branch, made)
        return made.sha

    def report_check(
        self, sha: str, name: str, conclusion: Conclusion | None, required: bool = True, *, by: Source = CI
    ) -> Check:
        """Adds a check of CI; conclusion None: under way. An earlier one of the same name stays."""
        number, now = self.site.next_id(), self.now()
        check = Check(
            id=number,
            sha=sha,
            name=name,
            status="completed" if conclusion else "in_progress",
            conclusion=conclusion,
            began=now,
            ended=now if conclusion else None,
            app=by.app,
            external_id=by.external_id,
            workflow=by.workflow,
            event=by.event,
            run=number if by.workflow else 0,
        )
        self.checks.append(check)
        self._require(name, required)
        return check

    def report_status(
        self, sha: str, context: str, state: State, required: bool = True, *, by: str = "ci-bot"
    ) -> Status:
        """Adds a commit status of CI."""
        self._require(context, required)
        status = Status(self.site.next_id(), sha, context, state, None, None, by, self.now())
        self.add_status(status)
        return status

    def add_comment(self, number: int, *, by: str, body: str, by_app: bool = False) -> Comment:
        """Stores a comment; the caller sends the webhook."""
        now = self.now()
        comment = Comment(self.site.next_id(), number, by, body, now, now, by_app)
        self.comments[comment.id] = comment
        self.site.changed.bump()
        return comment

    def change_comment(self, comment: Comment, body: str) -> str:
        """Stores a comment's new text; returns the old one."""
        before, comment.body, comment.updated_at = comment.body, body, self.now()
        self.site.changed.bump()
        return before

    def forget_comment(self, comment: Comment) -> None:
        """Removes a comment."""
        del self.comments[comment.id]
        self.site.changed.bump()

    def add_status(self, status: Status) -> None:
        """Stores a status. Raises Unprocessable for an invalid description and for the 1001st status of a context."""
        kept = self.statuses.setdefault((status.sha, status.context.lower()), [])
        if wrong := complaint(status.description or ""):
            raise Unprocessable(wrong)
        if len(kept) >= MOST_STATUSES:
            raise Unprocessable("This SHA and context has reached the maximum number of statuses.")
        kept.insert(0, status)
        self.site.changed.bump()

    def _merged(self, pull: Pull, into: str, by: str) -> Commit:
        made = self._landed(pull, into, self.git.branches[into], by)
        pull.merge_commit_sha = made.sha
        return made

    def _landed(self, pull: Pull, into: str, base: str, by: str) -> Commit:
        compared = self.compare(base, pull.head_sha)
        changes = {change.path: compared.head.files.get(change.path) for change in compared.changes}
        changes |= {change.previous: None for change in compared.changes if change.previous}
        if self.squash:
            return self._advance(into, base, changes=changes, message=f"{pull.title} (#{pull.number})", by=by)
        message = f"Merge pull request #{pull.number} from {self.owner}/{pull.head}"
        return self._advance(into, base, pull.head_sha, changes=changes, message=message, by=by)

    def _advance(self, branch: str, *parents: str, changes: Files, message: str, by: str) -> Commit:
        made = self.git.commit(*parents, changes=changes, message=message, by=by, at=self.now())
        before = self.git.branches.get(branch)
        self.git.branches[branch] = made.sha
        kind: Literal["push", "branch_creation"] = "push" if before else "branch_creation"
        self.pushes.append(Push(self.site.next_id(), branch, before or "0" * 40, made.sha, kind, by, self.now()))
        if self.ci != "absent":
            self.report_check(made.sha, "test", None if self.ci == "running" else self.ci)
        return made

    async def _close(self, pull: Pull, *, by: str) -> None:
        pull.closed_at = self.now()
        await self._tell_pull(pull, "closed", by=by)

    async def _tell_pull(self, pull: Pull, action: str, *, by: str, **more: Any) -> None:
        pull.updated_at = self.now()
        await self.site.send("pull_request", events.pull(self, pull, action, by=by, **more))

    async def _tell_push(self, branch: str, made: Commit) -> None:
        push = next(one for one in reversed(self.pushes) if (one.branch, one.after) == (branch, made.sha))
        await self.site.send("push", events.pushed(self, push))
        await self.run_by_push(branch, made, by=push.actor)

    async def run_by_push(self, branch: str, made: Commit, *, by: str) -> None:
        """Starts the workflows of a push."""

    def _number(self) -> int:
        number, self.next_number = self.next_number, self.next_number + 1
        return number

    def require(self, context: str, *, branch: str = "main", app: int | None = None, classic: bool = False) -> None:
        """Adds a required check to the branch's rules."""
        rule = Required(context, branch, app, classic)
        self.rules += [] if rule in self.rules else [rule]
        self.site.changed.bump()

    def _require(self, name: str, required: bool) -> None:
        if not required:
            self.rules = [one for one in self.rules if one.context != name]
        elif name not in self.required(self.default_branch):
            self.require(name, branch=self.default_branch)
        self.site.changed.bump()


def _own_file(number: int, title: str) -> Files:
    return {f"changes/{number}.md": f"{title}\n"}
