"""The tokens that this GitHub signs for jobs, and its keys, served as by GitHub's issuer.

https://docs.github.com/actions/reference/security/oidc
"""

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

from ghapp.demo.github.content import Code
from ghapp.demo.github.context import Site
from ghapp.demo.github.shapes.words import Json
from ghapp.demo.github.state import Run

PLACE = "/_services/token"
VALID = 300  # seconds
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@cache
def _key(number: int) -> rsa.RSAPrivateKey:
    """Generated once, for the issuers of all worlds of this process: generation takes longer than most tests."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key pair under an id of its own; `number` identifies the pair within this process."""

    number: int
    kid: str = field(default_factory=lambda: secrets.token_hex(20).upper())

    @property
    def key(self) -> rsa.RSAPrivateKey:
        return _key(self.number)

    def listed(self) -> Json:
        """The key as a member of the key set."""
        numbers: Json = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return numbers | {"kid": self.kid, "alg": "RS256", "use": "sig"}


class Issuer:
    """Signs with the newest key and serves all of them.

    `asked`: the paths of all requests. `broken`: answers only errors; `busy`: the number of token requests to refuse.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._requests: dict[str, tuple[Code, Run]] = {}
        self.keys = [SigningKey(0)]
        self.asked: list[str] = []
        self.broken = False
        self.busy = 0

    @property
    def url(self) -> str:
        """The issuer's name."""
        return f"{self._site.url}{PLACE}"

    def rotate(self, *, keep: bool = False) -> None:
        """Signs with a new key from now on; `keep`: the old ones are served too."""
        self.keys = [*(self.keys if keep else ()), SigningKey(self.keys[-1].number + 1)]

    def job(self, place: Code, run: Run) -> dict[str, str]:
        """The environment variables of a job with `id-token: write`."""
        token = f"canary-{secrets.token_urlsafe(40)}"
        self._requests[token] = (place, run)
        url = f"{self._site.url}{PLACE}/jobs/{run.id}?api-version=2.0"
        return {"ACTIONS_ID_TOKEN_REQUEST_URL": url, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": token}

    def token(self, place: Code, run: Run, audience: str, **changed: Any) -> str:
        """A run's token. `changed`: claims to replace, None removes one."""
        claims = {name: value for name, value in (self._claims(place, run, audience) | changed).items() if value}
        newest = self.keys[-1]
        return jwt.encode(claims, newest.key, algorithm="RS256", headers={"kid": newest.kid})

    def routes(self) -> Mapping[str, Handler]:
        """The handlers by path."""
        return {
            f"{PLACE}/.well-known/openid-configuration": self._discovery,
            f"{PLACE}/.well-known/jwks": self._key_set,
            f"{PLACE}/jobs/{{run_id:[0-9]+}}": self._signed,
        }

    def _claims(self, place: Code, run: Run, audience: str) -> Json:
        now = int(self._site.now().timestamp())
        ref = f"refs/heads/{run.branch}"
        return {
            "iss": self.url,
            "aud": audience,
            "sub": f"repo:{place.full_name}:ref:{ref}",
            "jti": secrets.token_hex(16),
            "iat": now,
            "nbf": now - VALID,
            "exp": now + VALID,
            "repository": place.full_name,
            "repository_id": str(place.id),
            "repository_owner": place.owner,
            "workflow": run.name,
            "workflow_ref": f"{place.full_name}/{run.workflow}@{ref}",
            "workflow_sha": run.head_sha,
            "job_workflow_ref": f"{place.full_name}/{run.workflow}@{ref}",
            "ref": ref,
            "ref_type": "branch",
            "sha": run.head_sha,
            "event_name": run.event,
            "actor": run.actor,
            "run_id": str(run.id),
            "run_number": str(run.number),
            "run_attempt": str(run.attempt),
            "runner_environment": "github-hosted",
        }

    def _note(self, request: web.Request) -> None:
        self.asked.append(request.path)
        if self.broken:
            raise web.HTTPServiceUnavailable

    async def _discovery(self, request: web.Request) -> web.Response:
        self._note(request)
        return web.json_response(
            {
                "issuer": self.url,
                "jwks_uri": f"{self.url}/.well-known/jwks",
                "id_token_signing_alg_values_supported": ["RS256"],
                "response_types_supported": ["id_token"],
                "subject_types_supported": ["public", "pairwise"],
            }
        )

    async def _key_set(self, request: web.Request) -> web.Response:
        self._note(request)
        return web.json_response({"keys": [key.listed() for key in self.keys]})

    async def _signed(self, request: web.Request) -> web.Response:
        """Signs a token for the holder of the run's request token."""
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        place, run = self._requests.get(shown, (None, None))
        if self.busy:
            self.busy -= 1
            raise web.HTTPServiceUnavailable
        if place is None or run is None or request.match_info["run_id"] != str(run.id):
            return web.json_response({"message": "Unauthorized"}, status=401)
        audience = request.query.get("audience") or f"{self._site.web_url}/{place.owner}"
        return web.json_response({"value": self.token(place, run, audience)})
