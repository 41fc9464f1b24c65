"""`ghapp setup` as a process of its own: the test is the browser and the person at the terminal, the local GitHub and
Slack are the other side."""

import asyncio
import fcntl
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import termios
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

import aiohttp
import pytest
import yaml
from dotenv import dotenv_values
from yarl import URL

from ghapp import settings
from ghapp.adapters.github.permissions import EVENTS, levels
from ghapp.cli.commands import run
from ghapp.cli.setup.addresses import GITHUB, server_at, server_of
from ghapp.cli.setup.console import Console
from ghapp.cli.setup.env_file import EnvFile
from ghapp.cli.setup.github_app import GitHubStep
from ghapp.cli.setup.manifests import EXAMPLE, app_manifest
from ghapp.demo.github import App, Fault, GitHub, faults
from ghapp.demo.slack import Drop, Error, Slack, Status
from ghapp.demo.slack import Fault as SlackFault
from ghapp.demo.stage import CHANNEL, WORKFLOW
from ghapp.settings import SettingsError
from tests.canaries import SECRETS
from tests.cli.running import Process
from tests.demo.browser import Browser, Page
from tests.demo.github_client import validate

ROOT = Path(__file__).parents[2]
PUBLIC = "https://ghapp.acme.example"
TOKEN, SIGNING = "xoxb-canary-0123456789", "canary0123456789abcdef0123456789"
ADDRESS = re.compile(r"^http://127\.0\.0\.1:\d+/$", re.M)
CONVERSION = re.compile("/conversions$")


class Running:
    """A running set-up: all that it has shown, and the lines that the person types."""

    def __init__(self, process: asyncio.subprocess.Process, terminal: int | None) -> None:
        self.process, self._terminal = process, terminal
        self.shown = ""
        self._typed = 0
        self._more, self._over = asyncio.Event(), asyncio.Event()
        if terminal is None:
            self._reading = asyncio.create_task(self._read_pipe())
        else:
            asyncio.get_running_loop().add_reader(terminal, self._read_terminal, terminal)

    async def _read_pipe(self) -> None:
        assert self.process.stdout
        while text := await self.process.stdout.read(65_536):
            self._show(text)
        self._end()

    def _read_terminal(self, terminal: int) -> None:
        try:
            self._show(os.read(terminal, 65_536))
        except OSError:  # the process has ended
            asyncio.get_running_loop().remove_reader(terminal)
            os.close(terminal)
            self._end()

    def _end(self) -> None:
        self._over.set()
        self._more.set()

    def _show(self, text: bytes) -> None:
        self.shown += text.decode(errors="replace").replace("\r\n", "\n")
        self._more.set()

    async def says(self, part: str | re.Pattern[str], *, after: int = 0) -> str:
        """Waits until it has shown this."""
        pattern = part if isinstance(part, re.Pattern) else re.compile(re.escape(part))
        with suppress(TimeoutError):
            async with asyncio.timeout(20):
                while not self._over.is_set() and not pattern.search(self.shown, after):
                    self._more.clear()
                    await self._more.wait()
        found = pattern.search(self.shown, after)
        assert found, self.shown
        return found[0]

    async def types(self, line: str, *, at: str) -> None:
        """Types a line at this question."""
        await self.presses(f"{line}\n", at=at)

    async def presses(self, keys: str, *, at: str) -> None:
        """Presses these keys at this question."""
        await self.says(at, after=self._typed)
        self._typed = len(self.shown)
        assert self._terminal is not None
        os.write(self._terminal, keys.encode())

    async def ends(self) -> int:
        """Its exit code. What it has shown contains no secret."""
        async with asyncio.timeout(20):
            code = await self.process.wait()
            await self._over.wait()
        assert not SECRETS.search(self.shown), self.shown
        assert "Traceback" not in self.shown, self.shown
        return code


@dataclass
class World:
    """A person with an empty folder, a browser, a GitHub and a Slack."""

    folder: Path
    github: GitHub
    slack: Slack
    slack_url: str
    browser: Browser
    running: list[Running] = field(default_factory=list)

    @property
    def env(self) -> Path:
        return self.folder / ".env"

    def values(self) -> Mapping[str, str | None]:
        """`.env` as python-dotenv reads it, and as `docker --env-file` does: the same."""
        lines = [line for line in self.env.read_text().splitlines() if line and not line.startswith("#")]
        read = dotenv_values(self.env)
        assert read == dict(line.split("=", 1) for line in lines)
        return read

    async def start(
        self,
        *options: str,
        terminal: bool = False,
        limited: str = "",
        environ: Mapping[str, str] = MappingProxyType({}),
    ) -> Running:
        """`ghapp setup` with this Slack. `limited`: a `ulimit` that it runs under."""
        master, slave = os.openpty() if terminal else (None, asyncio.subprocess.DEVNULL)
        before = ("sh", "-c", f'ulimit {limited} && exec "$@"', "sh") if limited else ()
        process = await asyncio.create_subprocess_exec(
            *(*before, sys.executable, "-m", "ghapp", "setup", *options),
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "SLACK_API_URL": self.slack_url, "TERM": "dumb", **environ},
            stdin=slave,
            stdout=slave if terminal else asyncio.subprocess.PIPE,
            stderr=slave if terminal else asyncio.subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_takes_terminal if terminal else _hears_interrupts,
        )
        if slave is not asyncio.subprocess.DEVNULL:
            os.close(slave)
        self.running.append(Running(process, master))
        return self.running[-1]

    async def begins(self, *options: str, **more: Any) -> Running:
        """With this GitHub and the server's address. `more`: as for `start`."""
        return await self.start("--github-url", self.github.url, "--public-url", PUBLIC, *options, **more)

    async def to_github(self, running: Running) -> Page:
        """Opens the page, and goes on to GitHub's."""
        page = await self.browser.opens(await running.says(ADDRESS))
        return await self.browser.submits(page)

    async def creates(self, running: Running, **typed: str) -> Page:
        """Follows the page to GitHub and back."""
        return await self.browser.submits(await self.to_github(running), **typed)


