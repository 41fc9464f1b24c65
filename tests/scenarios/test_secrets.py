"""No secret appears in logs, on GitHub or in Slack, at any log level and after any fault."""

import io
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest

from ghapp import settings
from ghapp.cli import logs
from ghapp.demo.github import Fault, faults
from ghapp.ports import Item
from tests.canaries import Ear
from tests.scenarios.scene import Scene, scene
from tests.scenarios.test_poison import poison, waits

ANY = re.compile("")


@contextmanager
def everything_logged(form: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The output of `ghapp serve` at its lowest log level."""
    written, root = io.StringIO(), logging.getLogger()
    before = root.level, root.handlers[:]
    monkeypatch.setattr("sys.stderr", written)
    logs.configure("debug", form)
    try:
        yield written
    finally:
        root.handlers[:] = before[1]
        root.setLevel(before[0])


def secrets_of(shop: Scene) -> dict[str, str]:
    """All secrets, by kind."""
    app = shop.github.app
    minted = {f"token {number}": token for number, token in enumerate(shop.github.tokens)}
    lines = [line for line in app.private_key_pem.splitlines()[1:-1] if len(line) > 40]
    key = {f"line {number} of the key": line for number, line in enumerate(lines)}
    slack = {"the bot's token": shop.stage.slack_token, "Slack's signing secret": shop.stage.slack_secret}
    return {"the webhook secret": app.webhook_secret, **slack, **minted, **key}


async def a_bad_day(shop: Scene) -> None:
    """A release with all kinds of faults, including answers of GitHub that repeat our own token."""
    pull = await shop.released("taro")
    await shop.says("mona", "/deploy", on=pull)
    token = next(iter(shop.github.tokens))
    for kind in (
        faults.status(502, body=f"<html>{token}</html>"),
        faults.status(403, body={"message": f"bad token {token}"}),
        faults.status(401, body={"message": token}),
        faults.drop_before,
        faults.drop_after,
    ):
        shop.github.faults.append(Fault("POST", ANY, kind, times=2))
        await shop.says("hanako", "/status", on=pull)
        await shop.later(minutes=1)
    await shop.put(poison(shop, pull), Item(id=f"1/{token}", lane="acme/1", body=b"not JSON"))
    await waits(shop)
    await strangers(shop)


async def strangers(shop: Scene) -> None:
    """Requests from strangers with secrets in their bodies and headers."""
    assert shop.github.webhook_url
    app, body = shop.github.app, json.dumps({"key": shop.github.app.private_key_pem}).encode()
    headers = {"Content-Type": "application/json", "X-GitHub-Event": app.webhook_secret, "X-GitHub-Delivery": "d"}
    async with aiohttp.ClientSession() as session:
        await session.post(shop.github.webhook_url, data=body, headers=headers)
        await session.get(
            shop.github.webhook_url, headers={"Authorization": f"Bearer {next(iter(shop.github.tokens))}"}
        )


@pytest.mark.parametrize("form", ["text", "json"])
async def test_no_secret_appears_in_any_output(tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the level debug, with faults, poison and strangers."""
    with everything_logged(form, monkeypatch) as written:
        async with scene(tmp_path) as shop:
            await a_bad_day(shop)
            known = secrets_of(shop)
            told = {
                "the log": written.getvalue(),
                "GitHub": "".join(comment.body for comment in shop.shop.comments.values()),
                "Slack": "".join(shop.channel()),
                "history": " ".join(await shop.history()),
            }
    assert len(known) > 10
    assert len(told["the log"]) > 10_000
    assert told["GitHub"]
    assert not [
        f"{what} in {where}" for what, secret in known.items() for where, text in told.items() if secret in text
    ]


async def test_settings_do_not_show_their_secrets(tmp_path: Path) -> None:
    """Neither as a whole nor field by field."""
    async with scene(tmp_path) as shop:
        loaded = settings.load(await shop.environ(), dotenv=None)
        shown = [repr(loaded), *(repr(getattr(loaded, name)) for name in loaded.__slots__)]
        assert not [secret for secret in secrets_of(shop).values() if any(secret in text for text in shown)]


async def test_a_replaced_token_is_not_logged(shop: Scene, ear: Ear) -> None:
    """Neither when the old one expires nor when GitHub revokes it; debug logs are read."""
    pull = await shop.released("taro")
    first = set(shop.github.tokens)
    await shop.later(hours=2)
    await shop.says("taro", "/status", on=pull)
    second = set(shop.github.tokens) - first
    shop.github.faults.append(Fault("POST", re.compile("/graphql$"), faults.status(401), times=1))
    await shop.says("hanako", "/status", on=pull)
    assert first
    assert second
    assert set(shop.github.tokens) - first - second
    assert ear.heard == []
    assert logging.getLogger().level == logging.DEBUG
