"""What people do to branches: rewritten, deleted, renamed; and the webhooks that this causes."""

from ghapp.demo.github.pulls import PullVerbs
from ghapp.demo.github.shapes import events
from ghapp.demo.github.state import Push


class BranchVerbs(PullVerbs):
    """The branches of a repository. What no branch leads to any more is still there until it is collected."""

    async def force_push(self, branch: str, sha: str, *, by: str) -> None:
        """The branch stands at another commit, whatever it contained before."""
        before, self.git.branches[branch] = self.git.branches[branch], sha
        self.pushes.append(Push(self.site.next_id(), branch, before, sha, "force_push", by, self.now()))
        await self.site.send("push", events.pushed(self, self.pushes[-1]))

    async def purge(self, path: str, *, by: str) -> str:
        """Rewrite the default branch as if a file had never been on it; its new head.

        Every commit from the first that had the file on is another one, as `git filter-repo` makes them.
        """
        made: dict[str, str] = {}
        for known in reversed(list(self.git.ancestry(self.head))):
            parents = tuple(made.get(parent, parent) for parent in known.parents)
            if path not in known.files and parents == known.parents:
                continue
            before = self.git.commits[parents[0]].files if parents else {}
            kept = {name: text for name, text in known.files.items() if name != path}
            changes = {**dict.fromkeys(before.keys() - kept.keys()), **kept}
            again = self.git.commit(*parents, changes=changes, message=known.message, by=known.author, at=known.at)
            made[known.sha] = again.sha
            if self.ci == "success":
                self.report_check(again.sha, "test", self.ci)
        head = made.get(self.head, self.head)
        await self.force_push(self.default_branch, head, by=by)
        return head

    def collect(self) -> None:
        """GitHub's support has removed what no branch and no pull request's head leads to."""
        self.git.collect(*(pull.head_sha for pull in self.pulls.values()))

    async def delete_branch(self, name: str, *, by: str) -> None:
        """It is gone, and GitHub closes the pull requests that would go into it."""
        before = self.git.branches.pop(name)
        push = Push(self.site.next_id(), name, before, events.NOWHERE, "branch_deletion", by, self.now())
        self.pushes.append(push)
        for pull in [one for one in self.pulls.values() if one.state == "open" and one.base == name]:
            await self.close_pull(pull, by=by)
        await self.site.send("push", events.pushed(self, push))

    async def rename_branch(self, name: str, new: str, *, by: str) -> None:
        """Open pull requests go into it under its new name; closed ones keep the old one.

        https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-branches-in-your-repository/renaming-a-branch
        Only the default branch's new name is told by a webhook.
        """
        self.git.branches[new] = self.git.branches.pop(name)
        kept = {old: new if now == name else now for old, now in self.former_branches.items() if old != new}
        self.former_branches = {**kept, name: new}
        for pull in [one for one in self.pulls.values() if one.state == "open" and one.base == name]:
            pull.base, pull.updated_at = new, self.now()
        if name == self.default_branch:
            self.default_branch = new
            await self.site.send("repository", events.default_branch_changed(self, name, by=by))

    async def make_default(self, name: str, *, by: str) -> None:
        """Another branch is the default one. Nothing is pushed, so no push is told."""
        before, self.default_branch = self.default_branch, name
        await self.site.send("repository", events.default_branch_changed(self, before, by=by))

    def renamed(self, name: str) -> str | None:
        """What a branch is called now that had this name before; None where there is none."""
        now = self.former_branches.get(name)
        return now if now in self.git.branches else None
