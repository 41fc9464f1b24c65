"""Events that any account can cause at no cost do not delay commands, and do not use up an account's hour of calls.

`python -m bench.flood` measures the same with a thousand events and more.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from ghapp.demo.github import Delivery, Exchange, Pull, Repository
from ghapp.demo.stage import WORKFLOW
from tests.scenarios.scene import SMALL_CONFIG, Scene
from tests.scenarios.test_protection_rule import RULED
from tests.scenarios.test_trouble import merged as merged_by

FILE = ".github/ghapp.yml"
FILES = {FILE: SMALL_CONFIG, ".github/workflows/deploy.yml": WORKFLOW}
PEOPLE = {"mona": "admin", "taro": "write", "hanako": "write"}
FEW = 80  # calls left, far within the reserve: the cost of a few labels
EVENTS = 30  # that are worked beside a command
LATENCY = 0.2  # seconds that GitHub takes for each answer: far more than a busy machine takes between two


def silent(shop: Scene, full_name: str = "acme/notes") -> Repository:
    """A repository without a config."""
    return shop.github.add_repository(full_name, files={"README.md": "notes\n"}, people=PEOPLE)


def queries(shop: Scene, place: Repository) -> int:
    """The number of GraphQL queries about this repository."""
    asked = (one.request for one in shop.calls("POST", "/graphql"))
    return sum(isinstance(one, dict) and one["variables"].get("name") == place.full_name.split("/")[1] for one in asked)


async def until_dispatched(shop: Scene, pull: Pull) -> list[Exchange]:
    """A user comments `/deploy`, and only then does the server work: all requests to GitHub until the dispatch."""
    before, runs = len(shop.github.exchanges), len(shop.shop.runs)
    shop.github.latency = LATENCY
    await shop.shop.comment(pull, by="taro", body="/deploy")
    async with shop.at_work():
        await shop.github.until(lambda: len(shop.shop.runs) > runs, 30)
        asked = shop.github.exchanges[before:]
    shop.github.latency = 0.0
    return asked


async def ends(shop: Scene) -> None:
    """The dispatched run succeeds, and the cool-down passes."""
    await shop.idle()
    await shop.ends(await shop.begins())
    await shop.later(minutes=31)


async def many_pulls(shop: Scene) -> None:
    """Pushes to many pull requests of the repository itself, and labels."""
    pulls = [await shop.shop.open_pull("hanako", f"Number {number}") for number in range(10)]
    for pull in pulls:
        await shop.shop.push(pull, by="hanako")
        await shop.shop.label(pull, "docs", by="hanako")


async def many_repositories(shop: Scene) -> None:
    """Pull requests in other repositories of the account, all of which are served."""
    for number in range(8):
        place = shop.github.add_repository(f"acme/app-{number}", files=FILES, people=PEOPLE)
        for title in ("One", "Two"):
            await place.open_pull("hanako", title)


async def many_silent_ones(shop: Scene) -> None:
    """The same in repositories without a config."""
    for number in range(8):
        place = silent(shop, f"acme/notes-{number}")
        for title in ("One", "Two"):
            await place.open_pull("hanako", title)


async def many_reruns(shop: Scene) -> None:
    """ "Re-run" is pressed on the same check many times."""
    pull = await shop.shop.open_pull("hanako", "Again")
    await shop.idle()
    report = shop.check(pull)
    assert report
    for _ in range(15):
        await shop.shop.rerun_check(report, by="hanako")


async def many_runs(shop: Scene) -> None:
    """Runs of a workflow with the name of the environment's: every push to a pull request may start one."""
    tip = shop.shop.git.commit(
        shop.shop.head,
        changes={".github/workflows/deploy.yml": WORKFLOW},
        message="CI",
        by="hanako",
        at=shop.shop.now(),
    )
    shop.shop.git.branches["ci"] = tip.sha
    for _ in range(10):
        await shop.shop.finish_run(await shop.shop.trigger("deploy.yml", "pull_request", by="hanako", branch="ci"))


async def many_merges_aside(shop: Scene) -> None:
    """Merges into a branch that is no environment's, as in a repository with a branch for each feature."""
    shop.shop.git.branches["side"] = shop.shop.head
    for number in range(EVENTS):
        pull = await shop.shop.open_pull("hanako", f"Number {number}", base="side")
        await shop.shop.merge(pull, by="hanako")


