"""The metrics for Prometheus, and their address."""

import re
from pathlib import Path

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from ghapp import settings
from ghapp.assembly import assemble
from tests.scenarios.scene import Scene
from tests.scenarios.test_poison import poison, waits

LINE = re.compile(r'[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9]+')


async def samples(address: str) -> dict[str, int]:
    """The samples by name; each line has Prometheus's text format."""
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        lines = (await response.text()).splitlines()
    told = [line for line in lines if not line.startswith("#")]
    assert all(LINE.fullmatch(line) for line in told)
    assert {re.split("[{ ]", line)[0] for line in told} <= {line.split()[2] for line in lines if "# TYPE " in line}
    return {line.rpartition(" ")[0]: int(line.rpartition(" ")[2]) for line in told}


async def test_metrics_count_deliveries_and_queue_items(shop: Scene) -> None:
    """Deliveries by verdict, queue items that wait and dead ones, GitHub's rate limit, the last sweep."""
    assert shop.github.webhook_url
    address = shop.github.webhook_url.replace("/webhooks/github", "/metrics")
    pull = await shop.opens("mona")
    await shop.shop.comment(pull, by="mona", body="Nice.")
    await shop.github.redeliver(shop.github.deliveries[0].guid)
    async with aiohttp.ClientSession() as session:
        await session.post(shop.github.webhook_url, data=b"{}", headers={"Content-Type": "application/json"})
    await shop.put(poison(shop, pull))
    waiting = (await samples(address))['ghapp_queue_items{state="open"}']
    await waits(shop)
    told = await samples(address)
    assert waiting == 1
    assert told['ghapp_queue_items{state="open"}'] == 0
    assert told['ghapp_queue_items{state="dead"}'] == 1
    assert told['ghapp_deliveries_total{verdict="stored"}'] == 1
    assert told['ghapp_deliveries_total{verdict="known"}'] == 1
    assert told['ghapp_deliveries_total{verdict="ignored"}'] >= 1
    assert told['ghapp_deliveries_total{verdict="refused_401"}'] == 1
    assert told['ghapp_github_calls_left{installation="7001",resource="graphql"}'] < 5000
    assert shop.stage.clock().timestamp() - told["ghapp_last_sweep_timestamp_seconds"] < 600


async def test_metrics_can_have_an_address_of_their_own(shop: Scene, tmp_path: Path) -> None:
    """The public address then serves no metrics."""
    environ = {**await shop.environ(), "GHAPP_INTERNAL_LISTEN": "127.0.0.1:0"}
    async with assemble(settings.load(environ, dotenv=None), clock=shop.stage.clock) as connected:
        assert connected.internal
        async with TestClient(TestServer(connected.internal)) as inside:
            assert [(await inside.get(path)).status for path in ("/metrics", "/healthz")] == [200, 200]
            assert (await inside.post("/webhooks/github")).status == 404
        async with TestClient(TestServer(connected.application)) as outside:
            assert [(await outside.get(path)).status for path in ("/metrics", "/healthz")] == [404, 200]


def doors(application: web.Application) -> set[tuple[str, str]]:
    """Methods and paths of the routes."""
    return {(route.method, route.resource.canonical) for route in application.router.routes() if route.resource}


async def test_there_are_no_other_routes(shop: Scene) -> None:
    """No route for set-up, no board on the public address, and no POST without a signature or a token."""
    posts = {
        ("POST", f"/{path}")
        for path in ("webhooks/github", "guard", "slack/commands", "slack/interactions", "slack/events")
    }
    looks = {("GET", "/"), ("GET", "/healthz"), ("GET", "/readyz")}
    environ = {**await shop.environ(), "GHAPP_INTERNAL_LISTEN": "127.0.0.1:0"}
    async with assemble(settings.load(environ, dotenv=None), clock=shop.stage.clock) as connected:
        assert connected.internal
        assert doors(connected.application) == posts | looks
        reads = {
            *("/", "/healthz", "/readyz", "/metrics", "/figures", "/assets/{name}"),
            *("/{owner}/{repo}/{environment}", "/{owner}/{repo}/{environment}/history.{form}"),
        }
        assert {path for method, path in doors(connected.internal) if method == "GET"} == {*reads, "/live"}
        assert {method for method, _ in doors(connected.internal)} == {"GET", "HEAD"}
