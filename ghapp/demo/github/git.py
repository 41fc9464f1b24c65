"""A git graph in memory: commits with whole trees, branches, ancestry and comparison."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Literal

Changed = Literal["added", "removed", "modified", "renamed"]


class Link(str):
    """A symbolic link among a commit's files; its text is the target path."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit and every file in it."""

    sha: str
    parents: tuple[str, ...]
    files: Mapping[str, str]
    message: str
    author: str
    at: datetime

    @property
    def tree(self) -> str:
        return self.folder("")

    def folder(self, path: str) -> str:
        """The id of a folder's tree, which depends on the folder's content alone."""
        inside = (
            (known.removeprefix(path), text) for known, text in sorted(self.files.items()) if known.startswith(path)
        )
        return _hash("tree", *(f"{name}\0{_mode(text):o}\0{blob_sha(text)}" for name, text in inside))

    def mode(self, path: str) -> int:
        """Git's mode of a file."""
        return _mode(self.files[path])


@dataclass(frozen=True, slots=True)
class Change:
    """The change of one file between two commits; `previous`: its path before a rename."""

    path: str
    status: Changed
    before: str
    after: str
    previous: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`base...head`: the commits that only head has, oldest first, and what they change."""

    base: Commit
    head: Commit
    merge_base: Commit
    commits: tuple[Commit, ...]
    behind_by: int
    changes: tuple[Change, ...]

    @property
    def status(self) -> Literal["ahead", "behind", "identical", "diverged"]:
        if self.commits:
            return "diverged" if self.behind_by else "ahead"
        return "behind" if self.behind_by else "identical"


class Unrelated(Exception):  # noqa: N818 - an answer, not an error
    """Raised for two commits without a common ancestor."""


class Git:
    """The graph of one repository."""

    def __init__(self, *, seed: str) -> None:
        self.commits: dict[str, Commit] = {}
        self.branches: dict[str, str] = {}
        self._seed = seed
        self._count = count()

    def commit(
        self,
        *parents: str,
        changes: Mapping[str, str | None],
        message: str,
        by: str,
        at: datetime,
    ) -> Commit:
        """A new commit on its first parent's tree; a change to None removes the file. No branch moves."""
        files = dict(self.commits[parents[0]].files) if parents else {}
        for path, text in changes.items():
            if text is None:
                files.pop(path, None)
            else:
                files[path] = text
        sha = _hash(self._seed, str(next(self._count)), message, *parents, *map(str, sorted(files.items())))
        made = Commit(sha=sha, parents=parents, files=files, message=message, author=by, at=at)
        self.commits[sha] = made
        return made

    def resolve(self, ref: str, *, default_branch: str) -> Commit | None:
        """The commit of a branch, a full ref, `HEAD` or a SHA of at least seven digits."""
        name = default_branch if ref == "HEAD" else ref.removeprefix("refs/heads/")
        if name in self.branches:
            return self.commits[self.branches[name]]
        found = [sha for sha in self.commits if len(ref) >= 7 and sha.startswith(ref)]
        return self.commits[found[0]] if len(found) == 1 else None

    def ancestry(self, sha: str) -> Iterator[Commit]:
        """The commit and its ancestors, newest first."""
        ranks = {known: rank for rank, known in enumerate(self.commits)}  # parents come before children
        return (self.commits[found] for found in sorted(self._reachable(sha), key=ranks.__getitem__, reverse=True))

    def contains(self, sha: str, ancestor: str) -> bool:
        """Whether `sha` contains `ancestor` or is the same."""
        return ancestor in self._reachable(sha)

    def compare(self, base: Commit, head: Commit) -> Comparison:
        """GitHub's three-dot comparison: the changes since the merge base. Raises Unrelated."""
        in_base, in_head = self._reachable(base.sha), self._reachable(head.sha)
        merge_base = next((known for known in self.ancestry(head.sha) if known.sha in in_base), None)
        if merge_base is None:
            raise Unrelated
        ahead = [known for known in self.ancestry(head.sha) if known.sha not in in_base]
        return Comparison(
            base=base,
            head=head,
            merge_base=merge_base,
            commits=tuple(reversed(ahead)),
            behind_by=len(in_base - in_head),
            changes=tuple(changes(merge_base.files, head.files)),
        )

    def collect(self, *kept: str) -> None:
        """Removes the commits that neither a branch nor one of `kept` reaches."""
        tips = (*self.branches.values(), *(sha for sha in kept if sha in self.commits))
        reachable = {sha for tip in tips for sha in self._reachable(tip)}
        self.commits = {sha: known for sha, known in self.commits.items() if sha in reachable}

    def _reachable(self, sha: str) -> set[str]:
        seen: set[str] = set()
        waiting = [sha]
        while waiting:
            found = waiting.pop()
            if found not in seen:
                seen.add(found)
                waiting.extend(self.commits[found].parents)
        return seen


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    """The differences of two trees, by path. An unchanged file at another path counts as renamed."""
    gone = {before[path]: path for path in before.keys() - after.keys()}
    moved = {path: gone[after[path]] for path in after.keys() - before.keys() if after[path] in gone}
    for path in sorted((before.keys() | after.keys()) - set(moved.values())):
        old, new = before.get(path), after.get(path)
        if path in moved:
            yield Change(path=path, status="renamed", before="", after="", previous=moved[path])
        elif old != new:
            status: Changed = "added" if old is None else "removed" if new is None else "modified"
            yield Change(path=path, status=status, before=old or "", after=new or "")


def _mode(text: str) -> int:
    return 0o120000 if isinstance(text, Link) else 0o100644


def blob_sha(text: str) -> str:
    """The SHA that git gives to this content."""
    content = text.encode()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _hash(*parts: str) -> str:
    return hashlib.sha1("\0".join(parts).encode(), usedforsecurity=False).hexdigest()
