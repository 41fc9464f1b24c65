"""`ghapp check --live` in this process, against the world of a scene."""

from collections.abc import Sequence

from ghapp import settings
from ghapp.cli.live.command import findings_of
from ghapp.cli.live.findings import Finding
from tests.scenarios.scene import Scene


async def live(shop: Scene, *, address: str = "", **changed: str) -> Sequence[Finding]:
    """The findings with the settings of the scene's server. `address`: of another server; `changed`: other settings."""
    environ = {**await shop.environ(), "GHAPP_PUBLIC_URL": address or shop.address, **changed}
    return await findings_of(settings.load(environ, dotenv=None), clock=shop.stage.clock)


def said(findings: Sequence[Finding], code: str) -> list[tuple[str, str]]:
    """Status and text of each finding with this code."""
    return [(one.status, one.text) for one in findings if one.code == code]


def to_do(findings: Sequence[Finding]) -> list[str]:
    """The codes of the findings that are to be mended."""
    return [one.code for one in findings if one.status == "todo"]
