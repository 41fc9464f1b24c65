"""Identifies a workflow's job by the OpenID Connect token that GitHub signs for it.

https://docs.github.com/actions/reference/security/oidc
"""

from datetime import datetime, timedelta
from typing import Annotated

import jwt
import msgspec
from msgspec import Meta

from ghapp.adapters.github.oidc_keys import OidcKeys
from ghapp.core.model.environment import Run
from ghapp.core.model.events import GuardedJob
from ghapp.ports import Clock, Doubt

LEEWAY = timedelta(seconds=30)
ALGORITHMS = ["RS256"]  # never the token's own claim
LONGEST = 16 * 1024  # characters
NOT_ONE = Doubt("this is not a token that GitHub Actions signed for this run")
Number = Annotated[str, Meta(pattern=r"\A[1-9][0-9]{0,17}\Z")]
Text = Annotated[str, Meta(min_length=1, max_length=1024)]


class _Header(msgspec.Struct):
    alg: str
    kid: str


class _Claims(msgspec.Struct):
    exp: int
    nbf: int
    iat: int
    repository: Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}\Z")]
    repository_id: Number
    run_id: Number
    run_attempt: Number
    workflow_ref: Text
    actor: Text


class OidcJobs:
    """The port `Jobs`. `audience`: our own URL, so that a token for another service is rejected.

    `web`: the base URL of GitHub's web pages.
    """

    def __init__(self, keys: OidcKeys, *, issuer: str, audience: str, web: str, clock: Clock) -> None:
        self._keys, self._issuer, self._audience = keys, issuer, audience
        self._web, self._clock = web, clock

    async def believed(self, token: str) -> GuardedJob | Doubt:
        """Raises `Retryable` if GitHub's keys cannot be fetched."""
        kid = _key_id(token)
        key = await self._keys.get(kid) if kid else None
        if key is None:
            return NOT_ONE
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                audience=self._audience,
                issuer=self._issuer,
                # `_untimely` checks the times, by the injected clock
                options={"strict_aud": True, "verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )
            found = msgspec.convert(claims, _Claims)
        except jwt.InvalidAudienceError:
            return Doubt("the token is meant for somebody else: ask for one whose audience is this server's address")
        except (jwt.PyJWTError, msgspec.ValidationError):
            return NOT_ONE
        return _untimely(found, self._clock()) or self._job(found)

    def _job(self, claims: _Claims) -> GuardedJob:
        url = f"{self._web}/{claims.repository}/actions/runs/{claims.run_id}"
        return GuardedJob(
            repository=int(claims.repository_id),
            full_name=claims.repository,
            run=Run(int(claims.run_id), url),
            attempt=int(claims.run_attempt),
            workflow=claims.workflow_ref,
            actor=claims.actor,
        )


def _key_id(token: str) -> str | None:
    """The key id in the token's header; None if the token cannot be one of GitHub's."""
    if len(token) > LONGEST or not token.isascii():
        return None
    try:
        header = msgspec.convert(jwt.get_unverified_header(token), _Header)
    except (jwt.PyJWTError, msgspec.ValidationError, ValueError, RecursionError):
        return None
    return header.kid if header.alg in ALGORITHMS else None


def _untimely(claims: _Claims, now: datetime) -> Doubt | None:
    moment, leeway = now.timestamp(), LEEWAY.total_seconds()
    if moment >= claims.exp + leeway:
        return Doubt("the token has expired: ask for a new one")
    if max(claims.nbf, claims.iat) > moment + leeway:
        return Doubt("the token is not valid yet: is this server's clock right?")
    return None
