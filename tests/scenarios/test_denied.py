"""GitHub denies a call for a while, for example while an allow list is edited: the call is repeated until it
succeeds.
"""

import logging
import re

import pytest

from ghapp.demo.github import Fault, Pull, faults
from tests.sampled import crossed
from tests.scenarios.scene import Scene
from tests.scenarios.test_permissions import FREE, LOCKED, merged, quiet

ADDRESS = {
    "message": "Although you appear to have the correct authorization credentials, the `acme` organization has an IP "
    "allow list enabled, and 192.0.2.7 is not permitted to access this resource."
}
INTEGRATION = {"message": "Resource not accessible by integration"}
ALWAYS = 10**6


def denies(shop: Scene, method: str, path: str, *, body: str | None = None, said: dict[str, str] = ADDRESS) -> Fault:
    """Denies these calls until the fault is removed."""
    about = re.compile(body) if body else None
    fault = Fault(method, re.compile(path), faults.status(403, body=said), times=ALWAYS, body=about)
    shop.github.faults.append(fault)
    return fault


GATE_CALLS = (("/graphql$", r"pullRequests\("), ("/graphql$", "mergeQueue"), ("/statuses/", None))


@pytest.mark.parametrize(("call", "said"), crossed(GATE_CALLS, [ADDRESS, INTEGRATION]))
async def test_a_gate_is_correct_as_soon_as_calls_succeed(
    shop: Scene, call: tuple[str, str | None], said: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """Locked during the lock, although the first try was denied; free after it, although the last one was."""
    caplog.set_level("INFO")
    other, another = await shop.opens("hanako"), await shop.opens("mona")
    path, body = call
    denied = denies(shop, "POST", path, body=body, said=said)
    await shop.says("taro", "/lock production 1h moving", on=other)
    await shop.later(minutes=6)
    denied.times = 0
    await shop.later(minutes=6)
    assert (shop.gate(other), shop.gate(another)) == (LOCKED, LOCKED)
    denied.times = ALWAYS
    await shop.later(minutes=61)
    denied.times = 0
    await shop.later(minutes=6)
    assert (shop.gate(other), shop.gate(another)) == (FREE, FREE)
    assert quiet(caplog.records)


async def test_a_new_head_whose_gate_was_denied_gets_it_later(shop: Scene) -> None:
    """Its own event is settled; the branch is processed again."""
    other = await shop.opens("hanako")
    await shop.says("taro", "/lock production 1h moving", on=other)
    denied = denies(shop, "POST", "/statuses/")
    another = await shop.opens("mona")
    assert shop.gate(another) is None
    denied.times = 0
    await shop.later(minutes=6)
    assert shop.gate(another) == LOCKED


def checks(shop: Scene, pull: Pull) -> set[str]:
    """The names of our checks on its head."""
    return {one.name for one in shop.shop.reports.values() if one.sha == pull.head_sha}


async def test_a_check_that_was_denied_for_hours_is_created_later(shop: Scene) -> None:
    """The denied config check does not keep the other check from being shown."""
    denied = denies(shop, "POST", "/check-runs$", body="ghapp/config")
    wrong: dict[str, str | None] = {
        ".github/ghapp.yml": "environments: {production: {workflow: deploy.yml}}\nwrong: 1\n"
    }
    pull = await shop.opens("hanako", files=wrong)
    assert checks(shop, pull) == {"release / production"}
    for _ in range(5):
        await shop.later(hours=1)
    denied.times = 0
    await shop.later(minutes=61)
    assert checks(shop, pull) == {"release / production", "ghapp/config"}
    assert await shop.dead() == []


async def test_files_that_could_not_be_listed_do_not_hold_a_gate_for_good(shop: Scene) -> None:
    """The gate is closed only while it is unknown whether the environment is concerned."""
    config = 'environments: {production: {workflow: deploy.yml, paths: ["api/**"]}}\ntimezone: Asia/Tokyo\n'
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Only the API")
    other = await shop.opens("hanako", files={"docs/a.md": "a"})
    denied = denies(shop, "GET", "/files$")
    await shop.says("taro", "/lock production 2h moving", on=other)
    another = await shop.opens("mona", files={"docs/b.md": "b"})
    await shop.later(minutes=6)
    denied.times = 0
    await shop.later(minutes=6)
    assert (shop.gate(other), shop.gate(another)) == (FREE, FREE)


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("POST", r"/issues/\d+/comments$", "status"),
        ("GET", "/permission$", "status"),
    ],
)
async def test_a_command_is_answered_once_calls_succeed(
    shop: Scene, method: str, path: str, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A few minutes later; it does not become a dead letter."""
    caplog.set_level("INFO")
    other = await shop.opens("hanako")
    denied = denies(shop, method, path)
    await shop.says("taro", "/status", on=other)
    await shop.later(minutes=1)
    denied.times = 0
    await shop.later(minutes=6)
    assert shop.codes(other) == [code]
    assert quiet(caplog.records)
    assert await shop.dead() == []


async def test_denied_projections_of_a_release_are_published_once_calls_succeed(shop: Scene) -> None:
    """The number's comment, the check and GitHub's deployment, although the state no longer changes."""
    pull = await merged(shop)
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    denied = [denies(shop, "PATCH", "."), denies(shop, "POST", "/deployments/")]
    await shop.ends(run)
    await shop.later(minutes=31)
    assert not any(text.startswith("✅") for text in shop.replies(pull))
    for one in denied:
        one.times = 0
    await shop.later(minutes=6)
    assert any(text.startswith("✅") for text in shop.replies(pull))
    assert shop.stands(pull)[0] == "success"
    assert [one.states[-1] for one in shop.shop.deployments.values()] == ["success"]


async def test_a_locked_conversation_is_given_up(shop: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """The denial concerns this pull request alone and is permanent: a dead letter without a traceback."""
    caplog.set_level("INFO")
    other = await shop.opens("hanako")
    denies(
        shop, "POST", r"/issues/\d+/comments$", said={"message": "Unable to create comment because issue is locked."}
    )
    await shop.says("taro", "/status", on=other)
    for _ in range(8):
        await shop.later(minutes=1)
    assert len(await shop.dead()) == 1
    assert not [record for record in caplog.records if record.exc_info]
    assert logging.ERROR in {record.levelno for record in caplog.records}
