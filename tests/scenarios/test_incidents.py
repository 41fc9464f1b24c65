"""A bad release on CodeDeploy, by incident: the command, its announcement, and the revision that serves in the end."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ghapp.demo.codedeploy import Phase, Revision
from ghapp.demo.codedeploy.faults import Fault, Hold
from ghapp.demo.github import Pull
from tests.scenarios.cloud import Cloud, cloud

SWITCHES = "CodeDeploy switches back to the previous version, which is still up: about 1 min."


@pytest.fixture
async def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cloud]:
    """acme/shop, whose production is served by CodeDeploy."""
    async with cloud(tmp_path, monkeypatch) as told:
        yield told


async def live_42(shop: Cloud) -> Pull:
    """#41 was live and #42 is; no tasks are kept and no lock is left."""
    await shop.released("taro")
    return await shop.released("taro", "Fix overlapping booking slots")


def told(shop: Cloud) -> tuple[int, int]:
    """The numbers of calls to stop and to create a deployment."""
    return shop.called("StopDeployment"), shop.called("CreateDeployment")


# ---------------------------------------------------------------- under way


async def test_a_rollback_of_43_under_way_stops_it_and_42_stays(shop: Cloud) -> None:
    """CodeDeploy first, then the run; nothing is deployed."""
    second = await live_42(shop)
    third = await shop.merged("mona")
    run, made = await shop.hands_over(third, who="mona")
    shop.aws.reach(made, Phase.SHIFTING)
    await shop.shop.says("mona", "/rollback", on=third)
    comment = shop.shop.replies(third)[-1]
    assert "Undoing: #43" in comment
    assert '"Fix overlapping booking slots"' in comment
    assert "(live now)" in comment
    assert SWITCHES in comment
    assert made.stopping or made.ended
    assert run.cancel_asked
    await shop.passes(minutes=1)
    assert shop.serving == shop.revision(second)
    assert told(shop) == (1, 0)
    assert shop.shop.codes(third)[-1] == "rolled_back"
    assert "has not finished" not in shop.shop.replies(third)[-1], "it has, and is idle"


async def test_a_first_release_that_fails_has_no_way_back(shop: Cloud) -> None:
    """Also its message stays true when production is free a moment later, and proposes what can be done."""
    first = await shop.merged("taro")
    await shop.shop.says("taro", "/deploy production", on=first)
    await shop.shop.ends(await shop.shop.begins(), "failure")
    reply = shop.shop.replies(first)[-1]
    assert "production is free when CodeDeploy has finished. To try again then: `/deploy production #41`" in reply
    assert "/rollback" not in reply
    assert shop.shop.gate(await shop.shop.opens("hanako")) == ("success", "Free to merge")


async def test_a_rollback_of_43_whose_run_failed_while_codedeploy_shifts(shop: Cloud) -> None:
    """The run timed out: production stays locked, the comment shows that CodeDeploy goes on, and #43 is rolled back."""
    second = await live_42(shop)
    third = await shop.merged("mona")
    run, made = await shop.hands_over(third, who="mona")
    shop.aws.reach(made, Phase.SHIFTING)
    await shop.shop.ends(run, "timed_out")
    reply = shop.shop.replies(third)[-1]
    assert "production is free when CodeDeploy has finished. To try again then: `/deploy production #43`" in reply
    assert reply.count("/rollback production") == 1
    assert (shop.shop.gate(await shop.shop.opens("hanako")) or ("", ""))[0] == "pending"
    await shop.shop.says("mona", "/rollback", on=third)
    await shop.passes(minutes=1)
    assert shop.serving == shop.revision(second)
    assert told(shop) == (1, 0)


# ---------------------------------------------------------------- live


