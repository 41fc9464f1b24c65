"""The repository on GitHub that a checkout's remote `origin` names. Reads git's files and does not run git: a checkout
is not trusted, and its config may name programs for git to run.
"""

import re
from pathlib import Path

from ghapp.cli.checkout import read_text

LARGEST = 1024 * 1024  # bytes of git's files
_HEADER = re.compile(r'\s*\[\s*([^\]"]*?)\s*(?:"([^"]*)")?\s*\](.*)')
_URL = re.compile(r'\s*url\s*=\s*"?([^\s"#;\\]+)"?\s*(?:[#;].*)?', re.IGNORECASE)
_NAME = r"(?P<owner>[A-Za-z0-9_-]{1,100})/(?P<repo>[A-Za-z0-9._-]{1,100}?)(?:\.git)?/?"
_FORMS = (
    re.compile(rf"(?:https|ssh)://(?:[^@/\s]*@)?(?P<host>[A-Za-z0-9.-]+)(?::[0-9]+)?/{_NAME}"),
    re.compile(rf"(?:[^@/:\s]+@)?(?P<host>[A-Za-z0-9.-]+):/?{_NAME}"),
)
_SAME = {"ssh.github.com": "github.com", "www.github.com": "github.com"}


def origin_repository(root: Path, host: str) -> str | None:
    """`owner/repo` if the checkout's `origin` is on this host of GitHub, without its port; else None.

    Aliases of addresses (`url.….insteadOf`) and included files of git's config are not read.
    """
    url = _origin_url(root)
    return repository_of(url, host) if url else None


def repository_of(url: str, host: str) -> str | None:
    """`owner/repo` of the address of a remote, in the forms of https, ssh and scp, if it is on this host."""
    for form in _FORMS:
        found = form.fullmatch(url)
        if found and _plain(found["host"]) == _plain(host) and found["repo"] not in (".", ".."):
            return f"{found['owner']}/{found['repo']}"
    return None


def _plain(host: str) -> str:
    return _SAME.get(host.lower(), host.lower())


def _origin_url(root: Path) -> str | None:
    """The first `url` of the remote, which git fetches from."""
    config = _read(_git_folder(root) / "config") or ""
    inside = False
    for line in config.splitlines():
        if header := _HEADER.fullmatch(line):
            inside = header[1].lower() == "remote" and header[2] == "origin"
        if inside and (found := _URL.fullmatch(header[3] if header else line)):
            return found[1]
    return None


def _git_folder(root: Path) -> Path:
    """The folder with git's config. In a further worktree, `.git` is a file that names a folder beside it."""
    folder = root / ".git"
    if (pointer := _read(folder)) and (named := re.fullmatch(r"gitdir: (.+)\n?", pointer)):
        folder = root / named[1]
        if shared := _read(folder / "commondir"):
            folder /= shared.rstrip("\n")
    return folder


def _read(path: Path) -> str | None:
    try:
        text = read_text(path, LARGEST)
    except (OSError, ValueError):
        return None
    return text if isinstance(text, str) else None
