"""The step for Slack: the link that creates the app, and its token and signing secret, which are checked."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp

from ghapp.adapters.slack import SlackChat, SlackRefused
from ghapp.cli.setup.console import Console
from ghapp.cli.setup.env_file import EnvFile
from ghapp.ports import Complaint, Fault
from ghapp.settings import SECRET_LENGTH, wrong_token

BOT, SIGNING = "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"


@dataclass(frozen=True, slots=True)
class SlackStep:
    """`link`: where the app is created. `api_url` ends in `/api/`."""

    console: Console
    env: EnvFile
    link: str
    api_url: str

    def take(self) -> None:
        """Asks for what is missing, and writes it."""
        known = [name for name in (BOT, SIGNING) if name in self.env.values]
        for name in known:
            self.console.say(f"{name} is set: kept.")
        if len(known) == 2:
            return
        if BOT not in known:
            self.console.say(
                "Slack: create the app here, press Create, then Install to Workspace. Without Slack, skip."
            )
            self.console.say(self.link)
        if not self.console.asks:
            missing = [name for name in (BOT, SIGNING) if name not in known]
            self.console.say(f"{' and '.join(missing)}: not set, so ghapp does not {_lost(known)}.")
            return
        self._ask(known)

    def _ask(self, known: Sequence[str]) -> None:
        given = {} if BOT in known else {BOT: self._token()}
        if SIGNING not in known and given.get(BOT) != "":
            given[SIGNING] = self._secret()
        self.env.add({name: value for name, value in given.items() if value})
        there = [name for name in (BOT, SIGNING) if name in self.env.values]
        if len(there) < 2:
            self.console.say(f"Skipped: ghapp does not {_lost(there)}. `ghapp setup` asks again.")

    def _token(self) -> str:
        """A bot's token that Slack takes; empty if it is skipped."""
        while token := self.console.ask_secret("Bot User OAuth Token, from OAuth & Permissions"):
            if complaint := wrong_token(token):
                self.console.warn(complaint)
                continue
            try:
                workspace, problems = asyncio.run(_asked(token, self.api_url))
            except SlackRefused as refusal:
                self.console.warn(f"Slack does not take this token: it answered {refusal.code}. Copy it again.")
            except Fault as fault:
                self.console.warn(f"{fault}, so the token is not checked. Enter it again, or skip.")
            else:
                self.console.say(f"The token belongs to the workspace {workspace}.")
                for problem in problems:
                    self.console.warn(f"Slack: {problem.shown}")
                return token
        return ""

    def _secret(self) -> str:
        while secret := self.console.ask_secret("Signing Secret, from Basic Information"):
            if secret.startswith("xox"):
                self.console.warn("this is a token; the signing secret is on Basic Information, under App Credentials")
            elif not re.fullmatch(rf"[!-~]{{{SECRET_LENGTH},}}", secret):
                self.console.warn("this is no signing secret: it has 32 letters and digits")
            else:
                return secret
        return ""


async def _asked(token: str, api_url: str) -> tuple[str, Sequence[Complaint]]:
    """The workspace's name, and the missing scopes."""
    async with aiohttp.ClientSession() as session:
        chat = SlackChat(session, token=token, base_url=api_url)
        return await chat.workspace(), await chat.complaints()


def _lost(known: Sequence[str]) -> str:
    return "hear commands and buttons in Slack" if BOT in known else "speak in Slack"
