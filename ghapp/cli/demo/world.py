"""One world of the demo: a local GitHub, Slack and CodeDeploy, and the real server on them."""

import contextlib
import os
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from ghapp.adapters.github.permissions import levels
from ghapp.cli.demo.process import ServerProcess
from ghapp.demo.clock import SharedClock
from ghapp.demo.cloud import APPLICATION, AT_ONCE, GROUP, LIVELY
from ghapp.demo.stage import Stage
from ghapp.demo.words import Language
from ghapp.settings import SettingsError

HOST = "127.0.0.1"


@asynccontextmanager
async def opened(
    folder: Path, log: Path, language: Language, *, whole: bool
) -> AsyncIterator[tuple[Stage, ServerProcess]]:
    """The world from its beginning, with its files in an empty folder. `whole`: as for visitors of the page, who have
    time to look; otherwise as for the story. Raises SettingsError where the server does not start."""
    clock, pace = SharedClock(folder / "clock"), LIVELY if whole else AT_ONCE
    stage = Stage(clock=clock, language=language, permissions=levels(), pace=pace, whole=whole)
    try:
        if whole:
            stage.run_by_itself()
        async with _served(stage, folder, log) as server:
            await stage.open_pulls()
            with contextlib.suppress(TimeoutError):  # people see a world that ghapp knows already
                await stage.github.until(lambda: all(map(stage.gate, stage.shop.pulls.values())))
            yield stage, server
    finally:
        await stage.close()


@asynccontextmanager
async def _served(stage: Stage, folder: Path, log: Path) -> AsyncIterator[ServerProcess]:
    public, internal = (f"http://{HOST}:{port}" for port in _free_ports(2))
    stage.github.app = replace(stage.github.app, callbacks=(f"{public}/login/callback",))
    stage.github.webhook_url, stage.slack.target = f"{public}/webhooks/github", public
    environ = await _environ(stage, folder, public, internal)
    server = ServerProcess(environ, clock=folder / "clock", log=log, changed=stage.github.changed.bump)
    stage.moved = server.wake
    try:
        if not await server.ready():
            raise SettingsError(f"the demo's server did not start: {_last_line(log)}")
        yield server
    finally:
        await server.close()


def _last_line(log: Path) -> str:
    said = log.read_text().splitlines()
    return said[-1] if said else "it said nothing"


def _free_ports(count: int) -> list[int]:
    """Ports that are free now; the server takes the same ones after each start."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind((HOST, 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


async def _environ(stage: Stage, folder: Path, public: str, internal: str) -> dict[str, str]:
    """The server's settings, all of them with addresses on this machine."""
    assert stage.cloud
    app = stage.github.app
    return {
        "GHAPP_PUBLIC_URL": public,
        "GHAPP_INTERNAL_LISTEN": internal.removeprefix("http://"),
        "GHAPP_STORE": f"sqlite:///{folder / 'ghapp.db'}",
        "HOST": HOST,
        "PORT": public.rpartition(":")[2],
        "GITHUB_APP_ID": str(app.id),
        "GITHUB_PRIVATE_KEY": app.private_key_pem,
        "GITHUB_WEBHOOK_SECRET": app.webhook_secret,
        "GITHUB_CLIENT_ID": app.client_id,
        "GITHUB_CLIENT_SECRET": app.client_secret,
        "GHAPP_SESSION_SECRET": f"canary-{secrets.token_hex(16)}",
        "GITHUB_API_URL": await stage.github.start(),
        "GHAPP_OIDC_ISSUER": stage.github.issuer.url,
        "SLACK_BOT_TOKEN": stage.slack_token,
        "SLACK_SIGNING_SECRET": stage.slack_secret,
        "SLACK_API_URL": await stage.slack.start(),
        "GHAPP_POLL_SECONDS": "1",
        "GHAPP_SWEEP_SECONDS": "3",
        "GHAPP_AWS_TARGETS": f"{stage.shop.full_name}=codedeploy:{APPLICATION}/{GROUP}",
        "AWS_ENDPOINT_URL_CODEDEPLOY": await stage.cloud.aws.start(),
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
