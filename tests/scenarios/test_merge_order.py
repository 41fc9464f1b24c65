"""Merges whose webhooks come late, in another order, or in one second: the line follows the branch."""

from itertools import permutations

import pytest

from ghapp.demo.github import Pull
from ghapp.demo.github.shapes import events
from ghapp.demo.stage import CONFIG
from tests.sampled import sampled
from tests.scenarios.scene import Scene


async def unheard(shop: Scene, *pulls: Pull) -> None:
    """Merges these in this order; no webhook arrives."""
    url, shop.github.webhook_url = shop.github.webhook_url, None
    for pull in pulls:
        await shop.shop.merge(pull, by=pull.author)
    await shop.github.settled()
    shop.github.webhook_url = url


async def heard(shop: Scene, *pulls: Pull) -> None:
    """Delivers the webhooks, in this order."""
    for pull in pulls:
        await shop.github.send("pull_request", events.pull(shop.shop, pull, "closed", by=pull.author))
        await shop.github.settled()
    await shop.idle()


async def two(shop: Scene) -> tuple[Pull, Pull]:
    """Opens two pull requests on a revision that has been live for a while."""
    await shop.released("taro", "Zero")
    await shop.later(minutes=31)
    return await shop.opens("taro", "One"), await shop.opens("mona", "Two")


@pytest.mark.parametrize("auto", [False, True])
async def test_a_release_that_ships_with_another_does_not_wait(shop: Scene, auto: bool) -> None:
    """The merge's webhook comes during the run: the check shows that run, and no call follows for it."""
    if auto:
        text = CONFIG.format(channel="C024BE91L", language="en", people="{}") + "    auto: true\n"
        await shop.shop.commit(".github/ghapp.yml", text, by="mona", message="By itself")
        await shop.idle()
    older, newer = await two(shop) if not auto else await automatic(shop)
    await unheard(shop, older)
    await shop.later(seconds=40)
    await shop.merges("mona", newer)
    if not auto:
        await shop.says("mona", "/deploy", on=newer)
    run = await shop.begins()
    await heard(shop, older)
    assert f"Ships with it: #{older.number} (@taro)" in shop.replies(newer)[-1]
    await shop.ends(run)
    await shop.later(minutes=31)
    check = shop.check(older)
    assert check
    assert (check.title, check.buttons) == (f"Went live on production, with #{newer.number}", [])
    await shop.says("taro", "/status", on=older)
    assert f"#{older.number}" not in shop.replies(older)[-1].partition("Waiting")[2]
    assert len(shop.runs()) == 2
    await shop.says("mona", "/rollback", on=newer)
    assert f"#{older.number}" in shop.replies(newer)[-1], "it goes back with it, and is named"


async def automatic(shop: Scene) -> tuple[Pull, Pull]:
    """The same with `auto`."""
    first = await shop.opens("taro", "Zero")
    await shop.merges("taro", first)
    await shop.ends(await shop.begins())
    await shop.later(minutes=31)
    return await shop.opens("taro", "One"), await shop.opens("mona", "Two")


async def test_a_release_that_shipped_with_another_is_shown_with_it_and_rolled_back_with_it(shop: Scene) -> None:
    """The merge's webhook comes when the release is live already."""
    older, newer = await two(shop)
    await unheard(shop, older)
    await shop.later(seconds=40)
    await shop.merges("mona", newer)
    await shop.says("mona", "/deploy", on=newer)
    await shop.ends(await shop.begins())
    await heard(shop, older)
    check = shop.check(older)
    assert check
    assert check.title == f"Went live on production, with #{newer.number}"
    await shop.says("mona", "/rollback", on=newer)
    assert f"#{older.number} One (taro), which came with it" in shop.replies(newer)[-1]


async def test_a_release_rolled_back_with_another_comes_again_only_by_its_number(shop: Scene) -> None:
    """The merge's webhook comes after the rollback: the release had shipped with a barred one, so it is barred, too."""
    older, newer = await two(shop)
    await unheard(shop, older)
    await shop.later(seconds=40)
    await shop.merges("mona", newer)
    await shop.says("mona", "/deploy", on=newer)
    await shop.ends(await shop.begins())
    await shop.says("mona", "/rollback", on=newer)
    await shop.ends(await shop.begins())
    await heard(shop, older)
    await shop.says("mona", "/unlock production mended", on=newer)
    check = shop.check(older)
    assert check is None or "deploy" not in check.buttons
    runs = len(shop.runs())
    await shop.says("taro", "/deploy", on=older)
    assert (shop.codes(older)[-1], len(shop.runs())) == ("barred", runs)
    line = f"/deploy production #{older.number} with #{older.number}"
    assert line in shop.replies(older)[-1]
    await shop.says("taro", line, on=older)
    assert len(shop.runs()) == runs + 1


@pytest.mark.parametrize("order", sampled(["".join(order) for order in permutations("012")], ["120", "210"]))
async def test_merges_of_one_second_have_the_order_of_the_branch(shop: Scene, order: str) -> None:
    """In any order of the webhooks: each release ships the earlier merges, and the newest is the branch's newest."""
    older, newer = await two(shop)
    newest = await shop.opens("hanako", "Three")
    pulls = (older, newer, newest)
    await unheard(shop, *pulls)
    await heard(shop, *(pulls[int(place)] for place in order))
    assert "ships with it" not in shop.message(f"#{older.number}").text
    await shop.types("mona", "/deploy production")
    (_, run) = shop.runs()
    assert run.inputs["sha"] == newest.merge_commit_sha
    await shop.ends(await shop.begins())
    await shop.later(minutes=31)
    assert shop.check(older).title == f"Went live on production, with #{newest.number}"  # type: ignore[union-attr]


async def test_the_twin_of_a_release_that_was_rolled_back_is_offered_by_the_line_that_works(shop: Scene) -> None:
    """Both merged in one second, the first rolled back: the second contains it, and its places show so."""
    older, newer = await two(shop)
    await shop.shop.merge(older, by="taro")
    await shop.shop.merge(newer, by="mona")
    await shop.idle()
    await shop.says("taro", "/deploy", on=older)
    await shop.ends(await shop.begins())
    await shop.says("taro", "/rollback", on=older)
    await shop.ends(await shop.begins())
    await shop.says("taro", "/unlock", on=older)
    line = f"/deploy production #{newer.number} with #{older.number}"
    check = shop.check(newer)
    assert check
    assert (check.buttons, line in (check.summary or "")) == ([], True)
    assert line in shop.message(f"#{newer.number}").text
    await shop.says("mona", line, on=newer)
    assert shop.codes(newer) == []
