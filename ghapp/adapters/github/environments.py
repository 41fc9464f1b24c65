"""Lists the environments of a repository with a person's token: one read, without an App and without settings."""

import asyncio

import aiohttp
import msgspec
from yarl import URL

from ghapp.adapters.github.client import API_VERSION, same_origin
from ghapp.adapters.github.faults import Unanswered, lost
from ghapp.core.model.secret import Secret

PATIENCE = 5.0  # seconds
MOST = 100  # the largest page
MOVED = (301, 302, 307, 308)


class _Environment(msgspec.Struct):
    name: str


class _Page(msgspec.Struct):
    environments: list[_Environment]


async def list_environments(
    api_url: str, full_name: str, token: Secret, *, patience: float = PATIENCE
) -> tuple[int, tuple[str, ...]]:
    """GitHub's HTTP status, and with 200 the names of the first 100 environments. Raises a `Fault` without an answer in
    `patience` seconds.

    https://docs.github.com/rest/deployments/environments#list-environments
    """
    url = str(URL(f"{api_url}/repos/{full_name}/environments") % {"per_page": MOST})
    headers = {
        "accept": "application/vnd.github+json",
        "authorization": f"Bearer {token.reveal()}",
        "x-github-api-version": API_VERSION,
    }
    try:
        async with asyncio.timeout(patience), aiohttp.ClientSession(headers=headers) as session:
            status, content = await _get(session, url)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        fault = lost(error)
    else:
        return status, _names(content) if status == 200 else ()
    raise fault  # outside of the except: aiohttp's error contains the request with the token


async def _get(session: aiohttp.ClientSession, url: str) -> tuple[int, bytes]:
    """Follows one redirect, as of a renamed repository, and none to another server: the token is for this one."""
    async with session.get(url, allow_redirects=False) as response:
        moved = same_origin(url, response.headers) if response.status in MOVED else None
        if moved is None:
            return response.status, await response.read()
    async with session.get(moved, allow_redirects=False) as response:
        return response.status, await response.read()


def _names(content: bytes) -> tuple[str, ...]:
    try:
        return tuple(one.name for one in msgspec.json.decode(content, type=_Page).environments)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Unanswered("GitHub's list of environments cannot be read") from None