async def many_dispatches(shop: Scene) -> None:
    """Runs of the environment's workflow that a person starts on a branch of their own."""
    shop.shop.git.branches["mine"] = shop.shop.head
    inputs = {"sha": shop.shop.head, "environment": "production", "ghapp": "by hand"}
    for _ in range(EVENTS):
        await shop.shop.finish_run(await shop.shop.dispatch("deploy.yml", by="hanako", inputs=inputs, ref="mine"))


async def many_forced_pushes(shop: Scene) -> None:
    """To the default branch: each may have changed the config, and rewritten what was released."""
    for _ in range(EVENTS):
        await shop.shop.force_push(shop.shop.default_branch, shop.shop.head, by="hanako")


async def many_waiting_jobs(shop: Scene, *places: str, jobs: int = EVENTS) -> None:
    """Jobs of environments that the config does not name, where the protection rule is enabled all the same."""
    for place in places or ("preview",):
        review = WORKFLOW.replace("    runs-on:", f"    environment: {place}\n    runs-on:")
        tip = shop.shop.git.commit(
            shop.shop.head,
            changes={".github/workflows/review.yml": review},
            message="Preview",
            by="hanako",
            at=shop.shop.now(),
        )
        shop.shop.git.branches[place] = tip.sha
        shop.shop.protected.add(place)
        for _ in range(jobs):
            await shop.shop.start_run(await shop.shop.trigger("review.yml", "push", by="hanako", branch=place))


async def jobs_of_many_environments(shop: Scene) -> None:
    """The same in so many environments that their lanes could take all of the account's places."""
    await many_waiting_jobs(shop, *(f"preview-{number}" for number in range(6)), jobs=8)


SHOWN = [many_pulls, many_repositories, many_silent_ones, many_reruns, many_runs]
FOLLOW = [  # worked beside the command
    many_merges_aside,
    many_dispatches,
    many_forced_pushes,
    many_waiting_jobs,
    jobs_of_many_environments,
]


@pytest.mark.parametrize(
    ("flood", "most"),
    [*((flood, 2) for flood in SHOWN), *((flood, 4) for flood in FOLLOW)],
    ids=lambda flood: getattr(flood, "__name__", ""),
)
async def test_a_deploy_does_not_wait_for_events_that_are_no_commands(
    shop_without_slack: Scene, flood: Callable[[Scene], Awaitable[None]], most: int
) -> None:
    """Before the dispatch GitHub gets at most `most` times as many requests as without other events."""
    shop = shop_without_slack
    await shop.released("taro")
    await shop.later(minutes=31)
    first, second = await shop.opens("taro", "First"), await shop.opens("taro", "Second")
    await shop.merges("taro", first)
    alone = await until_dispatched(shop, first)
    await ends(shop)
    await shop.merges("taro", second)
    await flood(shop)
    behind = await until_dispatched(shop, second)
    assert len(behind) <= most * len(alone), "\n".join(f"{one.began:.2f} {one.method} {one.path}" for one in behind)
    await shop.idle()
    assert await shop.dead() == []


async def test_a_released_job_does_not_wait_for_jobs_of_other_environments(shop_without_slack: Scene) -> None:
    """It waits at the protection rule of its own environment; a flood of jobs at another's rule is worked beside it."""
    shop = shop_without_slack
    await shop.shop.commit(".github/workflows/deploy.yml", RULED, by="mona", message="Name the environment")
    shop.shop.protected.add("production")
    pull = await merged_by(shop, "taro")
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.shop.run_queued()
    await many_waiting_jobs(shop)
    before = len(shop.github.exchanges)
    shop.github.latency = LATENCY
    await shop.shop.start_run(run)
    async with shop.at_work():
        await shop.github.until(lambda: run.said, 30)
        asked = shop.github.exchanges[before:]
    shop.github.latency = 0.0
    assert len(asked) <= EVENTS, "fewer than one for each other job"
    await shop.idle()
    assert await shop.dead() == []


async def test_a_gate_is_closed_without_waiting_for_other_projections(shop_without_slack: Scene) -> None:
    """A flood in other repositories of the account does not leave pull requests mergeable during a lock."""
    shop = shop_without_slack
    pull = await shop.opens("taro")
    await many_repositories(shop)
    shop.github.latency = LATENCY
    await shop.shop.comment(pull, by="taro", body="/lock production 2h migrating")
    async with shop.at_work():
        await shop.github.until(lambda: (shop.gate(pull) or ("", ""))[0] == "pending", 30)
        others = {one.path.split("/")[3] for one in shop.calls("POST", "/statuses/")} - {"shop"}
    shop.github.latency = 0.0
    assert len(others) <= 2, "those that were begun before"
    await shop.idle()


