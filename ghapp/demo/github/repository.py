"""A repository with all its verbs."""

from collections.abc import Mapping

from ghapp.demo.github.branches import BranchVerbs
from ghapp.demo.github.runs import RunVerbs


class Repository(BranchVerbs, RunVerbs):
    """What tests and the demo's page act on."""

    def begin(self, files: Mapping[str, str]) -> None:
        """The first commit."""
        first = next(iter(self.people), self.owner)
        self._advance(self.default_branch, changes=files, message="Initial commit", by=first)

    def rename(self, name: str) -> None:
        """Give it a new name (`name` or `owner/name`); its old address redirects from now on."""
        self.former_names.append(self.full_name)
        self.full_name = name if "/" in name else f"{self.owner}/{name}"
        self.site.changed.bump()