def _hears_interrupts() -> None:
    """As started by a person: a test run in the background ignores SIGINT, and its children would, too."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _takes_terminal() -> None:
    """As a login shell does: keys like Ctrl-C become signals, and `/dev/tty` is the terminal."""
    _hears_interrupts()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    now: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731 - processes have no other clock
    github = GitHub(app=App.make(id=1, slug="another"), now=now)
    github.observers.append(validate)
    slack = Slack(now=now, token=TOKEN, secret=SIGNING)
    await github.start()
    slack_url = await slack.start()
    async with aiohttp.ClientSession() as session:
        made = World(tmp_path, github, slack, slack_url, Browser(session))
        try:
            yield made
            github.check()
        finally:
            for running in made.running:
                if running.process.returncode is None:
                    running.process.kill()
                await running.process.wait()
            await slack.close()
            await github.close()


@dataclass
class Here:
    """A set-up without a terminal in this process, in an empty folder, where it ends before it needs a browser."""

    env: Path
    captured: pytest.CaptureFixture[str]

    def sets_up(self, *options: str) -> tuple[int, str]:
        """Exit code, and all that was shown."""
        code = run(("setup", *options))
        shown = self.captured.readouterr()
        return code, shown.out + shown.err


@pytest.fixture
def here(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Here:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("GHAPP_", "GITHUB_", "SLACK_"))]:
        monkeypatch.delenv(name)
    return Here(tmp_path / ".env", capsys)


# ---------------------------------------------------------------- the way through


async def test_an_app_is_created_and_its_settings_are_written(world: World) -> None:
    """With the permissions and events of the table, the server's addresses, and the owner's name."""
    running = await world.begins("--org", "acme")
    page = await world.to_github(running)
    assert page.fields["name"] == "ghapp-acme"
    back = await world.browser.submits(page)
    assert (back.status, back.words.startswith("ghapp setup The GitHub App is created")) == (200, True)
    assert await running.ends() == 0
    app = world.github.app
    assert (app.slug, app.owner, app.permissions, app.events) == ("ghapp-acme", "acme", levels(), EVENTS)
    assert world.github.webhook_url == f"{PUBLIC}/webhooks/github"
    values = dict(world.values())
    assert len(values.pop("GHAPP_SESSION_SECRET") or "") >= 32
    assert values == {
        "GHAPP_PUBLIC_URL": PUBLIC,
        "GITHUB_API_URL": f"{world.github.url}/api/v3",
        "GHAPP_OIDC_ISSUER": f"{world.github.url}/_services/token",
        "GITHUB_APP_ID": str(app.id),
        "GITHUB_PRIVATE_KEY": app.private_key_pem.strip().replace("\n", "\\n"),
        "GITHUB_WEBHOOK_SECRET": app.webhook_secret,
        "GITHUB_CLIENT_ID": app.client_id,
        "GITHUB_CLIENT_SECRET": app.client_secret,
    }
    assert stat.S_IMODE(world.env.stat().st_mode) == 0o600
    assert [path.name for path in world.folder.iterdir()] == [".env"]
    loaded = settings.load({}, dotenv=world.env)
    assert (loaded.app_id, loaded.private_key.reveal()) == (app.id, app.private_key_pem.strip())
    install, slack = back.links
    assert install == f"{world.github.url}/apps/ghapp-acme/installations/new"
    assert install in running.shown
    assert slack in running.shown


async def test_the_slack_link_carries_the_manifest_with_the_servers_address(world: World) -> None:
    """Without comments, and short enough for a browser."""
    running = await world.begins()
    await world.creates(running)
    await running.ends()
    link = await running.says(re.compile(r"^https://api\.slack\.com/apps\?new_app=1&manifest_yaml=(\S+)$", re.M))
    text = unquote(link.partition("manifest_yaml=")[2])
    manifest = yaml.safe_load(text)
    assert "#" not in text.replace("[#pr]", "").replace("[to #pr]", "")
    assert manifest["settings"]["interactivity"]["request_url"] == f"{PUBLIC}/slack/interactions"
    assert len(link) < 4000


async def test_no_secret_is_in_a_command_line(world: World) -> None:
    """Neither in that of the set-up nor in that of the browser that it opens, while the App's secrets exist."""
    seen, closed, opener = (world.folder / name for name in ("seen", "closed", "opener"))
    os.mkfifo(closed)
    held = os.open(closed, os.O_RDWR)
    opener.write_text(f'#!/bin/sh\necho "$0 $@" >> {seen}\nread line < {closed}\n')  # it runs until it is closed
    opener.chmod(0o700)
    running = await world.begins(terminal=True, environ={"BROWSER": f"{opener} %s"})
    await running.types("", at="The store")
    await world.creates(running)
    await running.says("Slack: create the app here")
    assert (lines := command_lines(running))
    assert not SECRETS.search("".join(lines))
    assert ADDRESS.search(seen.read_text().split()[1])
    await running.types("", at="Bot User OAuth Token")
    assert await running.ends() == 0
    os.close(held)


