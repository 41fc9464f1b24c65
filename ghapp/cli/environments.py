"""Asks GitHub for the environments of a checkout's repository, where the shell has a token for it."""

import asyncio
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ghapp.cli.origin import origin_repository
from ghapp.core.model.secret import Secret

GITHUB = "github.com"
TOKENS = ("GH_TOKEN", "GITHUB_TOKEN")
OF_ENTERPRISE = ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")  # https://cli.github.com/manual/gh_help_environment
_HOST = re.compile(r"([A-Za-z0-9.-]+)(?::[0-9]{1,5})?")
_TOKEN = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Listed:
    """The names of a repository's environments; none, and the status 401 or 403, where GitHub refused to list them.

    `variable`: the environment variable of the token.
    """

    repository: str
    names: tuple[str, ...]
    refused: int | None
    variable: str


def listed_environments(root: Path, environ: Mapping[str, str] = os.environ) -> Listed | None:
    """None without a token, an `origin` on GitHub, or an answer. The token is only sent to github.com or GH_HOST."""
    host = environ.get("GH_HOST", "").strip().lower() or GITHUB
    tokens = TOKENS if host == GITHUB else (*OF_ENTERPRISE, *TOKENS)
    variable = next((name for name in tokens if environ.get(name, "").strip()), None)
    named = _HOST.fullmatch(host)
    if variable is None or named is None or not _TOKEN.fullmatch(token := environ[variable].strip()):
        return None
    repository = origin_repository(root, named[1])
    return _asked(host, repository, Secret(token), variable) if repository else None


def _asked(host: str, repository: str, token: Secret, variable: str) -> Listed | None:
    # imported here: most runs ask nothing, and these imports take longer than the whole draft
    from ghapp.adapters.github.environments import list_environments
    from ghapp.cli.setup.addresses import server_at
    from ghapp.ports import Fault
    from ghapp.settings import SettingsError, is_this_machine

    scheme = "http" if is_this_machine(f"http://{host}") else "https"
    try:
        server = server_at(f"{scheme}://{host}")
        status, names = asyncio.run(list_environments(server.api, repository, token))
    except (Fault, SettingsError):
        return None
    refused = status if status in (401, 403) else None
    return Listed(repository, names, refused, variable) if names or refused else None
