"""GitHub fails in one place after another during a release: results may be late, but never wrong and never twice."""

import re
from dataclasses import dataclass
from typing import Any

import pytest

from ghapp.demo.github import Fault, faults
from tests.sampled import crossed
from tests.scenarios.scene import Scene
from tests.scenarios.test_trouble import DISPATCH, merged

HTML = "<html><head><title>Unicorn!</title></head><body>We had issues.</body></html>"
KINDS: dict[str, faults.Kind] = {
    "500": faults.status(500),
    "502": faults.status(502),
    "503": faults.status(503, {"retry-after": "3"}),
    "no answer": faults.drop_before,
    "a page": faults.status(200, {"content-type": "text/html"}, HTML),
    "a page with 502": faults.status(502, {"content-type": "text/html"}, HTML),
    "rate limit": faults.status(403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1795409000"}),
    "secondary limit": faults.status(
        403, {"retry-after": "5"}, {"message": "You have exceeded a secondary rate limit"}
    ),
}
READS = {
    "query": ("POST", "/graphql$"),
    "role": ("GET", "/permission$"),
    "comparison": ("GET", "/compare/"),
    "comment": ("GET", r"/issues/comments/\d+$"),
    "run": ("GET", r"/actions/runs/\d+$"),
    "token": ("POST", "/access_tokens$"),
    "gate": ("POST", "/statuses/"),
    "number": ("POST", r"/issues/\d+/comments$"),
    "edit": ("PATCH", r"/issues/comments/\d+$"),
    "record": ("POST", "/deployments$"),
}


@pytest.mark.parametrize(("place", "kind"), crossed([*READS], [*KINDS]))
async def test_a_release_is_done_once_despite_faults_in_any_call(shop: Scene, place: str, kind: str) -> None:
    """Two failures in one place, then success: one run, live, one comment, and the gate opens."""
    first = await shop.released("mona")
    await shop.says("mona", "/unlock", on=first)
    pull, other = await merged(shop), await shop.opens("hanako")
    method, path = READS[place]
    shop.github.faults.append(Fault(method, re.compile(path), KINDS[kind], times=2))
    await shop.says("taro", "/deploy", on=pull)
    for _ in range(4):
        await shop.later(seconds=30)
    assert len(shop.runs()) == 2
    await shop.ends(await shop.begins())
    for _ in range(3):
        await shop.later(seconds=61)
    assert [body[0] for body in shop.replies(pull)] == ["✅"]
    await shop.later(minutes=40)
    assert shop.gate(other) == ("success", "Free to merge")
    assert shop.shop.serving == {"production": pull.merge_commit_sha}


@dataclass(frozen=True)
class Turned:
    """GitHub's refusal of a dispatch, and the message for people."""

    status: int
    message: str
    read: str


@pytest.mark.parametrize(
    "turned",
    [
        Turned(404, "Not Found", "finds no workflow `deploy.yml`"),
        Turned(422, "No ref found for: main", "`No ref found for: main`"),
        Turned(422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow", "`deploy.yml` is disabled"),
        Turned(422, "Required input 'sha' not provided", "requires the input `sha`"),
        Turned(403, "Resource not accessible by integration", "lacks the permission"),
    ],
    ids=lambda turned: f"{turned.status} {turned.message[:12]}",
)
async def test_a_refused_dispatch_ends_the_deployment_and_frees_the_environment(shop: Scene, turned: Turned) -> None:
    """No run was created: a notice gives the cause, and the next deployment may start."""
    pull, other = await merged(shop), await shop.opens("hanako")
    shop.github.faults.append(Fault("POST", DISPATCH, faults.status(turned.status, body={"message": turned.message})))
    await shop.says("taro", "/deploy", on=pull)
    assert shop.codes(pull) == ["failed"]
    assert turned.read in shop.replies(pull)[0]
    assert shop.gate(other) == ("success", "Free to merge")
    assert shop.runs() == []
    await shop.says("taro", "/deploy", on=pull)
    assert len(shop.runs()) == 1


async def test_a_deployment_with_a_deleted_workflow_ends_at_once(shop: Scene) -> None:
    """The run can never start, so waiting would be useless."""
    pull = await merged(shop)
    await shop.shop.commit(".github/workflows/deploy.yml", None, by="mona", message="Remove it")
    await shop.says("taro", "/deploy", on=pull)
    assert shop.codes(pull) == ["failed"]
    assert shop.runs() == []


async def test_runs_that_are_cancelled_while_queued_were_not_deployed(shop: Scene) -> None:
    """GitHub's concurrency keeps one queued run and cancels the others: each frees the environment and is reported
    as not live.
    """
    pull, other = await merged(shop), await shop.opens("hanako")
    for count in (1, 2, 3):
        await shop.says("taro", "/deploy", on=pull)
        run = shop.runs()[-1]
        assert run.status == "queued"
        await shop.ends(run, "cancelled")
        assert (
            f"was cancelled** (production-{count}, by @taro): nothing was deployed" in shop.replies(pull)[2 * count - 2]
        )
        assert shop.gate(other) == ("success", "Free to merge")
    assert shop.codes(pull) == ["cancelled"] * 3
    assert shop.shop.serving == {}


async def test_two_hours_without_github_lose_nothing_that_was_accepted(shop: Scene) -> None:
    """A run ends meanwhile; nothing is guessed or freed, and its end is read when GitHub is back."""
    pull, other = await merged(shop), await shop.opens("hanako")
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    everything: list[Any] = [
        Fault(method, re.compile("."), faults.status(503), times=10**6) for method in ("GET", "POST", "PATCH", "DELETE")
    ]
    heard, shop.github.webhook_url = shop.github.webhook_url, None
    shop.github.faults += everything
    await shop.ends(run)
    for _ in range(12):
        await shop.later(minutes=10)
    assert shop.replies(pull)[0].startswith("🚀")
    shop.github.faults.clear()
    shop.github.webhook_url = heard
    await shop.later(minutes=2)
    assert shop.replies(pull)[0].startswith("✅")
    assert shop.gate(other) == ("success", "Free to merge")
    assert len(shop.runs()) == 1