def command_lines(running: Running) -> list[str]:
    """Those of all processes in the set-up's session."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(ProcessLookupError):
            if os.getsid(int(path.parent.name)) == running.process.pid:
                found.append(path.read_bytes().decode())
    return found


# ---------------------------------------------------------------- bad turns at the page


def conversions(world: World) -> int:
    return sum(1 for seen in world.github.exchanges if seen.route == "/app-manifests/{code}/conversions")


NO_ANSWER = (
    (faults.status(502), "GitHub answered 502: Server Error"),
    (faults.status(503), "GitHub answered 503: Server Error"),
    (faults.status(401, body={"message": "Requires authentication"}), "GitHub answered 401: Requires authentication"),
    (faults.status(403, body="<html>403 Forbidden</html>"), "GitHub answered 403: "),
    (faults.status(429), "GitHub answered 429: Server Error"),
    (faults.drop_before, "GitHub gave no answer (ServerDisconnectedError)"),
    (faults.status(200, body="<html>Sign in to the proxy</html>"), "GitHub's answer could not be read"),
)


async def test_an_answer_that_does_not_come_can_be_asked_for_again(world: World) -> None:
    """The code still counts; the sentence is on the page and in the terminal, and nothing is written before."""
    running = await world.begins()
    world.github.faults += [Fault("POST", CONVERSION, kind) for kind, _ in NO_ANSWER]
    page = await world.creates(running)
    for _, sentence in NO_ANSWER:
        assert sentence in page.words
        await running.says(f"ghapp: {sentence}")
        assert not world.env.exists()
        page = await world.browser.opens(page.url.join(URL(page.links[0])))
    assert "The GitHub App is created" in page.words
    assert await running.ends() == 0


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (faults.drop_after, "GitHub gave no answer (ServerDisconnectedError)"),
        (faults.status(201, body={"id": 5}, done=True), "Object missing required field `slug`"),
        (
            faults.status(
                201,
                done=True,
                body={"id": 5, "slug": "a", "html_url": "h", "client_id": "i", "client_secret": "s", "pem": "p"},
            ),
            "Object missing required field `webhook_secret`",
        ),
    ],
)
async def test_a_lost_app_is_created_anew(world: World, kind: faults.Kind, sentence: str) -> None:
    """GitHub gives the secrets once. The page says what to do, and another App can be created at once."""
    running = await world.begins()
    world.github.faults.append(Fault("POST", CONVERSION, kind))
    page = await world.creates(running)
    assert sentence in page.words
    page = await world.browser.opens(page.url.join(URL(page.links[0])))
    assert "GitHub does not know this code any more: it counts once, and for an hour." in page.words
    assert not world.env.exists()
    (anew,) = page.links
    page = await world.browser.submits(await world.browser.opens(page.url.join(URL(anew))))
    assert "The GitHub App is created" in (await world.browser.submits(page, name="Second")).words
    assert await running.ends() == 0
    assert world.values()["GITHUB_APP_ID"] == str(world.github.app.id)


async def test_a_github_that_cannot_be_reached_is_named(world: World) -> None:
    """The browser may have another way to it than this machine; the code is tried again on request."""
    running = await world.start("--github-url", "http://127.0.0.1:9", "--public-url", PUBLIC)
    page = await world.browser.opens(await running.says(ADDRESS))
    state = URL(page.action).query["state"]
    page = await world.browser.opens(page.url / "created" % {"code": "0" * 40, "state": state})
    assert "GitHub could not be reached (ClientConnectorError)" in page.words
    assert page.links[0].startswith("/created?code=")
    running.process.send_signal(signal.SIGINT)
    assert await running.ends() == 130


async def test_a_strangers_answer_is_refused(world: World) -> None:
    """Another site cannot set its own App: it does not know the state. GitHub is not asked."""
    running = await world.begins()
    address = await running.says(ADDRESS)
    for query in ("code=abc&state=wrong", "code=abc", "code=abc&state=%E9%9B%AA", "state=wrong", ""):
        page = await world.browser.opens(f"{address}created?{query}")
        assert (page.status, "does not belong to this set-up, so nothing was done" in page.words) == (403, True)
    assert conversions(world) == 0
    await world.creates(running)
    assert await running.ends() == 0


async def test_the_page_answers_to_this_machines_names_only(world: World) -> None:
    """A foreign name that resolves to this machine would let its site read the page."""
    running = await world.begins()
    address = await running.says(ADDRESS)
    for host in ("evil.example", "127.0.0.1.evil.example", "", "[", "10.0.0.1", "localhost.evil.example"):
        page = await world.browser.opens(address, Host=host)
        assert (page.status in (400, 403), page.action) == (True, ""), host
    for host in ("localhost", "127.0.0.1:1", "[::1]:80"):
        assert (await world.browser.opens(address, Host=host)).action, host


async def test_one_answer_counts_once_although_the_browser_brings_it_twice(world: World) -> None:
    """Both get the page that says so, and GitHub is asked once."""
    running = await world.begins()
    held = asyncio.Event()
    world.github.faults.append(Fault("POST", CONVERSION, faults.barrier(held)))
    first = asyncio.create_task(world.creates(running))
    sent = await world.github.until(lambda: world.github.manifests.sent_back)
    second = asyncio.create_task(world.browser.opens(sent))
    held.set()
    for page in (await first, await second):
        assert "The GitHub App is created" in page.words
    assert conversions(world) == 1
    assert await running.ends() == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_wait_can_be_ended(world: World, number: signal.Signals) -> None:
    """With Ctrl-C, or by a closed terminal. Nothing is left behind, and the next run begins anew."""
    running = await world.begins()
    await running.says(ADDRESS)
    running.process.send_signal(number)
    assert await running.ends() == 130
    assert "ghapp: stopped; nothing was written" in running.shown
    assert not [*world.folder.iterdir()]


def test_a_browser_that_does_not_come_back_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """After the hour for which GitHub's code counts."""
    with EnvFile(tmp_path / ".env") as env:
        step = GitHubStep(Console(), env, GITHUB, "", ())
        with pytest.raises(SettingsError, match="the browser did not come back within an hour"):
            step.take({"GHAPP_PUBLIC_URL": PUBLIC}, patience=timedelta(milliseconds=10))
    assert ADDRESS.search(capsys.readouterr().out)
    assert not [*tmp_path.iterdir()]


