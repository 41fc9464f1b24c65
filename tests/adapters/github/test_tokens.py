"""The App's JWT and the installation tokens: narrow, shared, renewed in time, and never shown."""

import asyncio
import json
import traceback
from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import jwt
import pytest
from aioresponses import CallbackResult

from ghapp.adapters.github import App, read_key
from ghapp.adapters.github.permissions import EVENTS, PERMISSIONS, levels
from ghapp.adapters.github.tokens import AppJwt, InstallationTokens, Key, Token
from ghapp.core.model.environment import Repository
from ghapp.core.model.facts import Membership, NeedRole, NeedTeam
from ghapp.core.model.secret import Secret, masked
from ghapp.ports import Permanent, Retryable
from tests.adapters.github.calls import API, MINT, NOON, REPO, REPOSITORY, TOKEN, Bench, Clock, bench, key, private_key

SETTINGS = "https://github.test/organizations/acme/settings/installations/7"
ROLE = f"{REPO}/collaborators/mona/permission"
OTHER = f"{TOKEN}.another"
KEY: Key = (7, 42, "repository")


@pytest.fixture
async def on() -> AsyncIterator[Bench]:
    async with bench() as made:
        yield made


def claims(signed: Secret) -> dict[str, Any]:
    public = key().public_key()
    options: Any = {"verify_exp": False, "verify_iat": False}
    decoded: dict[str, Any] = jwt.decode(signed.reveal(), public, algorithms=["RS256"], options=options)
    return decoded


async def ask_role(on: Bench, repository: Repository = REPOSITORY) -> None:
    await on.github.source.gather(repository, NeedRole("mona"))


def test_the_jwt_is_backdated_short_and_names_the_app_as_text() -> None:
    """GitHub takes at most ten minutes, and our clock may be a minute ahead."""
    made = claims(AppJwt(4711, key(), Clock()).current())
    now = int(NOON.timestamp())
    assert made == {"iat": now - 60, "exp": now + 540, "iss": "4711"}


def test_the_jwt_is_kept_for_eight_minutes() -> None:
    """Signing is slow."""
    clock = Clock()
    made = AppJwt(4711, key(), clock)
    first = made.current()
    clock.pass_by(minutes=7, seconds=59)
    assert made.current() is first
    clock.pass_by(seconds=1)
    assert claims(made.current())["exp"] == int(clock().timestamp()) + 540


def test_a_key_in_one_line_is_read() -> None:
    """Environment variables carry a PEM's line ends as backslash and n."""
    assert read_key(private_key().replace("\n", "\\n")).key_size == 2048


@pytest.mark.parametrize("pem", ["", "canary", private_key()[:-200], private_key().replace("RSA ", "")])
def test_an_invalid_key_is_refused_without_being_shown(pem: str) -> None:
    """The start stops with one sentence."""
    with pytest.raises(ValueError, match=r"^the App's private key is not an RSA key in PEM$") as caught:
        read_key(pem)
    assert caught.value.__context__ is None


async def test_a_token_has_one_repository_and_the_permissions_of_the_table(on: Bench) -> None:
    """Even where the App was granted more."""
    on.minted()
    on.web.get(ROLE, payload={"permission": "write", "role_name": "write"})
    await ask_role(on)
    (asked,) = on.calls("POST", "/app/installations/7/access_tokens")
    assert json.loads(asked["data"]) == {
        "repository_ids": [42],
        "permissions": {
            "actions": "write",
            "checks": "write",
            "contents": "read",
            "deployments": "write",
            "issues": "write",
            "merge_queues": "read",
            "metadata": "read",
            "pull_requests": "write",
            "statuses": "write",
        },
    }
    assert asked["headers"]["authorization"].startswith("bearer eyJ")
    (used,) = on.calls("GET", "/collaborators/")
    assert used["headers"]["authorization"] == f"token {TOKEN}"


async def test_an_organisations_permission_has_a_token_of_its_own(on: Bench) -> None:
    """A personal account cannot grant it, and must not lose the other permissions for that."""
    on.minted()
    on.web.get(f"{API}/orgs/acme/teams/sre/memberships/mona", payload={"state": "active"})
    assert await on.github.source.gather(REPOSITORY, NeedTeam("@acme/sre", "mona")) == Membership(active=True)
    assert on.sent("POST", "/app/installations/7/access_tokens") == [
        {"repository_ids": [42], "permissions": {"members": "read"}}
    ]


