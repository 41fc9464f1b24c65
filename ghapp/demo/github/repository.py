"""A repository with all its verbs."""

import contextlib
from collections.abc import Mapping

from ghapp.demo.github.branches import BranchVerbs
from ghapp.demo.github.content import WORKFLOWS
from ghapp.demo.github.git import Commit
from ghapp.demo.github.runs import RunVerbs
from ghapp.demo.github.shapes import events
from ghapp.demo.github.workflows import Unstartable, parse


class Repository(BranchVerbs, RunVerbs):
    """A repository with all actions, for tests and the demo's page."""

    def begin(self, files: Mapping[str, str]) -> None:
        """Adds the first commit."""
        first = next(iter(self.people), self.owner)
        self._advance(self.default_branch, changes=files, message="Initial commit", by=first)

    async def run_by_push(self, branch: str, made: Commit, *, by: str) -> None:
        """Starts the workflows of a push, by the workflow files in the pushed commit."""
        for path in [path for path in made.files if path.startswith(WORKFLOWS)]:
            with contextlib.suppress(Unstartable):  # GitHub shows an unreadable workflow as a failed run
                if parse(path, made.files[path]).starts_on(branch):
                    await self.trigger(path.removeprefix(WORKFLOWS), "push", by=by, branch=branch, sha=made.sha)

    def rename(self, name: str) -> None:
        """Renames it (`name` or `owner/name`) without a webhook; the old address redirects from now on."""
        self.former_names.append(self.full_name)
        self.full_name = name if "/" in name else f"{self.owner}/{name}"
        self.site.changed.bump()

    async def announce_rename(self, name: str, *, by: str) -> None:
        """Renames it within its owner, with the webhook."""
        before = self.name
        self.rename(name)
        await self.site.send("repository", events.renamed(self, before, by=by))

    async def archive(self, *, by: str, archived: bool = True) -> None:
        """Archives the repository, which makes it read-only, or ends that."""
        self.archived = archived
        await self.site.send("repository", events.settled(self, "archived" if archived else "unarchived", by=by))
