"""Repeated deliveries: an item is stored once, and a settled one is not stored anew."""

import logging
from pathlib import Path
from typing import Any

import pytest

from ghapp.core.model.events import HeadChanged, HeadReleased
from ghapp.doors.repeats import Repeats
from tests.doors import payloads
from tests.doors.site import OLD_SECRET, SECRET, Site, sign, site
from tests.doors.test_hostile import encoded


def alarms(caplog: pytest.LogCaptureFixture) -> list[Any]:
    """The ids of the deliveries whose bodies differed."""
    errors = (one for one in caplog.records if one.levelno >= logging.ERROR)
    return [vars(one)["delivery_id"] for one in errors if one.getMessage() != "wrong signature"]


async def test_a_repeated_delivery_that_waits_is_queued_once(door: Site) -> None:
    answers = [await door.deliver("pull_request", payloads.merged(), X_GitHub_Delivery="guid") for _ in range(3)]
    assert answers == [202, 200, 200]
    assert len(await door.queued()) == 1


async def test_a_settled_delivery_is_not_queued_anew(door: Site) -> None:
    """This holds under its own id and under another."""
    await door.deliver("pull_request", payloads.merged(), X_GitHub_Delivery="guid")
    assert len(await door.queued()) == 1
    assert await door.deliver("pull_request", payloads.merged(), X_GitHub_Delivery="guid") == 200
    assert await door.deliver("pull_request", payloads.merged(), X_GitHub_Delivery="another") == 200
    assert await door.queued() == []


async def test_the_same_delivery_id_with_another_body_is_an_alarm(door: Site, caplog: pytest.LogCaptureFixture) -> None:
    """The second body is not taken, and the log has an error."""
    assert await door.deliver("pull_request", payloads.pushed(), X_GitHub_Delivery="guid") == 202
    assert await door.deliver("pull_request", payloads.pushed(), X_GitHub_Delivery="guid") == 200
    assert alarms(caplog) == []
    other = payloads.pushed()
    other["pull_request"]["number"] = 3
    assert await door.deliver("pull_request", other, X_GitHub_Delivery="guid") == 200
    assert alarms(caplog) == ["guid"]
    event, left = await door.queued()
    assert isinstance(event, HeadChanged)
    assert isinstance(left, HeadReleased)
    assert (event.key, event.number) == ("delivery/guid", payloads.pushed()["pull_request"]["number"])


async def test_the_same_body_under_a_new_secret_is_no_alarm(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """During a rotation GitHub signs a redelivery with the new secret."""
    async with site(tmp_path, secrets=[SECRET, OLD_SECRET]) as rotating:
        body = encoded(payloads.pushed())
        for secret in (OLD_SECRET, SECRET):
            await rotating.deliver(
                "pull_request", payloads.pushed(), X_GitHub_Delivery="guid", X_Hub_Signature_256=sign(body, secret)
            )
    assert alarms(caplog) == []


async def test_an_unsigned_delivery_is_not_remembered(door: Site, caplog: pytest.LogCaptureFixture) -> None:
    """A stranger who guesses an id neither raises an alarm nor displaces GitHub's delivery."""
    await door.deliver("pull_request", payloads.merged(), X_GitHub_Delivery="guid", X_Hub_Signature_256=sign(b""))
    assert await door.deliver("pull_request", payloads.pushed(), X_GitHub_Delivery="guid") == 202
    assert alarms(caplog) == []


def test_the_number_of_remembered_deliveries_is_bounded() -> None:
    """The newest are kept; older ones count as new."""
    repeats = Repeats(remembered=2)
    for guid in ("a", "b", "c"):
        assert repeats.first(guid, "sha256=1") == "sha256=1"
    assert [repeats.first(guid, "sha256=2") for guid in ("c", "b", "a")] == ["sha256=1", "sha256=1", "sha256=2"]