# ---------------------------------------------------------------- the file


@pytest.mark.parametrize("options", [(), ("--public-url", PUBLIC)])
async def test_an_existing_file_is_refused_before_github_is_asked(world: World, options: tuple[str, ...]) -> None:
    """One sentence, and the file is as before."""
    world.env.write_text("LOG_LEVEL=debug\n")
    running = await world.start(*options)
    assert await running.ends() == 1
    assert (
        running.shown
        == "ghapp: .env exists: nothing was changed. `--force` adds what is missing, and keeps its values\n"
    )
    assert world.env.read_text() == "LOG_LEVEL=debug\n"


KEPT = f"# mine\r\nLOG_LEVEL=debug  # for now\r\nGHAPP_PUBLIC_URL={PUBLIC}\r\nGITHUB_APP_ID=\r\nexport PORT='1'"


async def test_values_that_are_there_are_kept(world: World) -> None:
    """To the byte, with comments; missing ones are added below, and others may not read the file any more."""
    world.env.write_bytes(KEPT.encode())
    world.env.chmod(0o644)
    running = await world.start("--github-url", world.github.url, "--force")
    await world.creates(running)
    assert await running.ends() == 0
    assert "GHAPP_PUBLIC_URL is set: kept." in running.shown
    assert world.env.read_bytes().startswith(f"{KEPT}\n# Added by `ghapp setup`.\n".encode())
    loaded = settings.load({}, dotenv=world.env)
    assert (loaded.log_level, loaded.port, loaded.app_id) == ("debug", 1, world.github.app.id)
    assert stat.S_IMODE(world.env.stat().st_mode) == 0o600


async def test_a_step_whose_settings_are_there_is_skipped(world: World) -> None:
    """And named; a second run takes nothing away."""
    await world.creates(first := await world.begins())
    await first.ends()
    before = world.env.read_text()
    running = await world.start("--force")
    assert await running.ends() == 0
    for name in ("GHAPP_PUBLIC_URL", "GITHUB_APP_ID", "GITHUB_PRIVATE_KEY", "GITHUB_WEBHOOK_SECRET"):
        assert f"{name} is set: kept." in running.shown
    assert world.env.read_text() == before


@pytest.mark.parametrize(
    ("written", "missing"),
    [
        ("GITHUB_APP_ID=1", "GITHUB_PRIVATE_KEY, GITHUB_WEBHOOK_SECRET"),
        ("GITHUB_WEBHOOK_SECRET=canary-0123456789", "GITHUB_APP_ID, GITHUB_PRIVATE_KEY"),
        ("GITHUB_PRIVATE_KEY_PATH=key.pem", "GITHUB_APP_ID, GITHUB_WEBHOOK_SECRET"),
        ("GITHUB_CLIENT_ID=Iv1", "GITHUB_APP_ID, GITHUB_PRIVATE_KEY, GITHUB_WEBHOOK_SECRET"),
    ],
)
def test_a_new_app_is_not_mixed_with_settings_of_another(here: Here, written: str, missing: str) -> None:
    """One App's id with another's key would look complete. No page is served, and the end names what is missing."""
    here.env.write_text(f"{written}\n")
    code, shown = here.sets_up("--public-url", PUBLIC, "--force")
    add = f"Add them from the App's page on GitHub, or remove {written.partition('=')[0]} from .env to create a new App"
    assert code == 2
    assert f"ghapp: missing: {missing}. {add}\n" in shown
    assert not ADDRESS.search(shown)