async def test_only_the_newest_head_change_of_a_pull_request_is_worked(shop: Scene) -> None:
    """It settles the older ones, and the gate is as correct as if each had been worked."""
    pull = await shop.opens("taro")
    await shop.says("taro", "/lock production 2h migrating", on=pull)
    before = len(shop.calls("POST", "/statuses"))
    for number in range(30):
        await shop.shop.push(pull, by="taro")
        await shop.shop.label(pull, f"label-{number}", by="taro")
    await shop.idle()
    assert (shop.gate(pull) or ("", ""))[0] == "pending"
    assert len(shop.calls("POST", "/statuses")) == before + 1
    assert await shop.dead() == []


async def test_a_pull_request_that_leaves_its_branch_among_many_events_shows_a_free_gate(shop: Scene) -> None:
    """A newer event does not hide the change of its base."""
    pull = await shop.opens("taro")
    await shop.says("taro", "/lock production 2h migrating", on=pull)
    shop.shop.git.branches["side"] = shop.shop.head
    await shop.shop.change_base(pull, "side", by="taro")
    await shop.shop.label(pull, "docs", by="taro")
    await shop.idle()
    assert shop.gate(pull) == ("success", "Free to merge")


# ---------------------------------------------------------------- the hour's calls


def spend(shop: Scene, *, left: int) -> None:
    """Uses up the account's hourly calls until this many are left."""
    number, now, budget = shop.shop.installation_id, shop.stage.clock(), shop.github.budget
    for resource in ("core", "graphql"):
        while budget.left(number, resource, now)[0] > left:
            budget.spend(number, resource, now)


@pytest.mark.parametrize("where", ["acme/notes", "acme/shop"])
async def test_a_rollback_is_carried_out_at_the_reserve(shop: Scene, where: str) -> None:
    """Labels in this or another repository of the account, however many, do not use up the rest."""
    await shop.released("taro", "First")
    await shop.later(minutes=31)
    pull = await shop.released("taro", "Second")
    await shop.later(minutes=61)
    place = silent(shop) if where == "acme/notes" else shop.shop
    pulls = [await place.open_pull("hanako", f"Number {number}") for number in range(20)]
    spend(shop, left=FEW)
    for number in range(60):
        await place.label(pulls[number % 20], f"label-{number}", by="hanako")
    await shop.idle()
    runs = len(shop.runs())
    await shop.says("taro", "/rollback", on=pull)
    assert len(shop.runs()) == runs + 1
    await shop.later(minutes=61)
    assert (shop.gate(pulls[0]) is not None) == (where == "acme/shop"), "and it is painted when it may be"
    assert await shop.dead() == []


@pytest.mark.parametrize("flood", [many_merges_aside, jobs_of_many_environments], ids=lambda flood: flood.__name__)
async def test_a_rollback_is_carried_out_at_the_reserve_beside_events_that_are_no_commands(
    shop: Scene, flood: Callable[[Scene], Awaitable[None]]
) -> None:
    """One push can make hundreds of jobs wait at the protection rule, and merge many pull requests. None of these takes
    calls of the reserve, from which the rollback's own job is approved. They are worked when the hour is over.
    """
    await shop.shop.commit(".github/workflows/deploy.yml", RULED, by="mona", message="Name the environment")
    shop.shop.protected.add("production")
    await shop.released("taro", "First")
    await shop.later(minutes=31)
    pull = await shop.released("taro", "Second")
    await shop.later(minutes=61)
    spend(shop, left=FEW)
    before = len(shop.github.exchanges)
    await flood(shop)
    await shop.idle()
    assert len(shop.github.exchanges) <= before + 10, "until the first answers have told what is left"
    await shop.says("taro", "/rollback", on=pull)
    run = await shop.begins()
    assert [state for _, state, _ in run.said] == ["approved"]
    await shop.later(minutes=61)
    waiting = [one for one in shop.shop.runs.values() if one.workflow == "review.yml"]
    assert all(len(one.said) == 1 for one in waiting)
    assert await shop.dead() == []


async def test_a_rollback_is_carried_out_at_the_reserve_beside_an_outsiders_commands(shop: Scene) -> None:
    """Each is checked, since the outsider may have access by now, but with no call of the reserve. Silence follows."""
    await shop.released("taro", "First")
    await shop.later(minutes=31)
    pull = await shop.released("taro", "Second")
    await shop.later(minutes=61)
    await shop.says("eve", "/deploy", on=pull)
    spend(shop, left=FEW)
    before = len(shop.github.exchanges)
    for _ in range(30):
        for _ in range(3):
            await shop.says("eve", "/deploy", on=pull)
        await shop.later(seconds=61)
    assert len(shop.github.exchanges) - before < 60
    replies, runs = shop.codes(pull), len(shop.runs())
    assert "could_not_check" not in replies
    await shop.says("taro", "/rollback", on=pull)
    assert len(shop.runs()) == runs + 1
    assert await shop.dead() == []


