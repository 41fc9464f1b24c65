"""Five events of one run, in every order, once and twice, lead to the same end."""

import json
from collections.abc import Iterator
from itertools import permutations
from typing import Any

import pytest
from msgspec.structs import replace

from ghapp.core.model.environment import Environment, Run
from ghapp.core.model.events import PermissionsAccepted, RunObserved, RunStatus
from ghapp.core.model.run_jobs import RunJob
from ghapp.doors.github_events import read
from tests.core.build import Production, environment
from tests.doors import payloads

RUN = 10
NEWS = ("requested", "in_progress", "completed", "status success", "status failure")
ENDS: dict[str, RunStatus] = {"success": "succeeded", "failure": "failed", "cancelled": "cancelled"}


def released(*, bound: bool) -> Production:
    """#41 was dispatched; `bound`: the dispatch's answer named the run."""
    production = Production(environment())
    production.merges(41)
    production.says("taro", "/deploy", on=41)
    production.starts()
    if bound:
        production.sees("queued", run=RUN)
    return production


def body(news: str, conclusion: str, title: str) -> tuple[str, bytes]:
    """The event's name and GitHub's payload. Other tools set a deployment's status, at any time."""
    if news.startswith("status"):
        payload = payloads.ran()
        del payload["workflow_run"]
        return "deployment_status", json.dumps(
            payload | {"action": "created", "deployment_status": {"state": news.split()[1]}}
        ).encode()
    states = {
        "requested": ("queued", None),
        "in_progress": ("in_progress", None),
        "completed": ("completed", conclusion),
    }
    status, how = states[news]
    payload = payloads.ran(news, status, how)
    payload["workflow_run"] |= {"id": RUN, "display_title": title, "run_attempt": 1}
    payload["workflow_run"]["triggering_actor"] |= {"login": "ghapp[bot]", "type": "Bot"}
    return "workflow_run", json.dumps(payload).encode()


def heard(production: Production, orders: tuple[str, ...], conclusion: str) -> list[tuple[str, str]]:
    """Reads each event as the door does and applies it; after each five, applies a look. Returns the notices' codes and
    ids."""
    assert production.environment.deployment
    title = f"Deploy {production.environment.deployment.grant.ticket}"
    told = []
    for place, news in enumerate(orders, 1):
        event, payload = body(news, conclusion, title)
        reading = read(event, payloads.ENVELOPE, payload)
        assert (reading.event is None) == (event == "deployment_status")
        assert not reading.unreadable
        assert not isinstance(reading.event, PermissionsAccepted)
        if reading.event:
            told += [(notice.code, notice.id) for notice in production.apply(reading.event).notices]
        if place % len(NEWS) == 0:
            told += [(notice.code, notice.id) for notice in production.apply(looked(conclusion)).notices]
    return told


def looked(conclusion: str) -> RunObserved:
    """The run and its jobs have ended: only this observation ends an attempt."""
    run = Run(RUN, f"https://github.com/octo-org/octo-repo/actions/runs/{RUN}")
    jobs = (RunJob(name="release", ended=conclusion, began=True),)
    return RunObserved(environment="production", number=1, status=ENDS[conclusion], run=run, jobs=jobs)


def end(found: Environment) -> Any:
    """The environment without the count of looks."""
    assert found.deployment
    return replace(found, deployment=replace(found.deployment, looks=0))


def orders() -> Iterator[tuple[str, ...]]:
    """Each of the 120 orders, once and twice in a row."""
    for grant in permutations(NEWS):
        yield grant
        yield (*grant, *grant)


@pytest.mark.parametrize("bound", [True, False])
@pytest.mark.parametrize("conclusion", ENDS)
def test_every_order_of_events_leads_to_the_same_end(conclusion: str, bound: bool) -> None:
    """Only the observed end of the run counts, regardless of other events before, after or between; its notices come
    once."""
    expected = released(bound=bound)
    first = heard(expected, NEWS, conclusion)
    assert expected.environment.deployment
    assert expected.environment.deployment.phase == ENDS[conclusion]
    assert (expected.environment.live is not None) == (conclusion == "success")
    assert len(first) == (0 if conclusion == "success" else 2)
    count = 0
    for grant in orders():
        production = released(bound=bound)
        assert heard(production, grant, conclusion) == first, grant
        assert end(production.environment) == end(expected.environment), grant
        count += 1
    assert count == 240
