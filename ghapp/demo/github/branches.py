"""Users' actions on branches, with the webhooks that they cause."""

from ghapp.demo.github.pulls import PullVerbs
from ghapp.demo.github.shapes import events
from ghapp.demo.github.state import Push


class BranchVerbs(PullVerbs):
    """The branches of a repository. An unreachable commit exists until it is collected."""

    async def force_push(self, branch: str, sha: str, *, by: str) -> None:
        """Moves a branch to another commit, whatever it contained before."""
        before, self.git.branches[branch] = self.git.branches[branch], sha
        self.pushes.append(Push(self.site.next_id(), branch, before, sha, "force_push", by, self.now()))
        await self.site.send("push", events.pushed(self, self.pushes[-1]))

    async def purge(self, path: str, *, by: str) -> str:
        """Rewrites the default branch without a file; returns the new head.

        Every commit from the first with the file on is replaced, as by `git filter-repo`.
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
        """Removes the commits that neither a branch nor a pull request's head reaches, as GitHub's support does."""
        self.git.collect(*(pull.head_sha for pull in self.pulls.values()))

    async def delete_branch(self, name: str, *, by: str) -> None:
        """Deletes a branch; GitHub closes the pull requests into it."""
        before = self.git.branches.pop(name)
        push = Push(self.site.next_id(), name, before, events.NOWHERE, "branch_deletion", by, self.now())
        self.pushes.append(push)
        for pull in [one for one in self.pulls.values() if one.state == "open" and one.base == name]:
            await self.close_pull(pull, by=by)
        await self.site.send("push", events.pushed(self, push))

    async def rename_branch(self, name: str, new: str, *, by: str) -> None:
        """Renames a branch. Open pull requests into it follow; closed ones keep the old name.

        https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-branches-in-your-repository/renaming-a-branch
        A webhook is sent only for the default branch.
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
        """Makes another branch the default one. Nothing is pushed, so no push is sent."""
        before, self.default_branch = self.default_branch, name
        await self.site.send("repository", events.default_branch_changed(self, before, by=by))

    def renamed(self, name: str) -> str | None:
        """The current name of a branch by its former name; None where there is none."""
        now = self.former_branches.get(name)
        return now if now in self.git.branches else None