@pytest.mark.parametrize("client", ["", "GITHUB_CLIENT_ID=Iv23li4711\nGITHUB_CLIENT_SECRET=canary-0123456789\n"])
def test_a_session_secret_is_added_only_to_the_settings_of_a_client(here: Here, client: str) -> None:
    """Alone it would stop the server's start; with the client's two settings it turns sign-in on."""
    pem = App.make().private_key_pem.strip().replace("\n", "\\n")
    app = f"GITHUB_APP_ID=1\nGITHUB_PRIVATE_KEY={pem}\nGITHUB_WEBHOOK_SECRET=canary-0123456789\n"
    here.env.write_text(app + client)
    code, shown = here.sets_up("--public-url", PUBLIC, "--force")
    assert code == 0, shown
    assert ("GHAPP_SESSION_SECRET=" in here.env.read_text()) == bool(client)
    assert bool(settings.load({}, dotenv=here.env).sign_in) == bool(client)
    assert ("Sign-in to the board needs all of" in shown) == (not client)


def test_a_kept_key_that_is_none_is_named(here: Here) -> None:
    """The end checks the settings as the server does at its start."""
    key = "-----BEGIN PRIVATE KEY-----\\nx\\n-----END PRIVATE KEY-----"
    here.env.write_text(f"GITHUB_APP_ID=1\nGITHUB_PRIVATE_KEY={key}\nGITHUB_WEBHOOK_SECRET=canary-0123456789\n")
    code, shown = here.sets_up("--public-url", PUBLIC, "--force")
    assert code == 2
    assert shown.endswith("ghapp: GITHUB_PRIVATE_KEY: the App's private key is not an RSA key in PEM\n")


async def test_a_link_stays_one(world: World) -> None:
    """The file that it leads to is written."""
    (world.folder / "elsewhere").mkdir()
    (world.folder / "elsewhere/env").touch()
    world.env.symlink_to("elsewhere/env")
    running = await world.begins("--force")
    await world.creates(running)
    assert await running.ends() == 0
    assert world.env.is_symlink()
    assert [path.name for path in (world.folder / "elsewhere").iterdir()] == ["env"]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda env: env.mkdir(), ".env is not a file"),
        (os.mkfifo, ".env is not a file"),
        (lambda env: env.symlink_to("nowhere/.env"), ".env is not a file"),
        (lambda env: env.symlink_to(env), ".env"),
        (lambda env: env.write_text("this is no setting\n"), ".env, line 1: expected NAME=value"),
        (lambda env: env.write_bytes(b"A=\xff"), ".env is not text in UTF-8"),
    ],
)
def test_a_file_that_cannot_be_extended_is_named(here: Here, spoil: Callable[[Path], None], sentence: str) -> None:
    """Before GitHub is asked."""
    spoil(here.env)
    code, shown = here.sets_up("--public-url", PUBLIC, "--force")
    assert (code, shown.startswith(f"ghapp: {sentence}"), shown.count("\n")) == (2, True, 1)


async def test_a_full_disk_is_named_before_a_secret_is_made(world: World) -> None:
    """The room is taken first. Nothing is left behind."""
    running = await world.begins(limited="-f 0")
    assert await running.ends() == 2
    assert running.shown == "ghapp: .env cannot be written: File too large\n"
    assert not [*world.folder.iterdir()]


async def test_a_folder_that_takes_no_file_is_named(world: World) -> None:
    """In one sentence, before GitHub is asked."""
    world.folder = Path("/proc")
    running = await world.begins()
    assert await running.ends() == 2
    assert running.shown == "ghapp: .env cannot be written: No such file or directory\n"


# ---------------------------------------------------------------- at a terminal


async def at_slack(world: World, *options: str) -> Running:
    """A set-up at a terminal, whose App is created."""
    running = await world.begins(*options, terminal=True)
    await running.types("", at="The store: sqlite:///PATH or dynamodb://TABLE [sqlite:///ghapp.db]: ")
    await world.creates(running)
    return running


ASKS_TOKEN = "Bot User OAuth Token, from OAuth & Permissions (not shown; Enter skips): "
ASKS_SECRET = "Signing Secret, from Basic Information (not shown; Enter skips): "