async def test_a_rollback_during_the_termination_wait_switches_within_a_minute(shop: Cloud) -> None:
    """Both the person who rolled back and the person who released are mentioned."""
    await shop.configured("people: {mona: U024BE7LH, taro: U024BE7TA}\n")
    first = await shop.released("taro")
    second = await shop.merged("taro", "Fix overlapping booking slots")
    await shop.out(second)
    await shop.shop.says("mona", "/rollback", on=second)
    comment = shop.shop.replies(second)[-1]
    assert SWITCHES in comment
    assert f"Back to: #{first.number}" in comment
    await shop.passes(minutes=1)
    assert shop.serving == shop.revision(first)
    assert told(shop) == (1, 0)
    assert len(shop.shop.runs()) == 2, "no workflow is run"
    back = "**production was rolled back to #41** (production-3): #42 was undone."
    assert shop.shop.replies(second)[-1].startswith(f"@mona @taro {back}")
    assert shop.shop.channel()[-1].startswith(f"<@U024BE7LH> <@U024BE7TA> {back.replace('**', '*')}")


async def test_a_rollback_after_the_termination_wait_deploys_the_earlier_revision_again(shop: Cloud) -> None:
    """By its hash; the environment is free when CodeDeploy is idle."""
    first = await shop.released("taro")
    second = await shop.released("mona")
    await shop.shop.says("mona", "/rollback", on=second)
    assert (
        "The previous version is no longer up: CodeDeploy deploys it again, about 1 min."
        in (shop.shop.replies(second)[-1])
    )
    await shop.passes(minutes=2)
    assert shop.serving == shop.revision(first)
    assert told(shop) == (0, 1)
    assert shop.shop.codes(second)[-1] == "rolled_back"
    await shop.shop.later(minutes=31)
    assert shop.shop.gate(await shop.shop.opens("hanako")) == ("success", "Free to merge")


async def test_a_rollback_without_the_original_tasks_deploys_them_again(shop: Cloud) -> None:
    """They were removed by hand, which is detected and announced beforehand."""
    first = await shop.released("taro")
    second = await shop.merged("mona")
    made = await shop.out(second, who="mona")
    shop.aws.end_original(made)
    await shop.shop.says("mona", "/rollback", on=second)
    assert (
        "CodeDeploy's current deployment is ended without rolling back, then the target is deployed again"
        in (shop.shop.replies(second)[-1])
    )
    await shop.passes(minutes=4)
    assert shop.serving == shop.revision(first)
    assert (shop.called("ContinueDeployment"), *told(shop)) == (1, 0, 1)
    assert shop.shop.codes(second)[-1] == "rolled_back"


async def test_githubs_deployments_show_the_live_release_after_a_rollback(shop: Cloud) -> None:
    """The bad one is inactive, the good one a success."""
    first = await shop.released("taro")
    second = await shop.merged("mona")
    await shop.out(second, who="mona")
    await shop.shop.says("mona", "/rollback", on=second)
    await shop.passes(minutes=1)
    states = {(one.sha, one.task): one.states[-1] for one in shop.shop.shop.deployments.values() if one.states}
    assert first.merge_commit_sha
    assert second.merge_commit_sha
    assert states[second.merge_commit_sha, "deploy"] == "inactive"
    assert states[first.merge_commit_sha, "rollback"] == "success"


# ---------------------------------------------------------------- in sequence


async def test_43_is_rolled_back_and_44_that_contains_it_is_deployed(shop: Cloud) -> None:
    """#44 waits for the lock after the rollback, and then for an unlocker to name #43; #42 stays live until then."""
    await shop.configured("    unlockers: [hanako]\n")
    second = await live_42(shop)
    third = await shop.merged("mona")
    await shop.out(third, who="mona")
    await shop.shop.says("mona", "/rollback", on=third)
    await shop.passes(minutes=1)
    fourth = await shop.merged("hanako")
    await shop.shop.says("hanako", "/deploy production with #43", on=fourth)
    assert shop.shop.codes(fourth)[-1] == "locked"
    await shop.shop.says("hanako", "/unlock production mended", on=fourth)
    await shop.shop.says("mona", "/deploy", on=fourth)
    assert shop.shop.codes(fourth)[-1] == "barred"
    assert "#43" in shop.shop.replies(fourth)[-1]
    assert len(shop.shop.runs()) == 3
    assert shop.serving == shop.revision(second)
    await shop.out(fourth, who="hanako", line="/deploy production #44 with #43")
    assert shop.serving == shop.revision(fourth)


