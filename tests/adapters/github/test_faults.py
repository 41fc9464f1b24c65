"""Every way in which one call can fail becomes `Retryable` or `Permanent`."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from ghapp.adapters.github.client import graphql_url
from ghapp.adapters.github.faults import Broken, Limited, Refused, Unanswered, Unsent
from ghapp.core.model.environment import Repository
from ghapp.core.model.facts import NeedPull, NeedRole, NoPull
from ghapp.ports import Permanent, Retryable
from tests.adapters.github.calls import API, GRAPHQL, NOON, REPO, REPOSITORY, Bench, bench, open_pull

ROLE = f"{REPO}/collaborators/mona/permission"
STATUSES = f"{REPO}/statuses/{'b' * 40}"
SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}
RESET = str(int(NOON.timestamp()) + 1800)


@pytest.fixture
async def on() -> AsyncIterator[Bench]:
    async with bench() as made:
        made.minted()
        yield made


def no_connection() -> aiohttp.ClientConnectorError:
    key = ConnectionKey("api.github.test", 443, True, True, None, None, None)
    return aiohttp.ClientConnectorError(key, OSError(111, "refused"))


async def ask(on: Bench) -> object:
    return await on.github.source.gather(REPOSITORY, NeedRole("mona"))


async def write(on: Bench) -> None:
    await on.github.gates.write(REPOSITORY, open_pull("b" * 40), "success", "free")


@pytest.mark.parametrize("status", [400, 403, 409, 410, 418, 422, 451])
async def test_a_refusal_is_permanent(on: Bench, status: int) -> None:
    """The fault has GitHub's status and sentence."""
    on.web.post(STATUSES, status=status, payload={"message": "Resource not accessible by integration"})
    with pytest.raises(Refused, match=f"{status}: Resource not accessible by integration") as caught:
        await write(on)
    assert isinstance(caught.value, Permanent)
    assert (caught.value.status, caught.value.message) == (status, "Resource not accessible by integration")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"message": "Validation Failed", "errors": [{"message": "too long"}]}, "Validation Failed: too long"),
        ({"message": "Validation Failed", "errors": ["a", {"field": "sha"}]}, "Validation Failed: a: sha"),
        ({"message": "Failed", "errors": "as text"}, "Failed: as text"),
        ({"message": "two\nlines"}, "two lines"),
        ({"message": "x" * 500}, "x" * 200),
        ({"message": None}, ""),
        (["a list"], ""),
    ],
)
async def test_a_refusals_sentence(on: Bench, body: Any, message: str) -> None:
    """The sentence includes the messages about single fields, in one short line."""
    on.web.post(STATUSES, status=422, payload=body)
    with pytest.raises(Refused) as caught:
        await write(on)
    assert caught.value.message == message


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 599, 408])
async def test_a_broken_github_is_asked_later(on: Bench, status: int) -> None:
    """The body does not matter: here a proxy's page."""
    on.web.get(ROLE, status=status, body="<html>", content_type="text/html")
    with pytest.raises(Broken, match=str(status)) as caught:
        await ask(on)
    assert isinstance(caught.value, Retryable)


@pytest.mark.parametrize(
    ("status", "headers", "body", "after"),
    [
        (429, {}, {"message": "slow down"}, 60),
        (429, {"Retry-After": "17"}, SECONDARY, 17),
        (403, {"Retry-After": "17"}, {"message": "Forbidden"}, 17),
        (403, {"Retry-After": "Mon, 23 Nov 2026 03:00:09 GMT"}, SECONDARY, 9),
        (403, {"Retry-After": "soon"}, SECONDARY, 60),
        (403, {"Retry-After": "999999"}, SECONDARY, 3600),
        (403, {"Retry-After": "9" * 5000}, SECONDARY, 3600),
        (403, {"Retry-After": "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"}, SECONDARY, 60),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9" * 20}, {"message": "Forbidden"}, 60),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": RESET}, {"message": "Forbidden"}, 1800),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"}, {"message": "Forbidden"}, 1),
        (403, {"X-RateLimit-Remaining": "0"}, {"message": "Forbidden"}, 60),
        (403, {"X-RateLimit-Remaining": "4000", "X-RateLimit-Reset": RESET}, SECONDARY, 60),
        (403, {}, {"message": "You have triggered an abuse detection mechanism."}, 60),
    ],
)
async def test_a_limit_has_a_waiting_time(
    on: Bench, status: int, headers: dict[str, str], body: Any, after: int
) -> None:
    """`Retry-After` first, then the reset, else a minute: GitHub's own order."""
    on.web.get(ROLE, status=status, headers=headers, payload=body)
    with pytest.raises(Limited) as caught:
        await ask(on)
    assert caught.value.after == timedelta(seconds=after)