async def test_a_person_fills_in_everything_at_a_terminal(world: World) -> None:
    """Each wrong answer gets its sentence and is asked again. Secrets are not shown while they are typed."""
    running = await world.start("--github-url", world.github.url, terminal=True)
    for typed, sentence in (
        ("", "the address must be an address like https://ghapp.example.com"),
        ("ghapp.acme.example", "the address must be an address like https://ghapp.example.com"),
        ("http://ghapp.acme.example", "the address must be https: plain http is for this machine only"),
        (f"{PUBLIC}/ghapp", "the address must end after the host, without a path, like https://ghapp.acme.example"),
    ):
        await running.types(typed, at="The server's public address, https: ")
        await running.says(sentence)
    await running.types(f"{PUBLIC}/", at="The server's public address, https: ")
    await running.types("ghapp.db", at="[sqlite:///ghapp.db]: ")
    await running.says("GHAPP_STORE must be sqlite:///PATH or dynamodb://TABLE")
    await running.types("sqlite:////var/lib/ghapp/my store.db", at="[sqlite:///ghapp.db]: ")
    await world.creates(running)
    for typed, sentence in (
        (SIGNING, "this is no token of Slack: the bot's token begins with xoxb-"),
        ("xoxp-canary-1", "this is a user's token: the bot's token begins with xoxb-"),
        ("xapp-1-canary", "this is an app-level token: the bot's token begins with xoxb-"),
        ("xoxe.xoxb-1-canary", "this is a configuration or refresh token: the bot's token begins with xoxb-"),
        ("xoxb-canary 1", "the token contains a character that no token has"),
        ("xoxb-canary-wrong", "Slack does not take this token: it answered invalid_auth. Copy it again."),
    ):
        await running.types(typed, at=ASKS_TOKEN)
        await running.says(sentence)
    await running.types(TOKEN, at=ASKS_TOKEN)
    await running.says("The token belongs to the workspace Acme.")
    await running.types(TOKEN, at=ASKS_SECRET)
    await running.says("this is a token; the signing secret is on Basic Information, under App Credentials")
    await running.types("canary", at=ASKS_SECRET)
    await running.says("this is no signing secret: it has 32 letters and digits")
    await running.types(SIGNING, at=ASKS_SECRET)
    assert await running.ends() == 0
    values = world.values()
    assert (values["SLACK_BOT_TOKEN"], values["SLACK_SIGNING_SECRET"]) == (TOKEN, SIGNING)
    assert (values["GHAPP_PUBLIC_URL"], values["GHAPP_STORE"]) == (PUBLIC, "sqlite:////var/lib/ghapp/my store.db")
    assert "Invite the bot to its channel in Slack: /invite @ghapp" in running.shown
    assert "When it runs: ghapp check --live asks GitHub and Slack whether everything fits" in running.shown
    assert f"ok         the key belongs to the App {world.github.app.slug} (" in running.shown
    assert "todo       the App is installed on no repository" in running.shown
    assert "ok         the token belongs to the workspace Acme" in running.shown
    assert stat.S_IMODE(world.env.stat().st_mode) == 0o600


NOT_CONFIRMED = (
    (Error("account_inactive"), "Slack does not take this token: it answered account_inactive. Copy it again."),
    (Status(503), "Slack answered 503, so the token is not checked. Enter it again, or skip."),
    (Status(429), "Slack answered ratelimited, so the token is not checked. Enter it again, or skip."),
    (Drop.BEFORE, "Slack gave no answer (ServerDisconnectedError), so the token is not checked."),
)


async def test_a_token_that_slack_does_not_confirm_is_not_written(world: World) -> None:
    """It can be entered again, or skipped; the App's settings stay."""
    world.slack.faults += [SlackFault("auth.test", kind) for kind, _ in NOT_CONFIRMED]
    running = await at_slack(world)
    for _, sentence in NOT_CONFIRMED:
        await running.types(TOKEN, at=ASKS_TOKEN)
        await running.says(sentence)
    await running.types("", at=ASKS_TOKEN)
    assert await running.ends() == 0
    assert "Skipped: ghapp does not speak in Slack. `ghapp setup` asks again." in running.shown
    assert not {"SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"} & world.values().keys()


async def test_missing_scopes_are_named(world: World) -> None:
    """The token is kept: the scopes may come later. Without the secret, Slack's buttons are not heard."""
    world.slack.scopes -= {"users:read", "groups:history"}
    running = await at_slack(world)
    await running.types(TOKEN, at=ASKS_TOKEN)
    await running.says("ghapp: Slack: missing scopes: groups:history, users:read")
    await running.types("", at=ASKS_SECRET)
    assert await running.ends() == 0
    assert "Skipped: ghapp does not hear commands and buttons in Slack. `ghapp setup` asks again." in running.shown
    assert world.values()["SLACK_BOT_TOKEN"] == TOKEN


async def test_a_later_run_asks_only_for_what_is_missing(world: World) -> None:
    """After a yes; the kept settings are named."""
    running = await at_slack(world)
    await running.types(TOKEN, at=ASKS_TOKEN)
    await running.types("", at=ASKS_SECRET)
    assert await running.ends() == 0
    again = await world.start(terminal=True)
    await again.types("yes", at=".env exists. Add what is missing, and keep the values that are there? [y/N]: ")
    await again.types(SIGNING, at=ASKS_SECRET)
    assert await again.ends() == 0
    for name in ("GHAPP_PUBLIC_URL", "GHAPP_STORE", "GITHUB_APP_ID", "SLACK_BOT_TOKEN"):
        assert f"{name} is set: kept." in again.shown
    assert world.values()["SLACK_SIGNING_SECRET"] == SIGNING


async def test_without_a_yes_the_file_stays(world: World) -> None:
    """Exit code 1."""
    world.env.write_text("LOG_LEVEL=debug\n")
    running = await world.start(terminal=True)
    await running.types("", at="keep the values that are there? [y/N]: ")
    assert await running.ends() == 1
    assert world.env.read_text() == "LOG_LEVEL=debug\n"


@pytest.mark.parametrize("key", ["\x03", "\x04"])
async def test_a_question_can_be_left(world: World, key: str) -> None:
    """With Ctrl-C or Ctrl-D; the App that was created by then is not lost."""
    running = await at_slack(world)
    await running.presses(key, at=ASKS_TOKEN)
    assert await running.ends() == 130
    assert "ghapp: stopped; what is in .env stays, and `ghapp setup` goes on from there" in running.shown
    assert world.values()["GITHUB_APP_ID"] == str(world.github.app.id)
    assert [path.name for path in world.folder.iterdir()] == [".env"]


