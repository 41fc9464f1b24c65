"""The command: asks about all subjects side by side, and prints each as soon as those before it are printed."""

import asyncio
import io
import logging
import os
import shutil
import sys
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import aiohttp

from ghapp.adapters.github import App, GitHub, read_key
from ghapp.adapters.slack import SlackChat
from ghapp.cli.live.findings import SUBJECTS, Finding, Subject, as_json, as_lines, asked, exit_code, summary
from ghapp.cli.live.subjects import Subjects
from ghapp.core.config.reader import read_config
from ghapp.ports import Clock, Priority, utc_now
from ghapp.settings import Settings, SettingsError

PATIENCE = 120.0  # seconds, for all of a subject


async def check_live(loaded: Settings, *, document: bool = False) -> int:
    """0: nothing to do. 1: something to do. 3: something could not be asked. Raises SettingsError.

    `document`: prints one JSON document instead of lines.
    """
    logging.getLogger("ghapp").addHandler(logging.NullHandler())  # the findings say it; Python would print warnings
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # names may have characters that the terminal's encoding lacks
    findings = await findings_of(loaded, show=None if document else print_findings)
    print(as_json(findings) if document else summary(findings))
    return exit_code(findings)


async def findings_of(
    loaded: Settings, *, show: Callable[[Subject, Sequence[Finding]], None] | None = None, clock: Clock = utc_now
) -> Sequence[Finding]:
    """The findings in the order of their subjects. `show`: called for each subject. Raises SettingsError for an
    invalid key."""
    try:
        app = App(loaded.app_id, read_key(loaded.private_key.reveal()), loaded.github_api_url)
    except ValueError as error:
        raise SettingsError(f"GITHUB_PRIVATE_KEY: {error}") from None
    async with aiohttp.ClientSession() as session:
        subjects = _subjects(loaded, app, session, clock)
        checks = subjects.checks().items()
        tasks = {subject: asyncio.create_task(_bounded(subject, check)) for subject, check in checks}
        found: list[Finding] = []
        try:
            for subject in SUBJECTS:
                found += (more := await tasks[subject])
                if show:
                    show(subject, more)
        finally:
            for task in tasks.values():
                task.cancel()
            await asyncio.gather(*tasks.values(), return_exceptions=True)
            await subjects.close()
    return found


def _subjects(loaded: Settings, app: App, session: aiohttp.ClientSession, clock: Clock) -> Subjects:
    read = partial(read_config, allowances=loaded.aws_targets)
    github = GitHub.connect(
        session, app, clock=clock, read_config=read, policies=loaded.policies, owners=loaded.owners
    ).at(Priority.DISPLAY)
    chat = None
    if token := loaded.slack_token:
        chat = SlackChat(session, token=token.reveal(), base_url=loaded.slack_api_url, clock=clock)
    return Subjects(loaded, session, github, chat, clock)


async def _bounded(subject: Subject, check: Callable[[], Awaitable[Sequence[Finding]]]) -> Sequence[Finding]:
    async def within() -> Sequence[Finding]:
        async with asyncio.timeout(PATIENCE):
            return await check()

    return await asked(subject, "time", "not all could be asked", within())


def print_findings(subject: Subject, findings: Sequence[Finding]) -> None:
    """Prints a subject with its findings; coloured only on a terminal, unless NO_COLOR is set."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else 0
    print("\n".join(as_lines(subject, findings, coloured=terminal and not plain, width=width)), flush=True)
