"""Sign-in with the App's OAuth client: GitHub's page, the exchange of its code, and what the user's token shows.

https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any

import aiohttp
import msgspec
from gidgethub import sansio
from msgspec import Meta
from yarl import URL

from ghapp.adapters.github.api import web_of
from ghapp.adapters.github.faults import Refused, Unanswered, Unauthorized, fault_of, lost
from ghapp.adapters.github.user_repositories import UserRepositories, within
from ghapp.core.model.secret import Secret
from ghapp.ports import Clock, NotSignedIn, SignedIn, Visible

PATIENCE = 2.0  # seconds that a request of a browser waits for GitHub
_CODE = {"bad_verification_code"}
_PERSON = {"unverified_user_email"}

Text = Annotated[str, Meta(pattern=r"\A[!-~]{1,2000}\Z")]


class _Exchanged(msgspec.Struct):
    """GitHub answers errors with 200 as well."""

    access_token: Text | None = None
    expires_in: Annotated[int, Meta(gt=0, lt=10**9)] | None = None
    error: Annotated[str, Meta(max_length=200)] | None = None


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """The App's OAuth client. `callback`: the address to which GitHub sends browsers back."""

    id: str
    secret: Secret
    callback: str


@dataclass(slots=True, eq=False)
class GitHubSignIn:
    """The port `SignIn`."""

    session: aiohttp.ClientSession = field(repr=False)
    client: OAuthClient
    api_url: str
    clock: Clock
    patience: float = PATIENCE
    _lists: UserRepositories = field(init=False)

    def __post_init__(self) -> None:
        self._lists = UserRepositories(self.session, self.api_url, self.clock)

    def page(self, *, state: str, challenge: str) -> str:
        """The address of GitHub's page."""
        asked = {
            "client_id": self.client.id,
            "redirect_uri": self.client.callback,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return str(URL(f"{web_of(self.api_url)}/login/oauth/authorize").with_query(asked))

    async def exchange(self, code: str, verifier: str) -> SignedIn | NotSignedIn:
        """The user of a code. Raises `Retryable` where GitHub does not answer in time."""
        async with within(self.patience):
            found = await self._exchanged(code, verifier)
            if found.access_token is None:
                return _refusal(found.error or "no token in the answer")
            token = Secret(found.access_token)
            try:
                user = await self._lists.user(token)
            except Refused as refusal:
                return NotSignedIn("person", f"status {refusal.status}")
        until = None if found.expires_in is None else self.clock() + timedelta(seconds=found.expires_in)
        return SignedIn(id=user.id, login=user.login, token=token, until=until)

    async def visible(self, token: Secret) -> Visible | None:
        """The repositories that the user sees, in time; None where GitHub rejects the token."""
        return await self._lists.visible(token, self.patience)

    async def login(self, token: Secret) -> str | None:
        """Not by the kept list: what follows from it lasts longer than the session."""
        async with within(self.patience):
            try:
                return (await self._lists.user(token)).login
            except (Unauthorized, Refused):
                self._lists.forget(token)
                return None

    async def revoke(self, token: Secret) -> None:
        """https://docs.github.com/rest/apps/oauth-applications#delete-an-app-token"""
        auth = aiohttp.encode_basic_auth(self.client.id, self.client.secret.reveal())
        url = sansio.format_url("/applications/{client}/token", {"client": self.client.id}, base_url=self.api_url)
        body = msgspec.json.encode({"access_token": token.reveal()})
        headers = {"Authorization": auth, "Content-Type": "application/json"}
        try:
            async with within(self.patience):
                await self._send("DELETE", url, headers=headers, data=body)
        finally:
            self._lists.forget(token)

    # ---------------------------------------------------------------- the code

    async def _exchanged(self, code: str, verifier: str) -> _Exchanged:
        form = {
            "client_id": self.client.id,
            "client_secret": self.client.secret.reveal(),
            "code": code,
            "redirect_uri": self.client.callback,
            "code_verifier": verifier,
        }
        url = f"{web_of(self.api_url)}/login/oauth/access_token"
        try:
            content = await self._send("POST", url, headers={"Accept": "application/json"}, data=form)
        except Refused as refusal:  # an Enterprise Server does not know the client
            return _Exchanged(error=f"status {refusal.status}")
        try:
            return msgspec.json.decode(content, type=_Exchanged)
        except msgspec.DecodeError:
            pass
        raise Unanswered("GitHub's answer to a code could not be read")  # not chained: it may contain the token

    async def _send(self, method: str, url: str, **more: Any) -> bytes:
        try:
            async with self.session.request(method, url, allow_redirects=False, **more) as response:
                status, headers, content = response.status, response.headers, await response.read()
        except (aiohttp.ClientError, OSError) as error:
            fault = lost(error)
        else:
            if status < 300:
                return content
            fault = fault_of(status, headers, content, self.clock())
        raise fault  # outside of the except: aiohttp's error contains the request with its secrets


def _refusal(error: str) -> NotSignedIn:
    return NotSignedIn("code" if error in _CODE else "person" if error in _PERSON else "client", error)