async def test_a_table_is_a_step_of_its_own(world: World) -> None:
    """The end names the command that creates it."""
    running = await world.begins(terminal=True)
    await running.types("dynamodb://ghapp", at="[sqlite:///ghapp.db]: ")
    await world.creates(running)
    await running.types("", at=ASKS_TOKEN)
    assert await running.ends() == 0
    assert re.search(r"^\d\. Create the table: ghapp table create, with AWS_REGION set$", running.shown, re.M)


async def test_a_server_on_this_machine_gets_an_app_whose_webhook_waits(world: World) -> None:
    """GitHub refuses such an address for a webhook; the last lines say where a forwarder's is set."""
    local = "http://localhost:8080"
    running = await world.start("--github-url", world.github.url, "--public-url", local)
    await world.creates(running, name="Mine")
    assert await running.ends() == 0
    assert world.github.webhook_url is None
    page = f"{world.github.url}/settings/apps/mine"
    sentence = f"GitHub cannot reach {local}: on {page} set the webhook address of your forwarder, and Active"
    assert sentence in running.shown
    assert world.values()["GHAPP_PUBLIC_URL"] == local


# ---------------------------------------------------------------- wrong options


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ((), "GHAPP_PUBLIC_URL is missing: give it with --public-url https://ghapp.example.com"),
        (("--public-url", "ghapp.example.com"), "--public-url must be an address like https://ghapp.example.com"),
        (("--public-url", "https://"), "--public-url must be an address like https://ghapp.example.com"),
        (("--public-url", "https://\N{FULLWIDTH LATIN SMALL LETTER A} b"), "--public-url must be an address like"),
        (("--public-url", "https://a b"), "--public-url must be an address like https://ghapp.example.com"),
        (("--public-url", "https://a:99999"), "--public-url must be an address like https://ghapp.example.com"),
        (("--public-url", "ftp://a.example"), "--public-url must be an address like https://ghapp.example.com"),
        (("--public-url", "http://a.example"), "--public-url must be https: plain http is for this machine only"),
        (("--public-url", "https://a.example/x"), "--public-url must end after the host, without a path"),
        (("--public-url", "https://a.example?x"), "--public-url must end after the host, without a path"),
        (("--public-url", "https://u:canary@a.example"), "--public-url must end after the host, without a path"),
        (("--github-url", "ghe.acme.example"), "--github-url must be an address like https://ghapp.example.com"),
        (("--github-url", "http://ghe.acme.example"), "--github-url must be https: plain http is for this machine"),
        (("--github-url", "https://ghe.acme.example/acme"), "--github-url must end after the host, without a path"),
        (("--github-url", "https://acme.ghe.com"), "--github-url: GitHub with data residency (ghe.com) is not supp"),
        (("--org", "https://github.com/acme"), "--org must be the name of an organization as in its address, like ac"),
        (("--org", "acme/shop"), "--org must be the name of an organization as in its address, like acme"),
        (("--org", "acme\x1b[31m"), "--org must be the name of an organization as in its address, like acme"),
    ],
)
def test_wrong_options_are_named(here: Here, options: tuple[str, ...], sentence: str) -> None:
    """In one sentence, which repeats nothing that may be secret; nothing is written."""
    code, shown = here.sets_up(*options)
    assert (code, shown.startswith(f"ghapp: {sentence}"), shown.count("\n")) == (2, True, 1)
    assert not SECRETS.search(shown)
    assert not [*here.env.parent.iterdir()]


@pytest.mark.parametrize(
    ("written", "options", "sentence"),
    [
        (
            "GHAPP_PUBLIC_URL=https://other.example",
            ("--public-url", PUBLIC),
            "GHAPP_PUBLIC_URL in .env is https://other.example: change it there, or leave --public-url out",
        ),
        (
            "GITHUB_API_URL=https://ghe.acme.example/api/v3",
            ("--github-url", "https://github.com"),
            "--github-url does not fit GITHUB_API_URL, which is of https://ghe.acme.example: keep one of them",
        ),
        (
            "GITHUB_API_URL=ghe.acme.example",
            ("--public-url", PUBLIC),
            "GITHUB_API_URL must be an address like https://",
        ),
        ("GHAPP_PUBLIC_URL=https://a.example/x", (), "GHAPP_PUBLIC_URL must end after the host, without a path, like"),
        ("GHAPP_STORE=here.db", ("--public-url", PUBLIC), "GHAPP_STORE must be sqlite:///PATH or dynamodb://TABLE"),
    ],
)
def test_options_that_contradict_the_file_are_named(
    here: Here, written: str, options: tuple[str, ...], sentence: str
) -> None:
    """Before GitHub is asked."""
    here.env.write_text(f"{written}\n")
    code, shown = here.sets_up(*options, "--force")
    assert code == 2
    assert f"ghapp: {sentence}" in shown
    assert not ADDRESS.search(shown)


async def test_a_setting_of_the_shell_that_goes_before_the_file_is_named(world: World) -> None:
    """Otherwise the file would have no effect, and nothing would say so."""
    running = await world.begins(environ={"GHAPP_PUBLIC_URL": "https://other.example"})
    await world.creates(running)
    assert await running.ends() == 0
    assert "ghapp: this shell has other values of GHAPP_PUBLIC_URL, which go before those in .env" in running.shown


