"""GitHub's public keys for its jobs' tokens: found by the issuer's discovery document, cached and refreshed."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

import aiohttp
import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK
from yarl import URL

from ghapp.ports import Clock, Retryable

DISCOVERY = "/.well-known/openid-configuration"
FRESH = timedelta(hours=1)
KEPT = timedelta(hours=24)  # while the issuer cannot be reached; a leaked key must not be valid for ever
ASKED_EVERY = timedelta(minutes=1)  # made-up key ids cannot make us flood the issuer
LARGEST = 256 * 1024  # bytes
SMALLEST_KEY = 2048  # bits
TIMEOUT = aiohttp.ClientTimeout(total=5)


class _Discovery(msgspec.Struct):
    issuer: str
    jwks_uri: str


class _KeySet(msgspec.Struct):
    keys: list[dict[str, object]]


class OidcKeys:
    """An issuer's public keys by id. Sends requests only to the issuer's origin."""

    def __init__(self, session: aiohttp.ClientSession, issuer: str, clock: Clock) -> None:
        self._session, self._issuer, self._clock = session, issuer, clock
        self._keys: Mapping[str, RSAPublicKey] = {}
        self._fetched_at: datetime | None = None
        self._asked_at: datetime | None = None
        self._asking = asyncio.Lock()

    async def get(self, kid: str) -> RSAPublicKey | None:
        """The key, or None if the issuer has none with that id. Raises `Retryable` if the issuer cannot be reached."""
        if kid not in self._keys or not self._younger(FRESH):
            async with self._asking:
                if kid not in self._keys or not self._younger(FRESH):
                    await self._renewed()
        if not self._younger(KEPT) or (kid not in self._keys and not self._just_fetched()):
            raise Retryable("the keys of GitHub's tokens could not be fetched")
        return self._keys.get(kid)

    def _younger(self, than: timedelta) -> bool:
        return self._fetched_at is not None and self._clock() - self._fetched_at < than

    def _just_fetched(self) -> bool:
        """Whether the last request succeeded: then a missing key does not exist."""
        return self._fetched_at is not None and self._fetched_at == self._asked_at

    async def _renewed(self) -> None:
        """Fetches the keys, at most once a minute. On failure the known keys stay."""
        now = self._clock()
        if self._asked_at and timedelta(0) <= now - self._asked_at < ASKED_EVERY:
            return
        self._asked_at = now
        try:
            self._keys, self._fetched_at = await self._fetched(), now
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, msgspec.MsgspecError):
            return

    async def _fetched(self) -> Mapping[str, RSAPublicKey]:
        found = msgspec.json.decode(await self._read(self._issuer + DISCOVERY), type=_Discovery)
        if found.issuer != self._issuer or URL(found.jwks_uri).origin() != URL(self._issuer).origin():
            raise ValueError("the discovery document is another issuer's")
        listed = msgspec.json.decode(await self._read(found.jwks_uri), type=_KeySet).keys
        return {kid: key for one in listed if isinstance(kid := one.get("kid"), str) and (key := _key(one))}

    async def _read(self, url: str) -> bytes:
        async with self._session.get(url, timeout=TIMEOUT, allow_redirects=False) as response:
            if response.status != 200:
                raise ValueError(f"the issuer answered {response.status}")
            body = b""
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > LARGEST:
                    raise ValueError("the issuer's answer is too large")
            return body


def _key(one: dict[str, object]) -> RSAPublicKey | None:
    """The RSA signing key of an entry; None for any other or a shorter one."""
    if one.get("kty") != "RSA" or one.get("use", "sig") != "sig" or one.get("alg", "RS256") != "RS256":
        return None
    try:
        key = PyJWK(one, algorithm="RS256").key
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    return key if isinstance(key, RSAPublicKey) and key.key_size >= SMALLEST_KEY else None