# ---------------------------------------------------------------- repositories without a config


async def anything(place: Repository, pulls: list[Pull], number: int) -> None:
    """One event of any kind in a repository."""
    pull = pulls[number % len(pulls)]
    match number % 6:
        case 0:
            await place.label(pull, f"label-{number}", by="taro")
        case 1:
            await place.push(pull, by="taro")
        case 2:
            await place.comment(pull, by="taro", body=("/deploy", "/status", "/rollback production")[number % 3])
        case 3:
            await place.commit("README.md", f"{number}\n", by="taro", message="Words")
        case 4:
            await place.close_pull(pull, by="taro")
            await place.reopen(pull, by="taro")
        case _:
            other = await place.open_pull("taro", f"Number {number}")
            await place.merge(other, by="taro")


@pytest.mark.parametrize("pulls", [1, 20])
async def test_a_repository_without_a_config_costs_few_queries(shop: Scene, pulls: int) -> None:
    """For any events, with one pull request or many, on any server: a server that starts looks at no more than two
    heads that might add the first config.
    """
    place = silent(shop)
    opened = [await place.open_pull("taro", f"Number {number}") for number in range(pulls)]
    for number in range(30):
        await anything(place, opened, number)
    await shop.idle()
    first = queries(shop, place)
    assert 1 <= first <= 4
    await shop.restart()
    for number in range(30, 60):
        await anything(place, opened, number)
    await shop.idle()
    assert queries(shop, place) <= first + 2
    assert not [one for one in place.comments.values() if one.by_app]
    assert await shop.dead() == []


async def pushed(place: Repository) -> None:
    """Straight to the default branch."""
    await place.commit(FILE, SMALL_CONFIG, by="mona", message="Serve us")


async def merged(place: Repository) -> None:
    """By a pull request."""
    pull = await place.open_pull("mona", "Serve us", files={FILE: SMALL_CONFIG})
    await place.merge(pull, by="mona")


async def forced(place: Repository) -> None:
    """By a push whose event lists no files."""
    made = place.git.commit(
        place.head, changes={FILE: SMALL_CONFIG}, message="Serve us", by="mona", at=place.site.now()
    )
    await place.force_push(place.default_branch, made.sha, by="mona")


async def chosen(place: Repository) -> None:
    """On another branch, which becomes the default one: there is no push."""
    made = place.git.commit(
        place.head, changes={FILE: SMALL_CONFIG}, message="Serve us", by="mona", at=place.site.now()
    )
    place.git.branches["trunk"] = made.sha
    await place.make_default("trunk", by="mona")


async def renamed(place: Repository) -> None:
    """By a push to a default branch that was just renamed."""
    await place.rename_branch(place.default_branch, "trunk", by="mona")
    await pushed(place)


WAYS = [pushed, merged, forced, chosen, renamed]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_a_new_config_is_seen_at_once(shop: Scene, way: Callable[[Repository], Awaitable[None]]) -> None:
    """The next command there is answered, and open pull requests into that branch get their gates."""
    place = silent(shop)
    pull = await place.open_pull("taro", "One")
    await place.comment(pull, by="taro", body="/status")
    await shop.idle()
    await shop.later(minutes=10)
    assert not place.comments or not any(one.by_app for one in place.comments.values())
    await way(place)
    await place.comment(pull, by="taro", body="/status production")
    await shop.idle()
    assert any("production" in one.body for one in place.comments.values() if one.by_app)
    assert place.status(pull.head_sha, "ghapp/lock") or pull.base != place.default_branch


async def test_a_config_pushed_while_the_app_was_not_installed_is_seen_at_once(shop: Scene) -> None:
    """GitHub sent no events at that time."""
    place = silent(shop, "globex/notes")
    pull = await place.open_pull("taro", "One")
    await shop.idle()
    await shop.github.take_off("globex")
    await pushed(place)
    await shop.github.install("globex")
    await place.comment(pull, by="taro", body="/status production")
    await shop.idle()
    assert any(one.by_app for one in place.comments.values())


