"""A file of a commit, as GraphQL tells it: its text, or why it is not taken as text."""

from dataclasses import dataclass

import msgspec

from ghapp.core.config.model import InvalidConfig, NoConfig, Problem

LARGEST = 65_536
FILE_MODES = (0o100644, 0o100755)  # not a folder, a link to another file, or another repository
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
    """A file or a folder of a commit, with git's own mode."""

    mode: int
    object: _Object | None = None


class Commit(msgspec.Struct):
    """A commit with what it has at the config's path."""

    oid: str
    file: TreeEntry | None = None


class Branch(msgspec.Struct):
    """A branch and its newest commit."""

    name: str
    target: Commit | None


@dataclass(frozen=True, slots=True)
class File:
    """A file's text with its blob, its commit and the branch that it was read on."""

    oid: str
    text: str
    sha: str
    branch: str


Found = File | NoConfig | InvalidConfig
"""What is at the config's path, as far as its text."""


def found(commit: Commit, branch: str) -> Found:
    """What a commit has at the config's path, as far as its text."""
    text = text_of(commit.file, LARGEST)
    if isinstance(text, Problem):
        return InvalidConfig(commit.oid, (text,))
    blob = commit.file.object if commit.file else None
    return File(blob.oid, text, commit.oid, branch) if blob and text else NoConfig()


def text_of(entry: TreeEntry | None, most: int) -> str | Problem:
    """The text of a file of at most so many bytes, empty where there is none; or why it is not taken as text."""
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
