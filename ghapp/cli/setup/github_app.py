"""The step for GitHub: the browser registers the App from its manifest, and `.env` gets the App's settings."""

import asyncio
import os
import secrets
import sys
import threading
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

NEEDED = (("GITHUB_APP_ID",), ("GITHUB_PRIVATE_KEY", "GITHUB_PRIVATE_KEY_PATH"), ("GITHUB_WEBHOOK_SECRET",))
OF_APP = (*(name for names in NEEDED for name in names), "GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET")
WINDOWS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
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
        """Creates the App, and writes its settings together with these; None where `.env` has settings of an App.

        Raises SettingsError where the browser does not come back in time, or the App would have no effect.
        """
        if there := [name for name in OF_APP if name in self.env.values]:
            client = {*SIGN_IN} & {*OF_APP}
            # a session secret without the App's client would stop the server's start
            kept = {name: value for name, value in settings.items() if name not in SIGN_IN or client <= {*there}}
            self.env.add(kept)
            self._tell(there)
            return None
        if shadowing := [name for name in OF_APP if os.environ.get(name)]:
            raise SettingsError(f"this shell sets {', '.join(shadowing)}, which goes before {self.env.path}: unset it")
        self.env.reserve()
        return asyncio.run(self._created(settings, patience))

    def _tell(self, there: Sequence[str]) -> None:
        """A new App would not fit to settings of another."""
        for name in there:
            self.console.say(f"{name} is set: kept.")
        if missing := [names[0] for names in NEEDED if not {*names} & {*there}]:
            self.console.warn(
                f"missing: {', '.join(missing)}. Add them from the App's page on GitHub, or remove {', '.join(there)} "
                f"from {self.env.path} to create a new App"
            )
        if lacking := [name for name in SIGN_IN if name not in self.env.values]:
            self.console.say(
                f"{', '.join(lacking)}: not set. Sign-in to the board needs all of {', '.join(SIGN_IN)}; "
                "docs/sign-in.md says where they are."
            )

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
            raise SettingsError("the browser did not come back within an hour: nothing was written") from None
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
    """Opens a browser that has a window; one in the terminal would take it over. It may run as long as it likes."""
    windows = sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in WINDOWS)
    if windows:
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    return windows
