"""A repository in which ghapp does nothing: who learns of it, where, and how often."""

import asyncio
import logging
import re

import aiohttp
import pytest

from ghapp.demo.github import Fault, Pull, Repository, faults
from ghapp.demo.stage import CONFIG, WORKFLOW
from tests.scenarios.scene import SMALL_CONFIG, Scene
from tests.scenarios.test_cheap_events import PEOPLE, silent

FILE = ".github/ghapp.yml"
BROKEN = CONFIG.format(channel="C024BE91L", language="en", people="{}") + "    lokc: 1h\n"
WHY = "line 9, column 5: `lokc` is not a setting here; did you mean `lock`?"
SAID = (
    "⚠️ **`.github/ghapp.yml`, which this pull request changes, cannot be used**, so no new deploy starts. "
    f"Fix it on the default branch: {WHY}"
)
COUNTED = "the config cannot be used in 1 repository: nothing new is deployed there"


def lines(caplog: pytest.LogCaptureFixture, message: str) -> list[str]:
    """The reasons of the log's lines with this message."""
    return [vars(one)["why"] for one in caplog.records if one.getMessage() == message]


def replies(place: Repository, pull: Pull) -> list[str]:
    """The App's comments on a pull request of any repository."""
    found = (one for one in place.comments.values() if one.by_app and one.number == pull.number)
    return [one.body.rsplit("\n\n<!-- ", 1)[0] for one in found]


# ---------------------------------------------------------------- a config that cannot be used


