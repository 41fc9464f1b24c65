"""The step for GitHub: the browser registers the App from its manifest, and `.env` gets the App's settings."""

import asyncio
import os
import secrets
import sys
import webbrowser
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from ghapp.adapters.github.app_manifest import RegisteredApp, redeem_code
from ghapp.cli.setup.addresses import Server
from ghapp.cli.setup.console import Console
from ghapp.cli.setup.env_file import EnvFile
from ghapp.cli.setup.manifests import app_manifest
from ghapp.cli.setup.page import Errand, Links, Page
from ghapp.settings import SIGN_IN, SettingsError

APP = ("GITHUB_APP_ID", "GITHUB_PRIVATE_KEY", "GITHUB_WEBHOOK_SECRET")
CODE_COUNTS = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class GitHubStep:
    """`further`: links that the page shows after the App's own."""

    console: Console
    env: EnvFile
    server: Server
    org: str
    further: Links

    def take(self, settings: dict[str, str], *, patience: timedelta = CODE_COUNTS) -> RegisteredApp | None:
        """Creates the App, and writes its settings together with these; None where `.env` names an App.

        Raises SettingsError where the browser does not come back in time.
        """
        there, missing = self._known()
        if there:
            self.env.add(settings)
            self._tell(there, missing)
            return None
        self.env.reserve()
        return asyncio.run(self._created(settings, patience))

    def _known(self) -> tuple[Sequence[str], Sequence[str]]:
        """The settings of the App that are in `.env`, and those that are not."""
        alike = {"GITHUB_PRIVATE_KEY": ("GITHUB_PRIVATE_KEY_PATH", "GITHUB_PRIVATE_KEY")}
        found = {name: [one for one in alike.get(name, (name,)) if one in self.env.values] for name in APP}
        return [one for each in found.values() for one in each], [name for name, each in found.items() if not each]

    def _tell(self, there: Sequence[str], missing: Sequence[str]) -> None:
        for name in there:
            self.console.say(f"{name} is set: kept.")
        if missing:
            self.console.warn(
                f"{' and '.join(missing)} not set: take it from the App's page on GitHub, or remove "
                f"{' and '.join(there)} from {self.env.path} to create a new App"
            )
        if lacking := [name for name in SIGN_IN if name not in self.env.values]:
            self.console.say(f"{', '.join(lacking)}: not set; for the board's sign-in, not used yet.")

    async def _created(self, settings: dict[str, str], patience: timedelta) -> RegisteredApp:
        public_url = settings["GHAPP_PUBLIC_URL"]
        name = f"ghapp-{self.org or secrets.token_hex(2)}"  # unique on GitHub
        place = f"/organizations/{self.org}" if self.org else ""
        page = Page(
            Errand(
                form=f"{self.server.web}{place}/settings/apps/new",
                manifest=lambda back: app_manifest(public_url, name=name, back=back),
                hint=f"You have to be an owner of {self.org}: to others GitHub answers 404." if self.org else "",
                redeem=partial(redeem_code, self.server.api),
                keep=partial(self._keep, settings),
                warn=self.console.warn,
            )
        )
        try:
            self._show(await page.start())
            async with asyncio.timeout(patience.total_seconds()):
                return await page.kept
        except TimeoutError:
            raise SettingsError("the browser did not come back within an hour, so no App was created here") from None
        except OSError as error:
            raise SettingsError(f"no page can be served on 127.0.0.1: {error.strerror}") from None
        finally:
            await page.close()

    def _keep(self, settings: dict[str, str], app: RegisteredApp) -> Links:
        self.env.add(
            {
                **settings,
                **self.server.settings,
                "GITHUB_APP_ID": str(app.id),
                "GITHUB_PRIVATE_KEY": app.private_key.reveal(),
                "GITHUB_WEBHOOK_SECRET": app.webhook_secret.reveal(),
                "GITHUB_CLIENT_ID": app.client_id,
                "GITHUB_CLIENT_SECRET": app.client_secret.reveal(),
                "GHAPP_SESSION_SECRET": secrets.token_urlsafe(32),
            }
        )
        return [("Install the App on your repositories", install_link(app)), *self.further]

    def _show(self, address: str) -> None:
        self.console.say("GitHub: open this page, and follow it (Ctrl-C ends the wait).")
        self.console.say(address)
        if not _opened(address):
            port = address.split(":")[2].rstrip("/")
            self.console.say(
                f"Is the browser on another machine? There, first: ssh -L {port}:127.0.0.1:{port} THIS-MACHINE"
            )


def install_link(app: RegisteredApp) -> str:
    """The page on which the App is installed."""
    return f"{app.page}/installations/new"


def _opened(address: str) -> bool:
    """Opens a browser that has a window. One in the terminal would take it over."""
    windows = sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in WINDOWS)
    return windows and webbrowser.open(address)


WINDOWS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