async def test_a_hundred_callers_share_one_mint(on: Bench) -> None:
    """The mint is answered after all of them have asked."""
    waiting = asyncio.Event()

    async def late(_url: object, **_more: Any) -> CallbackResult:
        await waiting.wait()
        return CallbackResult(status=201, payload={"token": TOKEN, "expires_at": "2026-11-23T04:00:00Z"})

    on.web.post(MINT, callback=late, repeat=True)
    on.web.get(ROLE, payload={"permission": "write", "role_name": "write"}, repeat=True)
    async with asyncio.TaskGroup() as group:
        callers = [group.create_task(ask_role(on)) for _ in range(100)]
        while not on.calls("POST", "/access_tokens"):  # noqa: ASYNC110 - the mock has no event to wait for
            await asyncio.sleep(0)
        waiting.set()
    assert len(callers) == 100
    assert len(on.calls("POST", "/access_tokens")) == 1


async def test_a_cancelled_caller_does_not_cancel_the_mint() -> None:
    """The other callers get the token."""
    go = asyncio.Event()
    clock = Clock()

    async def mint(_key: Key) -> Token:
        await go.wait()
        return Token(Secret(TOKEN), clock() + timedelta(hours=1))

    tokens = InstallationTokens(clock)
    first, second = asyncio.create_task(tokens.get(KEY, mint)), asyncio.create_task(tokens.get(KEY, mint))
    await asyncio.sleep(0)
    first.cancel()
    go.set()
    assert (await second).secret.reveal() == TOKEN
    assert first.cancelled()


async def test_a_failed_mint_fails_only_the_callers_that_wait_for_it(on: Bench) -> None:
    """The next caller mints again."""
    on.web.post(MINT, status=502)
    on.minted()
    on.web.get(ROLE, payload={"permission": "write", "role_name": "write"})
    first = await asyncio.gather(*(ask_role(on) for _ in range(10)), return_exceptions=True)
    assert all(isinstance(one, Retryable) for one in first)
    await ask_role(on)
    assert len(on.calls("POST", "/access_tokens")) == 2


async def test_a_token_is_renewed_five_minutes_early(on: Bench) -> None:
    """No call starts with a token that may expire on the way."""
    on.minted(lasts=60)
    on.web.get(ROLE, payload={"permission": "write", "role_name": "write"}, repeat=True)
    await ask_role(on)
    on.clock.pass_by(minutes=54, seconds=59)
    await ask_role(on)
    assert len(on.calls("POST", "/access_tokens")) == 1
    on.clock.pass_by(seconds=1)
    on.minted(OTHER)
    await ask_role(on)
    assert [call["headers"]["authorization"] for call in on.calls("GET", "/collaborators/")] == [
        f"token {TOKEN}",
        f"token {TOKEN}",
        f"token {OTHER}",
    ]


async def test_two_repositories_never_share_a_token(on: Bench) -> None:
    on.minted()
    on.minted(OTHER)
    on.web.get(ROLE, payload={"permission": "write"}, repeat=True)
    on.web.get(f"{API}/repos/acme/web/collaborators/mona/permission", payload={"permission": "write"})
    await ask_role(on)
    await ask_role(on, Repository(id=43, full_name="acme/web", installation=7))
    assert [body["repository_ids"] for body in on.sent("POST", "/access_tokens")] == [[42], [43]]
    (call,) = on.calls("GET", "/acme/web/")
    assert call["headers"]["authorization"] == f"token {OTHER}"


async def test_a_token_that_is_not_accepted_is_replaced_once(on: Bench) -> None:
    """A token may have been revoked: another is minted, and the same call is sent again."""
    on.minted()
    on.web.get(ROLE, status=401, payload={"message": "Bad credentials"})
    on.minted(OTHER)
    on.web.get(ROLE, payload={"permission": "admin", "role_name": "admin"})
    assert await on.github.source.gather(REPOSITORY, NeedRole("mona")) == "admin"


async def test_a_second_refusal_is_left_to_the_queue(on: Bench) -> None:
    """Two tries with two mints, then `Retryable`."""
    on.minted()
    on.minted(OTHER)
    on.web.get(ROLE, status=401, payload={"message": "Bad credentials"}, repeat=True)
    with pytest.raises(Retryable, match="401: Bad credentials"):
        await ask_role(on)
    assert len(on.calls("GET", "/collaborators/")) == 2
    assert len(on.calls("POST", "/access_tokens")) == 2