async def test_a_merge_that_breaks_the_config_is_commented_on_once(
    shop: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    """With line and reason. A merge that does not change the config gets no such comment; the report and the log name
    the problem until it is fixed, also after a restart."""
    bystander = await shop.opens("taro")
    pull = await shop.opens("mona", "Lock for longer", files={FILE: BROKEN})
    await shop.merges("mona", pull)
    assert [text for text in shop.replies(pull) if FILE in text] == [SAID]
    await shop.merges("taro", bystander)
    for guid in [one.guid for one in shop.github.deliveries if one.event in ("push", "pull_request")]:
        await shop.github.redeliver(guid)
    await shop.later(hours=2)
    assert [text for text in shop.replies(pull) if FILE in text] == [SAID]
    assert [text for text in shop.replies(bystander) if FILE in text] == []
    assert (await shop.ready())["github"] == COUNTED
    assert lines(caplog, "to be mended") == [f"acme/shop: {FILE} cannot be used: {WHY}"]
    await shop.restart()
    await shop.later(minutes=1)
    assert (await shop.ready())["github"] == COUNTED
    await shop.shop.commit(FILE, SMALL_CONFIG, by="mona", message="Fix it")
    await shop.later(minutes=1)
    assert (await shop.ready())["github"] == "ok"


async def test_a_first_config_that_is_broken_is_commented_on(shop: Scene) -> None:
    """Where no environment exists yet, too. The fix on the next pull request gets no comment."""
    place = silent(shop)
    pull = await place.open_pull("mona", "Serve us", files={FILE: "environments: [production]\n"})
    await shop.idle()
    await place.merge(pull, by="mona")
    await shop.later(minutes=1)  # after "no config", merges make GitHub be asked once a minute
    (said,) = replies(place, pull)
    assert said.startswith("⚠️ **`.github/ghapp.yml`, which this pull request changes, cannot be used**")
    assert (await shop.ready())["github"] == COUNTED
    fix = await place.open_pull("mona", "Serve us now", files={FILE: SMALL_CONFIG})
    await place.merge(fix, by="mona")
    await shop.later(minutes=1)
    assert [text for text in replies(place, fix) if "cannot be used" in text] == []
    assert (await shop.ready())["github"] == "ok"


async def test_a_broken_config_on_another_branch_is_no_problem(shop: Scene) -> None:
    """Only the default branch's config has an effect."""
    shop.shop.git.branches["side"] = shop.shop.head
    pull = await shop.shop.open_pull("mona", "Try it", base="side", files={FILE: BROKEN})
    await shop.merges("mona", pull)
    assert shop.replies(pull) == []
    assert (await shop.ready())["github"] == "ok"


async def test_a_broken_config_is_commented_on_in_japanese(japanese_shop: Scene) -> None:
    """In the language that the broken file sets."""
    shop = japanese_shop
    pull = await shop.opens("mona", files={FILE: BROKEN.replace("language: en", "language: ja")})
    await shop.merges("mona", pull)
    (said,) = [text for text in shop.replies(pull) if FILE in text]
    assert said.startswith(
        "⚠️ **このプルリクエストで変更された `.github/ghapp.yml` に問題があるため、新しいデプロイはできません**。"
    )


# ---------------------------------------------------------------- no config


async def note(shop: Scene) -> str:
    """What `/readyz` says of the repositories without a config; empty where it says nothing."""
    return str((await shop.ready()).get("configs", ""))


def counted(of: str, has: str = "have") -> str:
    """The text for so many of so many repositories."""
    return (
        f"{of} repositories with the App {has} no .github/ghapp.yml, so ghapp does nothing there: "
        "`ghapp init` in a checkout writes one; the log names them"
    )


def named(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The repositories that the log names, line by line."""
    found = [one for one in caplog.records if one.getMessage() == "without .github/ghapp.yml"]
    return [vars(one)["repositories"] for one in found]


async def test_repositories_without_a_config_are_counted_and_the_log_names_them(
    shop: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    """Before any event of theirs, with the command that writes one. Anybody may read the address, so it shows no name.
    It is no fault, and it ends with the config."""
    caplog.set_level(logging.INFO)
    assert await note(shop) == ""
    place = silent(shop)
    private = silent(shop, "globex/secret-plans")
    await shop.github.install("globex")
    await shop.later(minutes=11)
    report = await shop.ready()
    assert (report["configs"], report["ready"], report["github"]) == (counted("2 of 3"), True, "ok")
    async with aiohttp.ClientSession() as session, session.get(shop.address) as answer:
        page = await answer.text()
    assert "It is set up, and nothing is wrong.\nNote: 2 of 3 repositories with the App have no .github" in page
    assert "notes" not in f"{page}{report}"
    assert "secret-plans" not in f"{page}{report}"
    assert named(caplog) == ["acme/notes, globex/secret-plans"]
    await place.commit(FILE, SMALL_CONFIG, by="mona", message="Serve us")
    await shop.later(minutes=11)
    assert await note(shop) == counted("1 of 3", "has")
    assert named(caplog)[1:] == ["globex/secret-plans"]
    await private.commit(FILE, "environments: [production]\n", by="mona", message="Serve us")
    await shop.later(minutes=11)
    assert await note(shop) == ""  # a config that cannot be used is another problem
    assert (await shop.ready())["github"] == COUNTED
    await place.commit(FILE, None, by="mona", message="Stop it")
    await shop.later(minutes=11)
    assert await note(shop) == counted("1 of 3", "has")


async def test_many_repositories_without_a_config_cost_few_calls(shop: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """A call for a hundred of them, and one look at each, twenty in a turn, which lasts as many minutes as it has
    calls. The log names ten. Without new repositories, no further look."""
    caplog.set_level(logging.INFO)
    for number in range(101):
        silent(shop, f"acme/silent-{number:03}")
    before = len(shop.github.exchanges)
    async with asyncio.timeout(20):
        while not (first := await note(shop)):  # a request waits for a second at most
            pass
    assert first == counted("at least 19 of 102")  # the twentieth look was at acme/shop
    await shop.later(minutes=9)
    assert await note(shop) == first
    listed = [one for one in shop.github.exchanges[before:] if one.path.startswith("/installation/")]
    assert (len(listed), looks(shop, before)) == (2, 19)
    assert named(caplog)[0].startswith("acme/silent-000, acme/silent-001, ")
    assert named(caplog)[0].endswith("acme/silent-009 and 9 more")
    for looked in (39, 59, 79, 99, 101):
        await shop.later(minutes=23)
        said = counted(f"at least {looked} of 102" if looked < 101 else "101 of 102")
        async with asyncio.timeout(20):
            while await note(shop) != said:
                pass
    assert named(caplog)[-1].endswith("acme/silent-009 and 91 more")
    assert looks(shop, before) == 101


def looks(shop: Scene, since: int) -> int:
    """The queries about repositories without a config since then."""
    asked = (one.request for one in shop.github.exchanges[since:] if one.path == "/graphql")
    return sum(isinstance(one, dict) and one["variables"]["name"].startswith("silent") for one in asked)


async def test_a_repository_of_an_account_that_is_not_served_is_not_counted(shop: Scene) -> None:
    """Nor one with an owner's rules; and where GitHub does not answer, the last count stays."""
    silent(shop, "globex/notes")
    await shop.github.install("globex")
    shop.github.add_repository("acme/policies", files={FILE: "language: en\n"}, people={})
    shop.settings = {"GHAPP_OWNERS": "acme", "GHAPP_POLICY": "acme/policies"}
    await shop.restart()
    assert await note(shop) == ""
    silent(shop)
    await shop.later(minutes=11)
    assert await note(shop) == counted("1 of 2", "has")
    shop.github.faults.append(Fault("GET", re.compile("/installation"), faults.status(502), times=99))
    await shop.later(minutes=11)
    assert await note(shop) == counted("1 of 2", "has")


# ---------------------------------------------------------------- the comment that proposes a config


@pytest.fixture
async def greeting(shop: Scene) -> Scene:
    """The server with GHAPP_GREET, whose GitHub shows a bot."""
    shop.settings = {"GHAPP_GREET": "1"}
    await shop.restart()
    return shop


def deploying(shop: Scene, full_name: str = "acme/notes", **files: str) -> Repository:
    """A repository with a deploy workflow and no config."""
    found = {"README.md": "notes\n", ".github/workflows/deploy.yml": WORKFLOW, **files}
    return shop.github.add_repository(full_name, files=found, people=PEOPLE)


def comments(place: Repository) -> list[int]:
    """The pull requests that the App has commented on, a number for each comment."""
    return [one.number for one in place.comments.values() if one.by_app]


async def test_the_first_new_pull_request_gets_one_comment_with_the_file(greeting: Scene) -> None:
    """Once, whatever follows: other pull requests, redeliveries, restarts, weeks. The file works as it is."""
    shop, place = greeting, deploying(greeting)
    first = await place.open_pull("taro", "One")
    second = await place.open_pull("hanako", "Two")
    await shop.idle()
    (said,) = [*replies(place, first), *replies(place, second)]
    assert said.startswith("**ghapp is installed here and does nothing, because there is no `.github/ghapp.yml`.**")
    (number,) = comments(place)
    for guid in [one.guid for one in shop.github.deliveries if one.event == "pull_request"]:
        await shop.github.redeliver(guid)
    await shop.restart()
    await place.push(first, by="taro")
    for days in (1, 10):
        await shop.later(days=days)
        await place.open_pull("taro", f"After {days} days")
        await shop.later(minutes=6)
    assert comments(place) == [number]
    file = said.partition("```yaml\n")[2].partition("```")[0]
    await place.commit(FILE, file, by="mona", message="Use it")
    await shop.idle()
    pull = await place.open_pull("taro", "Now")
    await shop.idle()
    assert place.status(pull.head_sha, "ghapp/lock")


async def test_without_the_setting_there_is_no_comment(shop: Scene) -> None:
    """An organization may have installed the App everywhere."""
    place = deploying(shop)
    await place.open_pull("taro", "One")
    await shop.idle()
    assert comments(place) == []


async def test_pull_requests_to_which_a_proposal_does_not_fit_get_no_comment(greeting: Scene) -> None:
    """A draft, one from a fork, one by a bot, one onto another branch, one that brings the config, one opened long ago;
    and a repository without a deploy workflow. The next one that fits gets it."""
    shop, place = greeting, deploying(greeting)
    other = silent(shop, "acme/plain")
    place.git.branches["side"] = place.head
    old = await place.open_pull("taro", "Long ago", draft=True)
    fork = await place.open_pull("taro", "From outside", draft=True)
    fork.fork = "yes"
    await place.open_pull("taro", "Aside", base="side")
    await other.open_pull("taro", "Nothing to deploy")
    await shop.later(minutes=6)
    await place.open_pull("dependabot[bot]", "Bump it")
    await shop.later(minutes=6)
    await place.open_pull("mona", "Serve us", files={FILE: SMALL_CONFIG})
    await shop.later(minutes=6)
    await place.ready(fork, by="taro")
    await shop.later(minutes=6)
    assert (comments(place), comments(other)) == ([], [])
    await shop.later(minutes=40)
    await place.ready(old, by="taro")
    await shop.later(minutes=6)
    assert (comments(place), comments(other)) == ([], [])
    fits = await place.open_pull("taro", "At last")
    await shop.later(minutes=10)
    assert comments(place) == [fits.number]


async def test_a_crash_after_the_comment_makes_no_second_one(greeting: Scene) -> None:
    """GitHub creates it, and its answer is lost."""
    shop, place = greeting, deploying(greeting)
    shop.github.faults.append(Fault("POST", re.compile("/comments$"), faults.status(502, done=True), times=1))
    await place.open_pull("taro", "One")
    await shop.idle()
    await shop.later(minutes=5)
    assert len(comments(place)) == 1


async def test_two_servers_greet_once(greeting: Scene) -> None:
    """Each has another pull request at the same time."""
    shop, place = greeting, deploying(greeting)
    first = shop._components
    await shop.start()
    second = shop._components
    assert first
    assert second
    await place.open_pull("taro", "One")
    await place.open_pull("hanako", "Two")
    await asyncio.gather(first.worker.drain(), second.worker.drain())
    await shop.idle()
    assert len(comments(place)) == 1


async def test_without_the_permission_nothing_is_spent_and_the_comment_comes_later(greeting: Scene) -> None:
    """An owner who has not accepted it yet has not had the comment."""
    shop, place = greeting, deploying(greeting)
    shop.github.grants[7001] = {**shop.github.app.permissions, "pull_requests": "read"}
    await place.open_pull("taro", "One")
    await shop.idle()
    assert comments(place) == []
    await shop.github.accept("acme")
    await shop.later(hours=2)
    pull = await place.open_pull("taro", "Two")
    await shop.later(minutes=10)
    assert comments(place) == [pull.number]
