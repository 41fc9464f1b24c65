"""`ghapp demo`: the real server, wired over HTTP to a local GitHub, Slack and CodeDeploy."""

import asyncio
import logging
import os
import tempfile
from datetime import timedelta
from pathlib import Path

from ghapp import settings
from ghapp.adapters.github.permissions import levels
from ghapp.assembly import Spans, assemble
from ghapp.cli import logs
from ghapp.cli.server import running, told_to_stop, why
from ghapp.demo.clock import Clock
from ghapp.demo.cloud import APPLICATION, AT_ONCE, GROUP, LIVELY
from ghapp.demo.page import Page
from ghapp.demo.play import NotSeen, Play
from ghapp.demo.snapshot import snapshot
from ghapp.demo.stage import Stage
from ghapp.demo.words import Language, say
from ghapp.settings import Settings, SettingsError

A_YEAR = timedelta(days=365)

logger = logging.getLogger(__name__)


async def demo(*, play: bool, language: Language, port: int) -> int:
    """Serves the page until interrupted; or plays the story, and returns non-zero if a step did not happen."""
    _forget_other_settings()
    stage = Stage(clock=Clock(), language=language, permissions=levels(), pace=AT_ONCE if play else LIVELY)
    with tempfile.TemporaryDirectory(prefix="ghapp-demo-") as temporary:
        folder = Path(temporary)
        log = folder / "server.log"
        if play:
            logs.configure("warning", "text")
        else:  # the server's lines would scroll the address away
            logs.configure("info", "text", file=log)
            logs.show("ghapp.demo", "ghapp.cli", "asyncio")
        try:
            loaded = await _settings(stage, folder)
            # it is the only worker: with long leases a clock which jumps ends none
            async with assemble(loaded, clock=stage.clock, spans=Spans(a_message_takes=0, lease=A_YEAR)) as connected:
                stage.moved = connected.worker.wake
                async with running(connected, (loaded.host, loaded.port)) as address:
                    stage.github.webhook_url, stage.slack.target = f"{address}/webhooks/github", address
                    await stage.open_pulls()
                    return await _played(stage) if play else await _shown(stage, port, log)
        finally:
            await stage.close()


async def _played(stage: Stage) -> int:
    try:
        await Play(stage, print)()
    except NotSeen as missing:
        print(missing)
        return 1
    print(say(stage.language, "play.seen"))
    return 0


async def _shown(stage: Stage, port: int, log: Path) -> int:
    stage.run_by_itself()
    assert stage.cloud
    going_on = asyncio.create_task(stage.cloud.goes_on())
    language = stage.language
    page = Page(language=language, snapshot=lambda: snapshot(stage), act=stage.act, changed=stage.changed)
    try:
        address = await page.start(port=port)
    except OSError as error:
        raise SettingsError(f"--port: cannot listen on {port} ({why(error)})") from None
    told = say(language, "terminal.open", address=address, hint=say(language, "page.hint"), log=str(log))
    print(told, flush=True)
    await told_to_stop().wait()
    going_on.cancel()
    await page.close()
    return 0


def _forget_other_settings() -> None:
    """No request leaves this machine: neither by a proxy nor to an AWS account that the environment names."""
    for name in [*os.environ]:
        if name.upper().endswith("_PROXY") or name.startswith("AWS_"):
            del os.environ[name]


async def _settings(stage: Stage, folder: Path) -> Settings:
    """The settings as `ghapp serve` would read them, with every address on this machine."""
    assert stage.cloud
    os.environ |= {"AWS_ENDPOINT_URL_CODEDEPLOY": await stage.cloud.aws.start()}
    os.environ |= {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}
    os.environ |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    environ = {
        "GHAPP_PUBLIC_URL": "http://127.0.0.1",
        "GHAPP_STORE": f"sqlite:///{folder / 'ghapp.db'}",
        "HOST": "127.0.0.1",
        "PORT": "0",
        "GITHUB_APP_ID": str(stage.github.app.id),
        "GITHUB_PRIVATE_KEY": stage.github.app.private_key_pem,
        "GITHUB_WEBHOOK_SECRET": stage.github.app.webhook_secret,
        "GITHUB_API_URL": await stage.github.start(),
        "GHAPP_OIDC_ISSUER": stage.github.issuer.url,
        "SLACK_BOT_TOKEN": stage.slack_token,
        "SLACK_SIGNING_SECRET": stage.slack_secret,
        "SLACK_API_URL": await stage.slack.start(),
        "GHAPP_POLL_SECONDS": "2",
        "GHAPP_AWS_TARGETS": f"{stage.shop.full_name}=codedeploy:{APPLICATION}/{GROUP}",
    }
    return settings.load(environ, dotenv=None)
