"""`ghapp sweep --since 3d`: one manual search for webhooks that GitHub could not deliver."""

from datetime import timedelta

from ghapp import settings
from ghapp.cli import logs
from ghapp.cli.connected import connected
from ghapp.cli.spans import span
from ghapp.engine.redelivery import KEPT
from ghapp.ports import Fault
from ghapp.settings import SettingsError


async def sweep(since: str) -> int:
    """Redelivers the webhooks that never got through since then; a server that runs beside it is not disturbed."""
    back = _span(since)
    loaded = settings.load()
    logs.configure(loaded.log_level, loaded.log_format)
    async with connected(loaded) as made:
        try:
            swept = await made.redelivery(back=back)
        except Fault as fault:
            raise SettingsError(f"GITHUB_API_URL ({loaded.github_api_url}): {fault}") from None
    print(
        f"{swept.attempts} attempts since {swept.since:%Y-%m-%d %H:%M} UTC; "
        f"{swept.failing} deliveries never got through, {swept.again} are sent again"
    )
    return 0


def _span(text: str) -> timedelta:
    found = span(text, KEPT)
    if found is None:
        raise SettingsError("--since must be a span like 90m, 6h or 3d; GitHub keeps three days")
    return found
