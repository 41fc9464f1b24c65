"""Day one: nothing was released through ghapp before, and CodeDeploy knows what served. `/rollback` goes there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ghapp.demo.codedeploy import Deployment, Phase, Revision, faults
from ghapp.demo.codedeploy.faults import Fault
from tests.scenarios.cloud import Cloud, cloud

BY_HAND = Revision.task("app:1")


@pytest.fixture
async def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cloud]:
    """acme/shop, whose production CodeDeploy serves."""
    async with cloud(tmp_path, monkeypatch) as told:
        yield told


async def before_ghapp(shop: Cloud) -> Deployment:
    """What somebody brought out, by hand."""
    old = shop.aws.settle(shop.aws.create(shop.group, BY_HAND, description="the last by hand"))
    await shop.shop.later(minutes=1)
    return old


async def test_what_codedeploy_brought_out_before_is_gone_back_to_by_a_switch(shop: Cloud) -> None:
    """While it still stands by. What is known of it is said beforehand, and what is not."""
    old = await before_ghapp(shop)
    pull = await shop.merged("taro")
    await shop.out(pull)
    await shop.shop.says("taro", "/rollback", on=pull)
    assert pull.merge_commit_sha
    assert shop.shop.replies(pull)[-1].splitlines() == [
        f"⏪ Rolling production back to `{old.id}` (by @taro)",
        f'Undoing: #41 "Reword notifications" `{pull.merge_commit_sha[:7]}`',
        f"Back to: what CodeDeploy brought out before me as `{old.id}` from 13:42 today "
        f"(description: the last by hand, AppSpec `{BY_HAND.key[:12]}`). "
        "Which pull request and commit that is I do not know.",
        "CodeDeploy switches back to what was before, which is still up: about 1 min. Database changes stay.",
        "production will be locked afterwards.",
    ]
    other = await shop.shop.opens("hanako")
    assert shop.shop.gate(other) == ("pending", f"production: being rolled back to {old.id} (taro)")
    await shop.passes(minutes=1)
    assert shop.serving == BY_HAND
    assert (shop.called("StopDeployment"), shop.called("CreateDeployment")) == (1, 0)
    assert shop.shop.codes(pull)[-1] == "rolled_back"
    assert (
        f"@taro **production was put back on `{old.id}`** (production-2): #41 was taken back."
        in (shop.shop.replies(pull)[-1])
    )
    assert len(shop.shop.runs()) == 1, "no workflow is run"
    await shop.shop.says("taro", "/status", on=pull)
    assert f"**production** runs `{old.id}`, which was not released through ghapp." in shop.shop.replies(pull)[-1]


async def test_it_is_deployed_once_more_where_nothing_stands_by(shop: Cloud) -> None:
    """The wait is over: by the revision that CodeDeploy kept of it."""
    await before_ghapp(shop)
    pull = await shop.released("taro")
    await shop.shop.says("taro", "/rollback", on=pull)
    await shop.passes(minutes=2)
    assert shop.serving == BY_HAND
    assert (shop.called("StopDeployment"), shop.called("CreateDeployment")) == (0, 1)
    assert shop.shop.codes(pull)[-1] == "rolled_back"


async def test_the_first_of_all_is_taken_back_while_it_is_on_its_way(shop: Cloud) -> None:
    """Nothing is live as far as ghapp knows, and what serves stays."""
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


async def test_a_first_release_that_brought_nothing_leaves_what_serves(shop: Cloud) -> None:
    """Its run failed before CodeDeploy was told anything."""
    old = await before_ghapp(shop)
    pull = await shop.merged("taro")
    await shop.shop.says("taro", "/deploy", on=pull)
    await shop.shop.ends(await shop.shop.begins(), "failure")
    await shop.shop.says("taro", "/rollback", on=pull)
    await shop.passes(minutes=1)
    assert f"**production was put back on `{old.id}`**" in shop.shop.replies(pull)[-1]
    assert (shop.called("StopDeployment"), shop.called("CreateDeployment")) == (0, 0)


async def test_a_way_back_that_failed_is_gone_once_more(shop: Cloud) -> None:
    """To what was announced, though CodeDeploy has made deployments since."""
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


async def test_after_it_the_next_release_goes_on_as_on_the_first_day(shop: Cloud) -> None:
    """#41 is barred, GitHub calls it inactive, and the way back from #42 is the same again: never to #41."""
    await before_ghapp(shop)
    pull = await shop.released("taro")
    await shop.shop.says("taro", "/rollback", on=pull)
    await shop.passes(minutes=2)
    assert [one.states[-1] for one in shop.shop.shop.deployments.values()] == ["inactive"]
    await shop.shop.says("taro", "/status", on=pull)
    assert "which was not released through ghapp" in shop.shop.replies(pull)[-1]
    await shop.shop.says("taro", "/rollback", on=pull)
    assert shop.shop.codes(pull)[-1] == "rolled_back_already"
    await shop.shop.later(minutes=31)
    second = await shop.merged("mona")
    await shop.shop.says("mona", "/unlock production mended", on=second)
    await shop.out(second, who="mona", line=f"/deploy production with #{pull.number}")
    await shop.shop.later(minutes=31)
    await shop.shop.says("mona", "/status", on=second)
    assert (
        "`/rollback production` would undo #42 and go back to what CodeDeploy brought out before it."
        in (shop.shop.replies(second)[-1])
    )
    await shop.shop.says("mona", "/rollback", on=second)
    await shop.passes(minutes=2)
    assert shop.serving == BY_HAND


