"""The steps of `ghapp setup`, in their order. What `.env` names already is kept, and its step is skipped."""

import asyncio
import os
import secrets
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ghapp import settings
from ghapp.adapters.github import read_key
from ghapp.adapters.github.app_manifest import RegisteredApp
from ghapp.cli.setup.addresses import GITHUB, Server, organization, server_at, server_of
from ghapp.cli.setup.console import Console
from ghapp.cli.setup.env_file import EnvFile
from ghapp.cli.setup.github_app import GitHubStep, install_link
from ghapp.cli.setup.manifests import slack_link
from ghapp.cli.setup.slack_app import BOT, SlackStep
from ghapp.settings import Settings, SettingsError, Table, is_this_machine, origin

ENV = Path(".env")
PUBLIC, STORE, API, SLACK_API = "GHAPP_PUBLIC_URL", "GHAPP_STORE", "GITHUB_API_URL", "SLACK_API_URL"
SESSION = "GHAPP_SESSION_SECRET"
DEFAULT_STORE = "sqlite:///ghapp.db"


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of the command; empty ones were not given."""

    org: str = ""
    github_url: str = ""
    public_url: str = ""
    force: bool = False


def setup(asked: Asked) -> int:
    """0 and `.env` is complete; 1 where it must not be changed; 2 where something is wrong or still missing."""
    console = Console()
    try:
        with _signals(), EnvFile(ENV) as env:
            return _Setup(asked, console, env).run()
    except SettingsError as error:
        console.warn(f"{error}")
        return 2
    except (KeyboardInterrupt, EOFError):
        console.say()
        rest = (
            f"what is in {ENV} stays, and `ghapp setup` goes on from there" if ENV.exists() else "nothing was written"
        )
        console.warn(f"stopped; {rest}")
        return 130


@contextmanager
def _signals() -> Iterator[None]:
    """A terminal that is closed ends the command as Ctrl-C does, so that nothing is left behind."""
    before = {number: signal.signal(number, signal.default_int_handler) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass(frozen=True, slots=True)
class _Setup:
    asked: Asked
    console: Console
    env: EnvFile

    def run(self) -> int:
        org = organization(self.asked.org) if self.asked.org else ""
        server = self._server()
        given = origin("--public-url", self.asked.public_url) if self.asked.public_url else ""
        if self.env.exists and not self.asked.force and not self._may_add():
            return 1
        public_url = self._public_url(given)
        store = self._store()
        further = () if BOT in self.env.values else (("Create the Slack app", slack_link(public_url)),)
        step = GitHubStep(self.console, self.env, server, org, further)
        app = step.take({PUBLIC: public_url, **store, SESSION: secrets.token_urlsafe(32)})
        if app:
            self.console.say(f"The App {app.slug} is created, and {ENV} has its settings.")
        api_url = self._read(SLACK_API) or "https://slack.com/api/"
        SlackStep(self.console, self.env, slack_link(public_url), api_url).take()
        loaded = self._prove()
        if self.console.asks:
            self._check(loaded)
        self._next(server, org, app, public_url)
        return 0

    def _may_add(self) -> bool:
        if self.console.agrees(f"{ENV} exists. Add what is missing, and keep the values that are there?"):
            return True
        self.console.warn(f"{ENV} exists: nothing was changed. `--force` adds what is missing, and keeps its values")
        return False

    def _read(self, name: str) -> str:
        """A setting as `ghapp serve` would find it."""
        return os.environ.get(name, "").strip() or self.env.values.get(name, "")

    def _server(self) -> Server:
        """The GitHub that the options, the environment or `.env` name."""
        known = server_of(self._read(API).rstrip("/")) if self._read(API) else None
        wanted = server_at(self.asked.github_url) if self.asked.github_url else None
        if known and wanted and known != wanted:
            raise SettingsError(f"--github-url does not fit {API}, which is of {known.web}: keep one of them")
        return wanted or known or GITHUB

    def _public_url(self, given: str) -> str:
        if PUBLIC in self.env.values:
            known = origin(PUBLIC, self.env.values[PUBLIC])
            if given not in ("", known):
                raise SettingsError(f"{PUBLIC} in {ENV} is {known}: change it there, or leave --public-url out")
            self.console.say(f"{PUBLIC} is set: kept.")
            return known
        if given:
            return given
        if not self.console.asks:
            raise SettingsError(f"{PUBLIC} is missing: give it with --public-url https://ghapp.example.com")
        while True:
            try:
                return origin("the address", self.console.ask("The server's public address, https"))
            except SettingsError as error:
                self.console.warn(f"{error}")

    def _store(self) -> Mapping[str, str]:
        if STORE in self.env.values:
            settings.load_store(self.env.values, dotenv=None)
            self.console.say(f"{STORE} is set: kept.")
            return {}
        while self.console.asks:
            typed = self.console.ask("The store: sqlite:///PATH or dynamodb://TABLE", DEFAULT_STORE)
            try:
                settings.load_store({STORE: typed}, dotenv=None)
            except SettingsError as error:
                self.console.warn(f"{error}")
            else:
                return {STORE: typed}
        return {}

    def _check(self, loaded: Settings) -> None:
        """Asks GitHub and Slack about the settings. Installation and server follow, so it finds something to do."""
        from ghapp.cli.live.command import findings_of, print_findings  # takes a while, and is often not needed
        from ghapp.cli.live.findings import summary

        self.console.say("\nAsking GitHub, Slack and the store:")
        findings = asyncio.run(findings_of(loaded, show=print_findings))
        self.console.say(summary(findings))

    def _prove(self) -> Settings:
        """Reads the settings as the server will. Raises SettingsError."""
        loaded = settings.load()
        try:
            read_key(loaded.private_key.reveal())
        except ValueError as error:
            raise SettingsError(f"GITHUB_PRIVATE_KEY: {error}") from None
        self.console.say(f"{ENV} is complete: the App {loaded.app_id}, the store {loaded.store}.")
        if hiding := sorted(n for n, value in self.env.values.items() if os.environ.get(n, value) != value):
            self.console.warn(f"this shell has other values of {', '.join(hiding)}, which go before those in {ENV}")
        return loaded

    def _next(self, server: Server, org: str, app: RegisteredApp | None, public_url: str) -> None:
        steps = [f"Install the App on your repositories: {install_link(app)}" if app else ""]
        if is_this_machine(public_url):
            place = f"{server.web}/{f'organizations/{org}/' if org else ''}settings/apps/{app.slug if app else ''}"
            steps.append(
                f"GitHub cannot reach {public_url}: on {place} set the webhook address of your forwarder, and Active; "
                "in Slack likewise"
            )
        steps += [
            "Invite the bot to its channel in Slack: /invite @ghapp" if BOT in self.env.values else "",
            "Create the table: ghapp table create, with AWS_REGION set"
            if isinstance(settings.load_store(), Table)
            else "",
            "In a checkout of the repository: ghapp init, then commit .github/ghapp.yml on the default branch",
            f"Start the server: ghapp serve. {public_url}/readyz names what is still wrong",
            "When it runs: ghapp check --live asks GitHub and Slack whether everything fits",
        ]
        self.console.say("\nNext:")
        for number, step in enumerate(filter(None, steps), 1):
            self.console.say(f"{number}. {step}")
