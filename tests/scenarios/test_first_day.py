"""The first day: no release through ghapp exists, but CodeDeploy knows what served before, and `/rollback` goes
there.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ghapp.demo.codedeploy import Deployment, Phase, Revision, faults
from ghapp.demo.codedeploy.faults import Fault
from tests.scenarios.cloud import Cloud, cloud

BY_HAND = Revision.task("app:1")


@pytest.fixture
async def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cloud]:
    """acme/shop, whose production is served by CodeDeploy."""
    async with cloud(tmp_path, monkeypatch) as told:
        yield told


async def before_ghapp(shop: Cloud) -> Deployment:
    """A deployment that was made by hand."""
    old = shop.aws.settle(shop.aws.create(shop.group, BY_HAND, description="the last by hand"))
    await shop.shop.later(minutes=1)
    return old


async def test_a_rollback_to_before_ghapp_switches_to_kept_tasks(shop: Cloud) -> None:
    """The announcement shows what is known of that deployment, and what is not."""
    old = await before_ghapp(shop)
    pull = await shop.merged("taro")
    await shop.out(pull)
    await shop.shop.says("taro", "/rollback", on=pull)
    assert pull.merge_commit_sha
    assert shop.shop.replies(pull)[-1].splitlines() == [
        f"⏪ Rolling production back to `{old.id}` (by @taro)",
        f'Undoing: #41 "Reword notifications" `{pull.merge_commit_sha[:7]}`',
        f"Back to: what CodeDeploy deployed before ghapp was used, `{old.id}` from 13:42 today (description: the "
        f"last by hand, AppSpec `{BY_HAND.key[:12]}`). Its pull request and commit are not known.",
        "CodeDeploy switches back to the previous version, which is still up: about 1 min. Database changes stay.",
        "production will be locked afterwards.",
    ]
    other = await shop.shop.opens("hanako")
    assert shop.shop.gate(other) == ("pending", f"production: being rolled back to {old.id} (taro)")
    await shop.passes(minutes=1)
    assert shop.serving == BY_HAND
    assert (shop.called("StopDeployment"), shop.called("CreateDeployment")) == (1, 0)
    assert shop.shop.codes(pull)[-1] == "rolled_back"
    assert (
        f"@taro **production was rolled back to `{old.id}`** (production-2): #41 was undone."
        in (shop.shop.replies(pull)[-1])
    )
    assert len(shop.shop.runs()) == 1, "no workflow is run"
    await shop.shop.says("taro", "/status", on=pull)
    assert f"**production**: `{old.id}` is live, which was not deployed through ghapp." in shop.shop.replies(pull)[-1]


async def test_a_rollback_to_before_ghapp_deploys_its_revision_again(shop: Cloud) -> None:
    """After the termination wait, with the revision that CodeDeploy has stored."""
    await before_ghapp(shop)
    pull = await shop.released("taro")
    await shop.shop.says("taro", "/rollback", on=pull)
    await shop.passes(minutes=2)
    assert shop.serving == BY_HAND
    assert (shop.called("StopDeployment"), shop.called("CreateDeployment")) == (0, 1)
    assert shop.shop.codes(pull)[-1] == "rolled_back"


async def test_the_first_release_is_rolled_back_while_it_is_under_way(shop: Cloud) -> None:
    """ghapp knows no live release, and the traffic stays with the earlier deployment."""
    await before_ghapp(shop)
    pull = await shop.merged("taro")
    run, made = await shop.hands_over(pull)
    shop.aws.reach(made, Phase.SHIFTING)
    await shop.shop.says("taro", "/rollback", on=pull)
    assert run.cancel_asked
    await shop.passes(minutes=1)
    assert shop.serving == BY_HAND
    assert (shop.called("StopDeployment"), shop.called("CreateDeployment")) == (1, 0)
    assert shop.shop.codes(pull)[-1] == "rolled_back"


async def test_a_rollback_of_a_first_release_that_never_reached_codedeploy_changes_nothing(shop: Cloud) -> None:
    """Its run failed before any call to CodeDeploy."""
    old = await before_ghapp(shop)
    pull = await shop.merged("taro")
    await shop.shop.says("taro", "/deploy", on=pull)
    await shop.shop.ends(await shop.shop.begins(), "failure")
    await shop.shop.says("taro", "/rollback", on=pull)
    await shop.passes(minutes=1)
    assert f"**production was rolled back to `{old.id}`**" in shop.shop.replies(pull)[-1]
    assert (shop.called("StopDeployment"), shop.called("CreateDeployment")) == (0, 0)


async def test_a_failed_rollback_to_before_ghapp_can_be_repeated(shop: Cloud) -> None:
    """To the announced deployment, although CodeDeploy has made others since."""
    old = await before_ghapp(shop)
    pull = await shop.released("taro")
    shop.aws.faults.append(Fault("CreateDeployment", faults.denied))
    await shop.shop.says("taro", "/rollback", on=pull)
    await shop.passes(seconds=10)
    assert shop.shop.codes(pull)[-1] == "rollback_failed"
    await shop.shop.says("taro", "/rollback", on=pull)
    assert f"Rolling production back to `{old.id}`" in shop.shop.replies(pull)[-1]
    await shop.passes(minutes=2)
    assert shop.serving == BY_HAND


async def test_the_release_after_a_rollback_to_before_ghapp_rolls_back_there_too(shop: Cloud) -> None:
    """#41 is barred and inactive on GitHub, and a rollback of #42 goes to before ghapp, never to #41."""
    await before_ghapp(shop)
    pull = await shop.released("taro")
    await shop.shop.says("taro", "/rollback", on=pull)
    await shop.passes(minutes=2)
    assert [one.states[-1] for one in shop.shop.shop.deployments.values()] == ["inactive"]
    await shop.shop.says("taro", "/status", on=pull)
    assert "which was not deployed through ghapp" in shop.shop.replies(pull)[-1]
    await shop.shop.says("taro", "/rollback", on=pull)
    assert shop.shop.codes(pull)[-1] == "rolled_back_already"
    await shop.shop.later(minutes=31)
    second = await shop.merged("mona")
    await shop.shop.says("mona", "/unlock production mended", on=second)
    await shop.out(second, who="mona", line=f"/deploy production with #{pull.number}")
    await shop.shop.later(minutes=31)
    await shop.shop.says("mona", "/status", on=second)
    assert (
        "`/rollback production` would undo #42 and go back to what CodeDeploy had deployed before it."
        in (shop.shop.replies(second)[-1])
    )
    await shop.shop.says("mona", "/rollback", on=second)
    await shop.passes(minutes=2)
    assert shop.serving == BY_HAND