@pytest.mark.parametrize("waited", [False, True])
async def test_a_second_step_back_leads_to_it_too(shop: Cloud, waited: bool) -> None:
    """#42 was rolled back to the first release of all, which CodeDeploy brought out again; #42 is passed by."""
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


async def test_in_slack_it_is_called_by_its_id_as_well(shop: Cloud) -> None:
    """What is typed there is answered there, and its thread tells how it goes."""
    await shop.configured("people: {taro: U024BE7TA}\n")
    old = await before_ghapp(shop)
    await shop.out(await shop.merged("taro"))
    await shop.shop.types("taro", "/rollback production")
    assert any(f"production is being rolled back to `{old.id}`" in text for text in shop.shop.whispers("taro"))
    assert f"from #41 to `{old.id}`" in shop.shop.channel()[0]
    assert any(f"taro: rolls back to `{old.id}`, as production-2" in text for text in shop.shop.thread("#41"))
    await shop.passes(minutes=1)
    assert f"*production was put back on `{old.id}`*" in shop.shop.channel()[-1]
    assert shop.serving == BY_HAND


async def test_where_codedeploy_has_brought_out_nothing_before_there_is_nowhere_to_go(shop: Cloud) -> None:
    """The tasks that the service was made with are no revision."""
    pull = await shop.released("taro")
    await shop.shop.says("taro", "/rollback", on=pull)
    assert shop.shop.codes(pull)[-1] == "nothing_before"
    assert (shop.called("StopDeployment"), shop.called("CreateDeployment")) == (0, 0)


async def test_on_another_pull_request_it_is_said_where_to_type_it(shop: Cloud) -> None:
    """Nobody can tell what is meant there."""
    await before_ghapp(shop)
    await shop.released("taro")
    other = await shop.shop.opens("hanako")
    await shop.shop.says("hanako", "/rollback", on=other)
    assert shop.shop.codes(other)[-1] == "rollback_elsewhere"
    assert "To undo #41, type it there: `/rollback production`" in shop.shop.replies(other)[-1]


async def test_a_japanese_team_reads_what_is_not_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plainly, and beforehand."""
    async with cloud(tmp_path, monkeypatch, language="ja") as shop:
        old = await before_ghapp(shop)
        pull = await shop.merged("taro", "通知文言の変更")
        await shop.out(pull)
        await shop.shop.says("taro", "/rollback", on=pull)
        assert shop.shop.replies(pull)[-1].splitlines()[2] == (
            f"戻し先: ghapp 導入前に CodeDeploy で出された `{old.id}`"
            f"(本日 13:42、説明: the last by hand、AppSpec `{BY_HAND.key[:12]}`)。"
            "どのプルリクエスト、どのコミットかは分かりません。"
        )
        await shop.passes(minutes=1)
        assert f"@taro **production を `{old.id}` に切り戻しました**" in shop.shop.replies(pull)[-1]
