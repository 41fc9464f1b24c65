"""`ghapp demo`: the real server in a process of its own, wired over HTTP to a local GitHub, Slack and CodeDeploy."""

import os
import secrets
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from ghapp.adapters.github.permissions import levels
from ghapp.cli import logs
from ghapp.cli.demo.process import ServerProcess
from ghapp.cli.demo.state import PageState
from ghapp.cli.server import told_to_stop, why
from ghapp.demo.clock import SharedClock
from ghapp.demo.cloud import APPLICATION, AT_ONCE, GROUP, LIVELY
from ghapp.demo.page import Page
from ghapp.demo.play import NotSeen, Play
from ghapp.demo.stage import Stage
from ghapp.demo.words import Language, say
from ghapp.settings import SettingsError

HOST = "127.0.0.1"


async def demo(*, play: bool, language: Language, port: int) -> int:
    """Serves the page until interrupted; or plays the story, and returns non-zero if a step did not happen."""
    logs.configure("warning", "text")
    with tempfile.TemporaryDirectory(prefix="ghapp-demo-") as temporary:
        folder = Path(temporary)
        pace = AT_ONCE if play else LIVELY
        clock = SharedClock(folder / "clock")
        stage = Stage(clock=clock, language=language, permissions=levels(), pace=pace, whole=not play)
        try:
            async with _served(stage, folder) as server:
                await stage.open_pulls()
                return await _played(stage) if play else await _shown(stage, server, port)
        finally:
            await stage.close()


@asynccontextmanager
async def _served(stage: Stage, folder: Path) -> AsyncIterator[ServerProcess]:
    """The server on this stage, ready. Raises SettingsError where it does not start."""
    public, internal = (f"http://{HOST}:{port}" for port in _free_ports(2))
    stage.github.app = replace(stage.github.app, callbacks=(f"{public}/login/callback",))
    stage.github.webhook_url, stage.slack.target = f"{public}/webhooks/github", public
    environ = await _environ(stage, folder, public, internal)
    log = folder / "server.log"
    server = ServerProcess(environ, clock=folder / "clock", log=log, changed=stage.github.changed.bump)
    stage.moved = server.wake
    try:
        if not await server.ready():
            said = log.read_text().splitlines()
            raise SettingsError(f"the demo's server did not start: {said[-1] if said else 'it said nothing'}")
        yield server
    finally:
        await server.close()


async def _played(stage: Stage) -> int:
    try:
        await Play(stage, print)()
    except NotSeen as missing:
        print(missing)
        return 1
    print(say(stage.language, "play.seen"))
    return 0


async def _shown(stage: Stage, server: ServerProcess, port: int) -> int:
    stop = told_to_stop()
    stage.run_by_itself()
    language = stage.language
    async with PageState.of(stage, server) as state:
        page = Page(language=language, snapshot=state, act=state.acts, changed=stage.changed)
        try:
            address = await page.start(port=port)
        except OSError as error:
            raise SettingsError(f"--port: cannot listen on {port} ({why(error)})") from None
        hint = say(language, "page.hint")
        print(say(language, "terminal.open", address=address, hint=hint, log=str(server.log)), flush=True)
        await stop.wait()
        await page.close()
    return 0


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
        "GHAPP_POLL_SECONDS": "2",
        "GHAPP_SWEEP_SECONDS": "3",
        "GHAPP_AWS_TARGETS": f"{stage.shop.full_name}=codedeploy:{APPLICATION}/{GROUP}",
        "AWS_ENDPOINT_URL_CODEDEPLOY": await stage.cloud.aws.start(),
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