async def test_a_limit_of_one_installation_does_not_stop_another(on: Bench) -> None:
    """Limits are per installation."""
    other = Repository(id=43, full_name="octo/web", installation=8)
    on.web.get(ROLE, status=429)
    on.minted()
    on.web.get(f"{API}/repos/octo/web/collaborators/mona/permission", payload={"permission": "read"})
    with pytest.raises(Limited):
        await ask(on)
    assert await on.github.source.gather(other, NeedRole("mona")) == "read"


@pytest.mark.parametrize(
    "error",
    [
        TimeoutError(),
        aiohttp.ServerTimeoutError(),
        aiohttp.ServerDisconnectedError(),
        aiohttp.ClientPayloadError("token canary"),
        aiohttp.ClientOSError(104, "reset"),
        ConnectionResetError(),
    ],
)
async def test_a_lost_answer_is_a_fault_without_the_errors_text(on: Bench, error: Exception) -> None:
    """The fault names only the error's kind, since aiohttp's own text may contain the request."""
    on.web.get(ROLE, exception=error)
    with pytest.raises(Unanswered, match=type(error).__name__) as caught:
        await ask(on)
    assert isinstance(caught.value, Retryable)
    assert caught.value.__context__ is None
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("error", [no_connection(), aiohttp.ConnectionTimeoutError()])
async def test_a_connection_never_made_is_a_fault_of_its_own(on: Bench, error: Exception) -> None:
    """Then the request was certainly not carried out."""
    on.web.get(ROLE, exception=error)
    with pytest.raises(Unsent) as caught:
        await ask(on)
    assert isinstance(caught.value, Retryable)


@pytest.mark.parametrize(
    ("body", "type_"),
    [
        ("<html>log in", "text/html"),
        ("{", "application/json"),
        ("{}", "application/json"),
        ('{"permission": "owner"}', "application/json"),
        ("{}", "application/json; charset=klingon"),
        ("", "application/json"),
    ],
)
async def test_a_good_status_with_a_bad_body_is_no_answer(on: Bench, body: str, type_: str) -> None:
    """A proxy's log-in page, half an answer, an unknown word."""
    on.web.get(ROLE, body=body, content_type=type_)
    with pytest.raises(Unanswered, match="could not be read"):
        await ask(on)


@pytest.mark.parametrize(
    ("errors", "kind"),
    [
        ([{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}], Limited),
        ([{"message": "You have exceeded a secondary rate limit"}], Limited),
        ([{"type": "FORBIDDEN", "message": "Resource not accessible by integration"}], Refused),
        ([{"message": "Field 'x' doesn't exist", "extensions": {"code": "undefinedField"}}], Refused),
        ([{"message": "Something went wrong while executing your query."}], Broken),
        ([{"type": "SERVICE_UNAVAILABLE", "message": "later"}], Broken),
        ([{"type": "NOT_FOUND", "message": "no"}, {"type": "FORBIDDEN", "message": "no"}], Refused),
    ],
)
async def test_errors_in_a_good_graphql_answer(on: Bench, errors: list[dict[str, Any]], kind: type[Exception]) -> None:
    """GraphQL answers 200 even when it fails."""
    on.answers({"pullRequest": None}, errors=errors)
    with pytest.raises(kind):
        await on.github.source.gather(REPOSITORY, NeedPull(9))


async def test_a_graphql_limit_waits_for_the_reset(on: Bench) -> None:
    """Its headers are those of REST."""
    errors = [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]
    on.web.post(GRAPHQL, payload={"errors": errors}, headers={"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": RESET})
    with pytest.raises(Limited) as caught:
        await on.github.source.gather(REPOSITORY, NeedPull(9))
    assert caught.value.after == timedelta(minutes=30)


async def test_graphqls_not_found_is_absence(on: Bench) -> None:
    error = {"type": "NOT_FOUND", "path": ["repository", "pullRequest"], "message": "Could not resolve"}
    on.answers({"pullRequest": None}, errors=[error])
    assert await on.github.source.gather(REPOSITORY, NeedPull(9)) == NoPull()


@pytest.mark.parametrize("found", [None, {"databaseId": 99, "pullRequest": None}])
async def test_another_repository_under_the_old_name_is_not_read(on: Bench, found: dict[str, Any] | None) -> None:
    """The id decides, since a name can pass to another repository."""
    on.answers(found)
    with pytest.raises(Refused, match="no repository acme/app with the id 42") as caught:
        await on.github.source.gather(REPOSITORY, NeedPull(9))
    assert caught.value.status == 404