@pytest.mark.parametrize("waited", [False, True])
async def test_a_second_rollback_leads_to_before_ghapp(shop: Cloud, waited: bool) -> None:
    """#42 was rolled back to the first release, which CodeDeploy deployed again; the second rollback skips #42."""
    old = await before_ghapp(shop)
    first = await shop.released("taro")
    second = await shop.merged("mona")
    await shop.out(second, who="mona")
    if waited:
        await shop.shop.later(minutes=61)
    await shop.shop.says("mona", "/rollback", on=second)
    await shop.passes(minutes=2)
    await shop.shop.later(minutes=61)
    await shop.shop.says("mona", "/rollback", on=first)
    assert f"Rolling production back to `{old.id}`" in shop.shop.replies(first)[-1]
    await shop.passes(minutes=2)
    assert shop.serving == BY_HAND


async def test_slack_shows_the_deployment_from_before_ghapp_by_its_id(shop: Cloud) -> None:
    """In the answer to the command, the message and its thread."""
    await shop.configured("people: {taro: U024BE7TA}\n")
    old = await before_ghapp(shop)
    await shop.out(await shop.merged("taro"))
    await shop.shop.types("taro", "/rollback production")
    assert any(f"production is being rolled back to `{old.id}`" in text for text in shop.shop.whispers("taro"))
    assert f"from #41 to `{old.id}`" in shop.shop.channel()[0]
    assert any(f"taro: rolls back to `{old.id}`, as production-2" in text for text in shop.shop.thread("#41"))
    await shop.passes(minutes=1)
    assert f"*production was rolled back to `{old.id}`*" in shop.shop.channel()[-1]
    assert shop.serving == BY_HAND


async def test_a_rollback_without_an_earlier_deployment_is_refused(shop: Cloud) -> None:
    """The tasks that the service was created with are no revision."""
    pull = await shop.released("taro")
    await shop.shop.says("taro", "/rollback", on=pull)
    assert shop.shop.codes(pull)[-1] == "nothing_before"
    assert (shop.called("StopDeployment"), shop.called("CreateDeployment")) == (0, 0)


async def test_a_rollback_on_another_pull_request_is_refused_with_the_right_place(shop: Cloud) -> None:
    """The intended release is ambiguous there."""
    await before_ghapp(shop)
    await shop.released("taro")
    other = await shop.shop.opens("hanako")
    await shop.shop.says("hanako", "/rollback", on=other)
    assert shop.shop.codes(other)[-1] == "rollback_elsewhere"
    assert "To undo #41, type this in its pull request: `/rollback production`" in shop.shop.replies(other)[-1]


async def test_a_rollback_to_before_ghapp_is_announced_in_japanese(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It states that pull request and commit are unknown."""
    async with cloud(tmp_path, monkeypatch, language="ja") as shop:
        old = await before_ghapp(shop)
        pull = await shop.merged("taro", "通知文言の変更")
        await shop.out(pull)
        await shop.shop.says("taro", "/rollback", on=pull)
        assert shop.shop.replies(pull)[-1].splitlines()[2] == (
            f"戻し先: ghapp 導入前に CodeDeploy でデプロイされた `{old.id}` (本日 13:42、説明: the last by hand、"
            f"AppSpec `{BY_HAND.key[:12]}`)。対応するプルリクエストとコミットは不明です。"
        )
        await shop.passes(minutes=1)
        assert f"@taro **production を `{old.id}` に切り戻しました**" in shop.shop.replies(pull)[-1]