async def test_a_wrong_clock_is_corrected_by_githubs_date(on: Bench) -> None:
    """GitHub refuses a JWT from the future; the next JWT uses the time of its answer."""
    on.clock.pass_by(minutes=10)
    date = {"Date": format_datetime(NOON, usegmt=True)}
    on.web.post(MINT, status=401, payload={"message": "'Issued at' claim ('iat') must be …"}, headers=date)
    on.minted()
    on.web.get(ROLE, payload={"permission": "write"})
    await ask_role(on)
    shown = [call["headers"]["authorization"].split()[1] for call in on.calls("POST", "/access_tokens")]
    assert [claims(Secret(one))["iat"] - int(NOON.timestamp()) for one in shown] == [540, -60]


NO_TIMES = (
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "Mon, 01 Jan 0001 00:00:00 GMT",
    "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
    "Mon, 01 Jan 2026 00:00:00 +99999999999999999999",
)


@pytest.mark.parametrize("date", NO_TIMES)
async def test_an_impossible_date_changes_nothing(on: Bench, date: str) -> None:
    """A broken proxy may write anything: the calls go on, and the next JWT keeps the time known before."""
    on.minted()
    on.web.get(ROLE, payload={"permission": "write"}, headers={"Date": date}, repeat=True)
    await ask_role(on)
    on.clock.pass_by(minutes=58)  # the token has to be renewed, and the JWT is made anew
    on.minted()
    await ask_role(on)
    made = on.calls("POST", "/access_tokens")[-1]["headers"]["authorization"].split()[1]
    assert claims(Secret(made))["iat"] == int(on.clock().timestamp()) - 60


@pytest.mark.parametrize(("status", "kind"), [(403, Permanent), (404, Permanent), (422, Permanent), (500, Retryable)])
async def test_an_installation_that_gives_no_token(on: Bench, status: int, kind: type[Exception]) -> None:
    """A suspended or deleted installation is permanent; a broken GitHub is not."""
    on.web.post(MINT, status=status, payload={"message": "This installation has been suspended"})
    on.web.get(f"{API}/app/installations/7", payload={"permissions": levels(), "html_url": SETTINGS})
    with pytest.raises(kind, match="This installation has been suspended"):
        await ask_role(on)


async def test_the_check_returns_githubs_clock(on: Bench) -> None:
    """The check authenticates as the App."""
    on.web.get(f"{API}/app", payload={"slug": "ghapp"}, headers={"Date": format_datetime(NOON, usegmt=True)})
    assert await on.github.check() == NOON


async def test_the_check_raises_where_the_app_is_not_known(on: Bench) -> None:
    """After one retry with a fresh JWT."""
    on.web.get(f"{API}/app", status=401, payload={"message": "A JSON web token could not be decoded"}, repeat=True)
    with pytest.raises(Retryable, match="could not be decoded"):
        await on.github.check()
    assert len(on.calls("GET", "/app")) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 422, 500])
async def test_no_fault_shows_a_secret(on: Bench, status: int) -> None:
    """Not in its message, where GitHub repeats the token, and not in a chained exception or an attribute."""
    on.minted()
    on.minted()
    on.web.get(ROLE, status=status, payload={"message": f"no: {TOKEN}"}, repeat=True)
    with pytest.raises((Retryable, Permanent)) as caught:
        await ask_role(on)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(vars(caught.value))
    assert "canary" not in shown
    assert "eyJ" not in shown


def test_no_repr_shows_a_secret() -> None:
    """Reprs end up in logs."""
    token = Token(Secret(TOKEN), NOON)
    app = App(id=4711, key=key())
    assert "canary" not in f"{token} {token!r} {token.secret}"
    assert "key" not in repr(app)


@pytest.mark.parametrize(
    "secret", [TOKEN, "gho_" + "x" * 36, "gAAAAAB" + "x-" * 40, "eyJhbGci.eyJpc3M.c2ln-_x", private_key().strip()]
)
def test_secrets_in_text_are_masked(secret: str) -> None:
    """Short tokens and long ones, JWTs and keys."""
    assert masked(f"before {secret} after") == "before *** after"


def test_the_permission_table_is_complete() -> None:
    """Each permission stands once, in order, with its purpose and its loss, and each event has a permission."""
    names = [permission.name for permission in PERMISSIONS]
    assert names == sorted(set(names))
    assert all(one.endpoints and one.why.endswith(".") and one.without.endswith(".") for one in PERMISSIONS)
    heard = {use.removeprefix("event ") for one in PERMISSIONS for use in one.endpoints if use.startswith("event ")}
    assert heard == set(EVENTS)
