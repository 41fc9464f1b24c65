"""The GitHub App: its key, its permissions and events, and what each account has granted."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from ghapp.adapters.github.app_complaints import GitHubComplaints, RegisteredApp
from ghapp.cli.live.findings import Finding, Status, Subject
from ghapp.engine.exposure import PUBLIC
from ghapp.ports import Complaint

SUBJECT: Subject = "GitHub App"


@dataclass(frozen=True, slots=True)
class AppCheck:
    """`app`: as GitHub shows it; None if it does not accept the key."""

    app: RegisteredApp | None
    findings: Sequence[Finding]


async def check_app(standing: GitHubComplaints, app_id: int) -> AppCheck:
    """Raises `Retryable` if GitHub does not answer."""
    complaints = await standing.complaints()
    app = standing.app
    return AppCheck(app, judge_app(app, app_id, complaints))


async def check_public(ask: Callable[[], Awaitable[bool]]) -> Sequence[Finding]:
    """Where GHAPP_OWNERS is not set, and Slack or AWS is. `ask`: whether the App is public. Raises a fault."""
    return [_finding("todo", "app.public", PUBLIC)] if await ask() else []


def judge_app(app: RegisteredApp | None, app_id: int, complaints: Sequence[Complaint]) -> Sequence[Finding]:
    """A finding for each complaint, in the words of the server's log, which names accounts and pages."""
    lines = [line for one in complaints for line in one.logged or (one.shown,)]
    if app is None:
        return [
            _finding("todo", "app.key", f"{line}: set GITHUB_APP_ID and GITHUB_PRIVATE_KEY of one App")
            for line in lines
        ]
    found = [_finding("ok", "app.key", f"the key belongs to the App {app.slug} ({app_id})")]
    if lines:
        return [*found, *(_finding("todo", "app.permissions", line) for line in lines)]
    text = "permissions and events are as in app.yml, and all accounts have granted them"
    return [*found, _finding("ok", "app.permissions", text)]


def _finding(status: Status, code: str, text: str) -> Finding:
    return Finding(subject=SUBJECT, status=status, code=code, text=text)
