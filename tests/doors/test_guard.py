"""Hostile and malformed requests to the fence: each gets a short answer, and the server goes on."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from ghapp.demo.github import Run
from ghapp.doors.guard import NOT_BELIEVED_A_MINUTE
from tests.scenarios.scene import PUBLIC_URL, Scene, scene
from tests.scenarios.test_trouble import merged

ODD: tuple[object, ...] = (None, 0, -1, 1.5, "", "odd", True, [], [1], {}, {"odd": 1}, "\x00", 2**70, "é" * 500)
GOOD = {"ticket": "1:0123456789abcdef", "sha": "a" * 40}


class Gate:
    """The fence of a running server, and the run of a release that may pass it."""

    def __init__(self, shop: Scene, run: Run, session: aiohttp.ClientSession) -> None:
        self.shop, self.run, self._session = shop, run, session
        self.token = shop.github.issuer.token(shop.shop, run, PUBLIC_URL)

    async def send(self, body: bytes, headers: Mapping[str, str]) -> int:
        """Sends one request as it is, and returns the status."""
        async with self._session.post(f"{self.shop.address}/guard", data=body, headers=headers) as answer:
            text = await answer.text()
            assert len(text) < 1000
        return answer.status

    async def shown(self, body: object, **more: str) -> int:
        """Sends a body with a valid token."""
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **more}
        return await self.send(json.dumps(body).encode(), sent)


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    """The fence of acme/shop, where a run is under way."""
    async with scene(tmp_path) as shop, aiohttp.ClientSession() as session:
        pull = await merged(shop)
        await shop.says("taro", "/deploy", on=pull)
        yield Gate(shop, await shop.begins(), session)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
async def test_only_posts_are_taken(gate: Gate, method: str) -> None:
    async with aiohttp.ClientSession() as session, session.request(method, f"{gate.shop.address}/guard") as answer:
        assert answer.status == 405


@pytest.mark.parametrize(
    "shown",
    [None, "", "Bearer", "Bearer ", "Basic YTpi", "bearer a b", "Bearer \t", "Bearer é", "Bearer a.b.c", "Bearer ..."],
)
async def test_a_request_without_a_valid_token_is_refused(gate: Gate, shown: str | None) -> None:
    """The body does not matter."""
    headers = {"Content-Type": "application/json", **({"Authorization": shown} if shown is not None else {})}
    assert await gate.send(json.dumps(GOOD).encode(), headers) == 401


async def test_two_tokens_are_refused(gate: Gate) -> None:
    """A proxy and a server could each take another one."""
    body = json.dumps(GOOD).encode()
    start = f"POST /guard HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\nContent-Type: application/json\r\n"
    twice = f"Authorization: Bearer {gate.token}\r\n" * 2
    port = int(gate.shop.address.rsplit(":", 1)[1])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write((start + twice + "Connection: close\r\n\r\n").encode() + body)
    assert (await reader.read()).startswith(b"HTTP/1.1 401")
    writer.close()


async def test_odd_tokens_are_no_server_error(gate: Gate) -> None:
    """Tokens of any shape and size."""
    chance = random.Random(7)
    for length in (1, 10, 100, 1000, 8000, 20_000):
        text = "".join(chance.choice("aZ09-_.=/+") for _ in range(length))
        for shown in (text, f"{gate.token}.{text}", text + gate.token, gate.token[: length % len(gate.token)]):
            headers = {"Content-Type": "application/json", "Authorization": f"Bearer {shown}"}
            assert await gate.send(json.dumps(GOOD).encode(), headers) in (400, 401)


@pytest.mark.parametrize("seed", range(3))
async def test_every_spoilt_token_is_refused(gate: Gate, seed: int) -> None:
    """One character is changed anywhere; an address may send only so many of them a minute."""
    chance = random.Random(seed)
    for _ in range(NOT_BELIEVED_A_MINUTE):
        at = chance.randrange(len(gate.token) - 1)  # some bits of the last character have no meaning
        other = chance.choice([one for one in "abcXYZ019-_." if one != gate.token[at]])
        shown = gate.token[:at] + other + gate.token[at + 1 :]
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {shown}"}
        assert await gate.send(json.dumps(GOOD).encode(), headers) == 401


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"1", b'"x"', b"\xff\xfe", b"{}" * 2, b'{"ticket": "\xff"}', b"[" * 4000]
)
async def test_a_body_that_is_no_request_is_refused(gate: Gate, body: bytes) -> None:
    """Malformed is 400, not 409."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {gate.token}"}
    assert await gate.send(body, headers) == 400


@pytest.mark.parametrize("field", ["ticket", "sha", "break_glass"])
async def test_odd_fields_are_no_server_error(gate: Gate, field: str) -> None:
    """Refused as malformed or as an unknown number, and never let through."""
    for odd in ODD:
        assert await gate.shown({**GOOD, field: odd}) in (400, 409)
    without: dict[str, Any] = {name: value for name, value in GOOD.items() if name != field}
    assert await gate.shown(without) == (409 if field == "break_glass" else 400)


@pytest.mark.parametrize("sha", ["A" * 40, "a" * 39, "a" * 41, "a" * 40 + "\n", "main", "refs/heads/main"])
async def test_a_short_or_symbolic_commit_is_refused(gate: Gate, sha: str) -> None:
    """A branch or a short form may be another commit by then."""
    assert await gate.shown({**GOOD, "sha": sha}) == 400


async def test_bodies_are_small_plain_json(gate: Gate) -> None:
    """Larger, of another type, or compressed ones are refused."""
    assert await gate.shown({**GOOD, "break_glass": "x" * 9000}) == 413
    assert await gate.shown(GOOD, **{"Content-Type": "text/plain"}) == 415
    assert await gate.shown(GOOD, **{"Content-Encoding": "gzip"}) == 415


async def test_only_the_served_owners_pass_the_fence(gate: Gate) -> None:
    """A server for one company refuses another's repositories."""
    run = gate.run
    body = {"ticket": run.inputs["ghapp"], "sha": run.inputs["sha"]}
    assert await gate.shown(body) == 204
    await gate.shop.stop()
    gate.shop.settings |= {"GHAPP_OWNERS": "globex, initech", "GHAPP_AWS_TARGETS": ""}
    await gate.shop.start()
    assert await gate.shown(body) == 409
    await gate.shop.stop()
    gate.shop.settings["GHAPP_OWNERS"] = "globex, ACME"
    await gate.shop.start()
    assert await gate.shown(body) == 204
