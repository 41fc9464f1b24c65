"""The same delivery again: its work goes on where it stood, and nothing that was done is done anew."""

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
    """Whose bodies were not the same."""
    return [vars(one)["delivery_id"] for one in caplog.records if one.levelno >= logging.ERROR]


async def test_what_is_known_and_not_done_is_still_to_be_done(door: Site) -> None:
    """A delivery that comes again while its first one waits is answered as known, and stands in the queue once."""
    answers = [await door.deliver("pull_request", payloads.merged(), X_GitHub_Delivery="guid") for _ in range(3)]
    assert answers == [202, 200, 200]
    assert len(await door.queued()) == 1


async def test_what_is_done_is_not_done_anew(door: Site) -> None:
    """Not under its own id, and not under another."""
    await door.deliver("pull_request", payloads.merged(), X_GitHub_Delivery="guid")
    assert len(await door.queued()) == 1
    assert await door.deliver("pull_request", payloads.merged(), X_GitHub_Delivery="guid") == 200
    assert await door.deliver("pull_request", payloads.merged(), X_GitHub_Delivery="another") == 200
    assert await door.queued() == []


async def test_the_same_delivery_id_with_another_body_is_an_alarm(door: Site, caplog: pytest.LogCaptureFixture) -> None:
    """What follows under an id is not taken for new, and the log says that it was not the same."""
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
    """While secrets are changed GitHub signs a delivery that it sends again with the new one."""
    async with site(tmp_path, secrets=[SECRET, OLD_SECRET]) as rotating:
        body = encoded(payloads.pushed())
        for secret in (OLD_SECRET, SECRET):
            await rotating.deliver(
                "pull_request", payloads.pushed(), X_GitHub_Delivery="guid", X_Hub_Signature_256=sign(body, secret)
            )
    assert alarms(caplog) == []


async def test_what_nobody_signed_is_not_remembered(door: Site, caplog: pytest.LogCaptureFixture) -> None:
    """A stranger who guesses an id neither raises an alarm nor takes the place of what GitHub sends."""
    await door.deliver("pull_request", payloads.merged(), X_GitHub_Delivery="guid", X_Hub_Signature_256=sign(b""))
    assert await door.deliver("pull_request", payloads.pushed(), X_GitHub_Delivery="guid") == 202
    assert alarms(caplog) == []


def test_it_remembers_a_bounded_number() -> None:
    """The newest; what is older counts as new."""
    repeats = Repeats(remembered=2)
    for guid in ("a", "b", "c"):
        assert repeats.first(guid, "sha256=1") == "sha256=1"
    assert [repeats.first(guid, "sha256=2") for guid in ("c", "b", "a")] == ["sha256=1", "sha256=1", "sha256=2"]
