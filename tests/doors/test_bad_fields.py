"""Thirteen real payloads with every field deleted, nulled and retyped in turn: read or refused, never a crash."""

import asyncio
import copy
import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from ghapp.core.model.events import PullRequestMerged, QueuedEvent
from ghapp.doors.github_events import Malformed, read
from tests.doors import payloads
from tests.doors.payloads import ENVELOPE, Payload
from tests.doors.site import Site

GONE = object()
OTHERS: Sequence[Any] = (GONE, None, {}, [], "", "x" * 2_000, "\ud83d", -1, 2**70, 0.5, True, [None], {"id": None})
Path = tuple[str | int, ...]


def thirteen() -> Sequence[tuple[str, Payload]]:
    """The kinds that ghapp uses, in each of their forms, and some that it ignores."""
    return (
        ("pull_request", payloads.merged()),
        ("pull_request", payloads.pushed()),
        ("pull_request", payloads.retargeted()),
        ("pull_request", payloads.example("pull_request", "opened")),
        ("pull_request", payloads.example("pull_request", "reopened")),
        ("pull_request", payloads.example("pull_request", "ready_for_review")),
        ("issue_comment", payloads.commented()),
        ("issue_comment", payloads.example("issue_comment", "edited")),
        ("push", payloads.config_pushed()),
        ("workflow_run", payloads.ran()),
        ("deployment_protection_rule", payloads.waiting()),
        ("workflow_run", payloads.ran("requested", "queued", None)),
        ("workflow_run", payloads.ran("in_progress", "in_progress", None)),
    )


def paths(value: Any, here: Path = ()) -> Iterator[Path]:
    """Every field at any depth; of a list its first item."""
    inside = value.items() if isinstance(value, dict) else list(enumerate(value))[:1] if isinstance(value, list) else ()
    for key, within in inside:
        yield (*here, key)
        yield from paths(within, (*here, key))


def changed(payload: Payload, path: Path, other: Any) -> Payload:
    """A copy with one field changed."""
    made = copy.deepcopy(payload)
    place: Any = made
    for key in path[:-1]:
        place = place[key]
    if other is GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = other
    return made


def used(event: str, payload: Payload) -> Iterator[Path]:
    """The fields that change the reading when they are deleted."""
    whole = read(event, ENVELOPE, json.dumps(payload).encode())
    for path in paths(payload):
        if read(event, ENVELOPE, json.dumps(changed(payload, path, GONE)).encode()) != whole:
            yield path


def bad(event: str, payload: Payload, *, everywhere: bool) -> Iterator[Payload]:
    """One field after the other: gone and null for every field, any value for a field that is used."""
    depended = set(used(event, payload))
    for path in paths(payload):
        for other in OTHERS if everywhere or path in depended else (GONE, None):
            yield changed(payload, path, other)


def swallowed(event: str, payload: Payload) -> bool:
    """Reads the payload as the door does: an event, none, or `Malformed`, and no other exception."""
    try:
        reading = read(event, ENVELOPE, json.dumps(payload).encode())
    except Malformed:
        return False
    assert reading.event is None or isinstance(reading.event, QueuedEvent)
    if isinstance(reading.event, PullRequestMerged):
        assert reading.event.sha == (payload["pull_request"].get("merge_commit_sha") or "")
    return reading.event is not None


@pytest.mark.parametrize("which", range(13))
def test_each_field_deleted_nulled_and_retyped_is_read_or_refused(which: int) -> None:
    """Used fields are checked, and no value is guessed."""
    event, payload = thirteen()[which]
    tried = [swallowed(event, one) for one in bad(event, payload, everywhere=False)]
    assert len(tried) > 200
    assert False in tried


@pytest.mark.soak
@pytest.mark.parametrize("which", range(13))
def test_each_field_replaced_by_anything_is_read_or_refused(which: int) -> None:
    """The same with every replacement of every field."""
    event, payload = thirteen()[which]
    assert len([swallowed(event, one) for one in bad(event, payload, everywhere=True)]) > 1_500


def spoilt() -> Sequence[tuple[str, Payload]]:
    """Every used field of every kind, with each wrong value."""
    return [
        (event, changed(payload, path, other))
        for event, payload in payloads.each_kind()
        for path in used(event, payload)
        for other in OTHERS
    ]


async def test_over_http_no_bad_field_is_a_server_error(door: Site) -> None:
    """202, 200 or 400 and nothing else; afterwards the server takes a good delivery."""
    made, statuses = spoilt(), set()
    for start in range(0, len(made), 25):
        statuses |= set(await asyncio.gather(*(door.deliver(*one) for one in made[start : start + 25])))
    assert len(made) > 300
    assert statuses <= {200, 202, 400}
    assert await door.deliver("issue_comment", payloads.commented("/status")) in (200, 202)