@pytest.mark.parametrize(("status", "body"), [(502, "<html>"), (200, "[]"), (200, "<html>"), (200, '{"data": 3}')])
async def test_graphql_that_does_not_answer(on: Bench, status: int, body: str) -> None:
    """As with REST it is asked again later."""
    on.web.post(GRAPHQL, status=status, body=body)
    with pytest.raises(Retryable):
        await on.github.source.gather(REPOSITORY, NeedPull(9))


@pytest.mark.parametrize("status", [301, 307, 308])
async def test_a_moved_write_goes_on_as_a_write(on: Bench, status: int) -> None:
    """aiohttp would make a GET of it, whose 200 looks like success."""
    moved = f"{API}/repositories/42/statuses/x"
    on.web.post(STATUSES, status=status, headers={"Location": moved})
    on.web.post(moved, status=201, payload={})
    await write(on)
    assert on.sent("POST", "/repositories/42/statuses/x") == on.sent("POST", "/repos/acme/app/statuses/")
    assert not on.calls("GET", "/")


@pytest.mark.parametrize(
    ("status", "location"),
    [
        (301, "https://evil.test/"),
        (307, "http://api.github.test/statuses"),
        (307, STATUSES),
        (301, None),
        (302, f"{API}/x"),
    ],
)
async def test_a_write_follows_no_other_redirect(on: Bench, status: int, location: str | None) -> None:
    """Not to another origin with our token, not in circles, not as a GET."""
    on.web.post(STATUSES, status=status, headers={"Location": location} if location else {})
    with pytest.raises(Refused) as caught:
        await write(on)
    assert caught.value.status == status
    assert len(on.calls("POST", "/statuses")) == 1


async def test_a_write_follows_one_redirect(on: Bench) -> None:
    """A second one is refused."""
    on.web.post(STATUSES, status=307, headers={"Location": "/a"})
    on.web.post(f"{API}/a", status=307, headers={"Location": "/b"})
    with pytest.raises(Refused, match="307"):
        await write(on)


async def test_every_call_has_deadlines_and_a_version(on: Bench) -> None:
    """GitHub's default version changes, and aiohttp's own timeout is five minutes."""
    on.web.get(ROLE, payload={"permission": "write"})
    on.answers({"pullRequest": None})
    on.web.post(STATUSES, status=201, payload={})
    await ask(on)
    await on.github.source.gather(REPOSITORY, NeedPull(1))
    await write(on)
    calls = [*on.calls("GET", API), *on.calls("POST", API)]
    assert len(calls) == 4
    assert {call["headers"]["x-github-api-version"] for call in calls} == {"2022-11-28"}
    assert {(call["timeout"].total, call["timeout"].connect) for call in calls} == {(10, 3)}
    assert [call["allow_redirects"] for call in calls] == [True, False, False, False]


async def test_an_unchanged_answer_costs_nothing(on: Bench) -> None:
    """The second call sends the ETag, and GitHub answers 304."""
    on.web.get(ROLE, payload={"permission": "write"}, headers={"ETag": '"one"'})
    on.web.get(ROLE, status=304, headers={"ETag": '"one"'})
    assert [await ask(on), await ask(on)] == ["write", "write"]
    assert on.calls("GET", "/collaborators/")[1]["headers"]["if-none-match"] == '"one"'


async def test_installations_share_no_answers(on: Bench) -> None:
    """Another installation's call to the same address does not send the first one's ETag."""
    on.minted()
    on.web.get(ROLE, payload={"permission": "admin"}, headers={"ETag": '"one"'})
    on.web.get(ROLE, status=304)
    assert await ask(on) == "admin"
    with pytest.raises(Retryable):
        await on.github.source.gather(Repository(id=42, full_name="acme/app", installation=8), NeedRole("mona"))
    assert "if-none-match" not in on.calls("GET", "/collaborators/")[1]["headers"]


@pytest.mark.parametrize(
    ("base", "graphql"),
    [
        ("https://api.github.com", "https://api.github.com/graphql"),
        ("http://127.0.0.1:9/", "http://127.0.0.1:9/graphql"),
        ("https://ghe.example/api/v3", "https://ghe.example/api/graphql"),
        ("https://ghe.example/api/v3/", "https://ghe.example/api/graphql"),
    ],
)
def test_graphqls_address(base: str, graphql: str) -> None:
    """Enterprise Server has it beside its REST API, not below it."""
    assert graphql_url(base) == graphql


async def test_an_enterprise_servers_base_path_is_kept() -> None:
    async with bench("https://ghe.example/api/v3") as on:
        on.web.get("https://ghe.example/api/v3/app", payload={"slug": "ghapp"})
        assert await on.github.api.bot() == "ghapp[bot]"
        assert [call["url"] for call in on.calls("GET", "")] == ["https://ghe.example/api/v3/app"]