async def test_two_rollbacks_lead_from_43_to_41(shop: Cloud) -> None:
    first = await shop.released("taro")
    second = await shop.released("mona")
    third = await shop.merged("hanako")
    await shop.out(third, who="hanako")
    await shop.shop.says("hanako", "/rollback", on=third)
    await shop.passes(minutes=1)
    assert shop.serving == shop.revision(second)
    await shop.shop.says("mona", "/rollback", on=second)
    await shop.passes(minutes=3)
    assert shop.serving == shop.revision(first)
    assert told(shop) == (1, 1)


async def test_a_rollback_during_a_rollback_is_refused(shop: Cloud) -> None:
    """The gate shows the one under way."""
    await shop.released("taro")
    second = await shop.merged("mona")
    await shop.out(second, who="mona")
    other = await shop.shop.opens("hanako")
    await shop.shop.says("mona", "/rollback", on=second)
    assert shop.shop.gate(other) == ("pending", "production: being rolled back to #41 (mona)")
    await shop.shop.says("hanako", "/rollback", on=second)
    assert shop.shop.codes(second)[-1] == "rolling_back"
    await shop.shop.says("mona", "/cancel", on=second)
    assert shop.shop.codes(second)[-1] == "cancel_way_back"
    assert told(shop) == (1, 0)


# ---------------------------------------------------------------- obstacles


async def test_a_rollback_is_possible_in_a_freeze(shop: Cloud) -> None:
    first = await shop.released("taro")
    second = await shop.merged("mona")
    await shop.out(second, who="mona")
    await shop.configured('    freeze: [{from: "00:00", until: "24:00", reason: all day}]\n')
    await shop.shop.says("mona", "/rollback", on=second)
    await shop.passes(minutes=1)
    assert shop.serving == shop.revision(first)


async def test_a_rollback_under_another_persons_lock(shop: Cloud) -> None:
    """Only its holder and unlockers may; the refusal names whom to ask."""
    await shop.configured("    unlockers: [hanako]\n")
    first = await shop.released("taro")
    second = await shop.merged("mona")
    await shop.out(second, who="mona")
    await shop.shop.says("taro", "/lock production 1h looking", on=second)
    await shop.shop.says("mona", "/rollback", on=second)
    assert shop.shop.codes(second)[-1] == "rollback_held"
    assert told(shop) == (0, 0)
    await shop.shop.says("hanako", "/rollback", on=second)
    await shop.passes(minutes=1)
    assert shop.serving == shop.revision(first)


async def test_a_foreign_deployment_is_not_stopped_without_consent(shop: Cloud) -> None:
    """It was created at the console with no deployment of ours under way: the refusal names it, with the command to
    consent.
    """
    first = await shop.released("taro")
    second = await shop.released("mona")
    foreign = shop.aws.create(shop.group, shop.revision(first))
    await shop.shop.says("mona", "/rollback", on=second)
    assert shop.shop.codes(second)[-1] == "platform_foreign"
    assert f"stopped for the rollback: `/rollback production to #41 stop {foreign.id}`" in shop.shop.replies(second)[-1]
    assert told(shop) == (0, 0)
    assert len(shop.shop.runs()) == 2


async def test_a_foreign_deployment_that_is_faster_than_a_rollback_is_named(shop: Cloud) -> None:
    """It is created between our last look and our call: it goes on, and our failure names it."""
    await shop.released("taro")
    second = await shop.released("mona")
    go_on = asyncio.Event()
    held = Fault("CreateDeployment", Hold(go_on, before=True))
    shop.aws.faults.append(held)
    saying = asyncio.create_task(shop.shop.says("mona", "/rollback", on=second))
    while held.times:  # noqa: ASYNC110 - the demo has no event for it
        await asyncio.sleep(0)
    foreign = shop.aws.create(shop.group, Revision.task("app:by-hand"))
    go_on.set()
    await saying
    await shop.passes(minutes=1)
    assert shop.shop.codes(second)[-1] == "rollback_failed"
    assert f"{foreign.id} is under way there, and is not ours" in shop.shop.replies(second)[-1]
    assert foreign.status != "Stopped"
    assert told(shop) == (0, 1)
