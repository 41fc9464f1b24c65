"""A file of a commit in a GraphQL answer: its text, or the problem that makes it unusable."""

from dataclasses import dataclass

import msgspec

from ghapp.adapters.github.queries import Query
from ghapp.core.config.model import InvalidConfig, NoConfig, Problem

LARGEST = 65_536
FILE_MODES = (0o100644, 0o100755)  # regular files; no folder, symbolic link or submodule
BLOB_FIELDS = "mode object { __typename ... on Blob { oid byteSize isBinary isTruncated text } }"
FILE_FIELDS = f"file(path: $path) {{ {BLOB_FIELDS} }}"


class _Object(msgspec.Struct, rename="camel"):
    kind: str = msgspec.field(name="__typename")
    oid: str = ""
    byte_size: int = 0
    is_binary: bool | None = None
    is_truncated: bool = False
    text: str | None = None


class TreeEntry(msgspec.Struct):
    """A file or folder of a commit, with its git mode."""

    mode: int
    object: _Object | None = None


class Commit(msgspec.Struct):
    """A commit with its entry at the config's path."""

    oid: str
    file: TreeEntry | None = None


class Branch(msgspec.Struct):
    """A branch and its newest commit."""

    name: str
    target: Commit | None


@dataclass(frozen=True, slots=True)
class File:
    """A file's text with its blob id, its commit and its branch."""

    oid: str
    text: str
    sha: str
    branch: str


QUERY = Query(
    f"nameWithOwner defaultBranchRef {{ name target {{ __typename oid ... on Commit {{ {FILE_FIELDS} }} }} }}",
    "$path: String!",
)


class Repository(msgspec.Struct, rename="camel"):
    """The answer to `QUERY`: a repository's present name, and the file on its default branch."""

    name_with_owner: str
    default_branch_ref: Branch | None = None

    @property
    def file(self) -> "Found":
        branch = self.default_branch_ref
        return found(branch.target, branch.name) if branch and branch.target else NoConfig()


Found = File | NoConfig | InvalidConfig
"""The file at the config's path, not parsed yet."""


def found(commit: Commit, branch: str) -> Found:
    """The text of a commit's file at the config's path; an empty file counts as none."""
    text = text_of(commit.file, LARGEST)
    if isinstance(text, Problem):
        return InvalidConfig(commit.oid, (text,))
    blob = commit.file.object if commit.file else None
    return File(blob.oid, text, commit.oid, branch) if blob and text else NoConfig()


def text_of(entry: TreeEntry | None, most: int) -> str | Problem:
    """The text of a file of at most `most` bytes, empty if there is none; else the problem with it."""
    if entry is None:
        return ""
    blob = entry.object
    if entry.mode not in FILE_MODES or blob is None or blob.kind != "Blob":
        return Problem(1, 1, "yaml.not_a_file")
    if blob.byte_size > most or blob.is_truncated:
        return Problem(1, 1, "yaml.large", {"most": most // 1024})
    if blob.byte_size and (blob.is_binary or blob.text is None):
        return Problem(1, 1, "yaml.binary")
    return blob.text or ""