def test_no_app_is_created_where_the_shell_names_another(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new one would have no effect."""
    monkeypatch.setenv("GITHUB_WEBHOOK_SECRET", "canary-of-another-app")
    sentence = "ghapp: this shell sets GITHUB_WEBHOOK_SECRET, which goes before .env: unset it\n"
    assert here.sets_up("--public-url", PUBLIC) == (2, sentence)


# ---------------------------------------------------------------- to the first prompt


async def test_the_server_starts_with_that_file_and_posts_its_first_prompt(world: World) -> None:
    """From nothing: App, installation, config, merge; GitHub is an Enterprise Server here."""
    running = await at_slack(world, "--org", "acme")
    await running.types(TOKEN, at=ASKS_TOKEN)
    await running.types(SIGNING, at=ASKS_SECRET)
    assert await running.ends() == 0
    config = f"slack: {{channel: {CHANNEL}}}\nenvironments: {{production: {{workflow: deploy.yml}}}}\n"
    files = {".github/ghapp.yml": config, ".github/workflows/deploy.yml": WORKFLOW}
    shop = world.github.add_repository("acme/shop", files=files, people={"taro": "write"})
    world.slack.add_channel(CHANNEL, "releases")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ghapp", "serve"),
        cwd=world.folder,
        env={"PATH": os.environ["PATH"], "SLACK_API_URL": world.slack_url, "HOST": "127.0.0.1", "PORT": "0"}
        | {"LOG_FORMAT": "json"},
        stderr=asyncio.subprocess.PIPE,
    )
    server = Process(process, "serve")
    try:
        await server.ready()
        world.github.webhook_url = f"{server.address}/webhooks/github"
        await shop.merge(await shop.open_pull("taro", "Faster login"), by="taro")
        channel = world.slack.channels[CHANNEL]
        message = await world.slack.until(lambda: channel.messages[0] if channel.messages else None, timeout=20)
        assert "/deploy production" in message.text
    finally:
        await server.close()


# ---------------------------------------------------------------- the parts


@pytest.mark.parametrize("value", ["a # b", "${HOME}", "'quoted'", '"quoted"', "a\rb"])
def test_a_value_that_readers_of_the_file_would_change_is_refused(tmp_path: Path, value: str) -> None:
    """python-dotenv and `docker --env-file` would read something else; nothing is written."""
    with (
        EnvFile(tmp_path / ".env") as env,
        pytest.raises(SettingsError, match="GHAPP_STORE: this value cannot be writt"),
    ):
        env.add({"GHAPP_PUBLIC_URL": PUBLIC, "GHAPP_STORE": value})
    assert not [*tmp_path.iterdir()]


def test_a_line_that_a_person_adds_meanwhile_stays(tmp_path: Path) -> None:
    """The file is read once more right before it is written."""
    path = tmp_path / ".env"
    with EnvFile(path) as env:
        env.reserve()
        path.write_text("LOG_LEVEL=debug\n")
        env.add({"GHAPP_PUBLIC_URL": PUBLIC})
    assert dotenv_values(path) == {"LOG_LEVEL": "debug", "GHAPP_PUBLIC_URL": PUBLIC}


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives files away")
def test_the_file_stays_its_owners(tmp_path: Path) -> None:
    """Also where an administrator runs the set-up for the server's user."""
    path = tmp_path / ".env"
    path.touch()
    os.chown(path, 12345, 12345)
    with EnvFile(path) as env:
        env.add({"GHAPP_PUBLIC_URL": PUBLIC})
    assert (path.stat().st_uid, stat.S_IMODE(path.stat().st_mode)) == (12345, 0o600)


@pytest.mark.parametrize(
    ("url", "api"),
    [
        ("https://github.com", "https://api.github.com"),
        ("https://www.github.com/", "https://api.github.com"),
        ("https://ghe.acme.example:8443", "https://ghe.acme.example:8443/api/v3"),
    ],
)
def test_the_api_of_a_github_is_known_by_its_pages(url: str, api: str) -> None:
    """GitHub's own needs no setting; an Enterprise Server has it below a path."""
    server = server_at(url)
    assert (server.api, server_of(server.api)) == (api, server)
    assert server.settings.get("GITHUB_API_URL", GITHUB.api) == api


def test_an_app_manifest_differs_from_the_file_in_its_addresses_alone() -> None:
    """The file names the permissions and events; its address must occur."""
    file = yaml.safe_load((ROOT / "ghapp/manifests/app.yml").read_text())
    made = app_manifest(EXAMPLE, name="ghapp", back="http://127.0.0.1:1/created")
    assert made == file | {
        "redirect_url": "http://127.0.0.1:1/created",
        "callback_urls": [f"{EXAMPLE}/login/callback"],
    }
    assert EXAMPLE not in str(app_manifest(PUBLIC, name="g" * 40, back=""))
    assert len(app_manifest(PUBLIC, name="g" * 40, back="")["name"]) == 34


def test_the_wheel_has_the_manifests(tmp_path: Path) -> None:
    """`ghapp setup` works where only the package is installed."""
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "ghapp", tmp_path / "ghapp", ignore=shutil.ignore_patterns("__pycache__"))
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--disable-pip-version-check")
    command = [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", "made", "."]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    (wheel,) = (tmp_path / "made").iterdir()
    assert {"ghapp/manifests/app.yml", "ghapp/manifests/slack-app.yml"} <= {*ZipFile(wheel).namelist()}
