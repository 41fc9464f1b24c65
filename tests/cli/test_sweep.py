"""`ghapp sweep` by hand, with or without a running server."""

from datetime import timedelta
from pathlib import Path

import pytest

from ghapp.demo.clock import Clock
from tests.cli.running import ghapp
from tests.sampled import sampled
from tests.scenarios.scene import scene


async def test_deliveries_missed_long_ago_are_sent_again(tmp_path: Path) -> None:
    """Further back than a server looks by itself; the server works it like a new delivery."""
    async with scene(tmp_path, clock=Clock()) as shop:
        heard, shop.github.webhook_url = shop.github.webhook_url, None
        pull = await shop.shop.open_pull("taro", "Reword notifications")
        sent = shop.github.deliveries[-1]
        sent.at -= timedelta(hours=30)
        shop.github.webhook_url = heard
        code, out, _ = await ghapp(shop, "sweep", "--since", "3d")
        await shop.idle()
    assert code == 0
    assert out.endswith("1 deliveries never got through, 1 are sent again\n")
    assert shop.gate(pull)


@pytest.mark.parametrize("since", sampled(["4d", "0h", "3 days", "73h", ""], ["73h", "3 days"]))
async def test_an_invalid_span_is_refused(tmp_path: Path, since: str) -> None:
    """One line names the valid form."""
    async with scene(tmp_path, clock=Clock()) as shop:
        code, out, err = await ghapp(shop, "sweep", "--since", since)
    assert (code, out) == (2, "")
    assert err == "ghapp: --since must be a span like 90m, 6h or 3d; GitHub keeps three days\n"


async def test_an_unreachable_github_is_named(tmp_path: Path) -> None:
    """Exit code 2, as for every wrong setting."""
    async with scene(tmp_path, clock=Clock()) as shop:
        environ = await shop.environ()
        await shop.github.close()
        code, _, err = await ghapp(environ, "sweep")
    assert code == 2
    assert "GITHUB_API_URL" in err
