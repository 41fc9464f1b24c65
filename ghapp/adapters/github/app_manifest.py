"""Registers an App from a manifest: exchanges the code that GitHub gave the browser for the App and its secrets.

https://docs.github.com/rest/apps/apps#create-a-github-app-from-a-manifest
"""

from dataclasses import dataclass

import aiohttp
import msgspec

from ghapp.adapters.github.api import answered, read
from ghapp.adapters.github.client import Client
from ghapp.adapters.github.faults import Refused
from ghapp.adapters.github.github_clock import GitHubClock
from ghapp.core.model.secret import Secret
from ghapp.ports import Permanent, utc_now


class UnknownCode(Permanent):
    """GitHub does not know the code any more: it counts once, and for an hour."""


@dataclass(frozen=True, slots=True)
class RegisteredApp:
    """A new App. `page`: its public page, below which it is installed."""

    id: int
    slug: str
    page: str
    client_id: str
    client_secret: Secret
    webhook_secret: Secret
    private_key: Secret


class _Registered(msgspec.Struct):
    id: int
    slug: str
    html_url: str
    client_id: str
    client_secret: str
    webhook_secret: str
    pem: str


async def redeem_code(api_url: str, code: str) -> RegisteredApp:
    """Raises UnknownCode, or another `Fault`; after a `Retryable` one the same code may still count."""
    async with aiohttp.ClientSession() as session:
        client = Client(session, base_url=api_url, clock=utc_now, time=GitHubClock(utc_now))
        asking = client.post("/app-manifests/{code}/conversions", {"code": code}, data=b"")
        try:
            found = read(await answered(asking), _Registered)
        except Refused as refusal:
            if refusal.status not in (404, 422):
                raise
            raise UnknownCode(str(refusal)) from None
    return RegisteredApp(
        id=found.id,
        slug=found.slug,
        page=found.html_url,
        client_id=found.client_id,
        client_secret=Secret(found.client_secret),
        webhook_secret=Secret(found.webhook_secret),
        private_key=Secret(found.pem),
    )