@asynccontextmanager
async def told_late(shop: Scene, event: str) -> AsyncIterator[None]:
    """Sends the next delivery of this event only after the deliveries within the block."""
    site, kept = shop.github, list[tuple[str, Mapping[str, Any]]]()
    send = site.send

    async def keeps(name: str, payload: Mapping[str, Any]) -> Delivery | None:
        if name == event and not kept:
            kept.append((name, payload))
            return None
        return await send(name, payload)

    site.send = keeps  # type: ignore[assignment]
    yield
    site.send = send  # type: ignore[method-assign]
    await send(*kept[0])
    await shop.idle()


@pytest.mark.parametrize("late", ["push", "pull_request"])
async def test_the_merge_that_adds_the_config_is_in_line(shop: Scene, late: str) -> None:
    """In either order of its two deliveries; a command from before the push event is carried out, too."""
    place = silent(shop)
    pull = await place.open_pull("mona", "Serve us", files=FILES)
    await shop.idle()
    await shop.later(seconds=5)
    async with told_late(shop, late):
        await place.merge(pull, by="mona")
        await shop.idle()
        await place.comment(pull, by="mona", body="/deploy production")
        await shop.idle()
        await shop.later(minutes=1)
    assert [run.status for run in place.runs.values()] == ["queued"]
    assert "awaiting" in await shop.history(place.id)


async def test_a_config_that_github_shows_only_after_its_push_event_is_seen(shop: Scene) -> None:
    """The look after the push event found no config."""
    place = silent(shop)
    pull = await place.open_pull("taro", "One")
    await shop.idle()
    before = place.head
    async with told_late(shop, "push"):
        await pushed(place)
        after, place.git.branches[place.default_branch] = place.head, before
    place.git.branches[place.default_branch] = after
    await place.label(pull, "docs", by="taro")
    await shop.idle()
    assert place.status(pull.head_sha, "ghapp/lock")


async def test_a_new_config_that_is_invalid_is_reported(shop: Scene) -> None:
    """The repository is not served, but commands are answered."""
    place = silent(shop)
    pull = await place.open_pull("taro", "One")
    await shop.idle()
    await place.commit(FILE, "environments: [production]\n", by="mona", message="Serve us")
    await place.comment(pull, by="taro", body="/deploy production")
    await shop.idle()
    assert any(FILE in one.body for one in place.comments.values() if one.by_app)


async def test_a_config_whose_push_event_was_lost_is_seen_within_hours(shop: Scene) -> None:
    """With neither webhook nor redelivery, GitHub is asked again after some hours."""
    place = silent(shop)
    pull = await place.open_pull("taro", "One")
    await shop.idle()
    place.git.branches[place.default_branch] = place.git.commit(
        place.head, changes={FILE: SMALL_CONFIG}, message="Serve us", by="mona", at=place.site.now()
    ).sha
    await shop.later(hours=7)
    await place.comment(pull, by="taro", body="/status production")
    await shop.idle()
    assert any(one.by_app for one in place.comments.values())


# ---------------------------------------------------------------- a pull request that adds the config


def config_checks(place: Repository, pull: Pull) -> list[str | None]:
    """The titles of the `ghapp/config` checks on its head."""
    return [one.title for one in place.reports.values() if (one.name, one.sha) == ("ghapp/config", pull.head_sha)]


async def test_the_first_config_is_checked_before_it_is_merged(shop: Scene) -> None:
    """Even after other pull requests; a push to it is checked again, and a label costs no check."""
    place = silent(shop)
    other = await place.open_pull("taro", "One")
    await shop.idle()
    pull = await place.open_pull("mona", "Serve us", files=FILES)
    await shop.idle()
    assert len(config_checks(place, pull)) == 1
    before = queries(shop, place)
    for number in range(20):
        await place.label(pull, f"label-{number}", by="mona")
        await place.label(other, f"label-{number}", by="mona")
    await shop.idle()
    assert queries(shop, place) == before
    await shop.later(minutes=5)
    await place.push(pull, by="mona", files={FILE: "environments: [production]\n"})
    await shop.idle()
    assert len(config_checks(place, pull)) == 1


async def test_many_pull_requests_opened_at_once_are_checked_in_turn(shop: Scene) -> None:
    """Two at once, then one every five minutes."""
    place = silent(shop)
    for number in range(4):
        await place.open_pull("taro", f"Number {number}")
    pull = await place.open_pull("mona", "Serve us", files=FILES)
    await shop.idle()
    first = queries(shop, place)
    assert first <= 3
    assert config_checks(place, pull) == []
    for _ in range(3):
        await shop.later(minutes=5)
    assert len(config_checks(place, pull)) == 1
    assert await shop.dead() == []
