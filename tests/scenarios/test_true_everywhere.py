"""In any story: no place makes a false statement in the present tense, and every shown button works."""

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ghapp.core.model.environment import Environment
from ghapp.core.rules import obstacles, phases
from ghapp.demo.github import Pull
from ghapp.demo.slack import Message
from ghapp.demo.stage import CHANNEL, CONFIG
from tests.sampled import crossed
from tests.scenarios.scene import Scene, scene, visible

FREEZE = '    freeze: [{weekdays: [mon], from: "09:00", until: "18:00", reason: demo}]\n'
Claim = Callable[[Environment, "obstacles.Obstacle | None", int], bool]


def under_way(found: Environment, kind: str, *, stopped: bool) -> bool:
    """Whether an attempt of that kind is under way, and is (`stopped`) or is not being cancelled."""
    attempts = (one for one in (found.deployment, found.overtaken) if one and phases.is_busy(one))
    return any(one.grant.kind == kind and (one.stop is not None) == stopped for one in attempts)


CLAIMS: dict[str, Claim] = {
    r"#(\d+) is live on production": lambda found, held, number: (
        found.live is not None and found.live.pull.number == number
    ),
    r"success Free to merge()": lambda found, held, number: held is None or held.kind not in found.config.gate,
    r"pending production: ()": lambda found, held, number: held is not None,
    r"Live on production()": lambda found, held, number: found.live is not None,
    r"production is free()": lambda found, held, number: held is None,
    r"production is still free()": lambda found, held, number: held is None,
    r"production is (?:free )?and runs #(\d+)": lambda found, held, number: (
        found.live is not None and found.live.pull.number == number
    ),
    r"Ready for production()": lambda found, held, number: held is None,
    r"but production is locked()": lambda found, held, number: held is not None,
    r"in line for production()": lambda found, held, number: held is not None,
    r"production is locked\.()": lambda found, held, number: held is not None,
    r"stays locked()": lambda found, held, number: held is not None,
    r"Deploying #(\d+)": lambda found, held, number: under_way(found, "deploy", stopped=False),
    r"Deploying to production()": lambda found, held, number: under_way(found, "deploy", stopped=False),
    r"Cancelling the deploy of #(\d+)": lambda found, held, number: under_way(found, "deploy", stopped=True),
    r"is being rolled back()": lambda found, held, number: under_way(found, "rollback", stopped=False),
    r"Rolling production back()": lambda found, held, number: under_way(found, "rollback", stopped=False),
    r"is deploying #(\d+)": lambda found, held, number: held is not None and held.pull == number,
    r"Deploy of #(\d+) to production (?:failed|was cancelled)\W+\(.*: nothing was deployed": (
        lambda found, held, number: found.live is None or found.live.pull.number != number
    ),
    r"Deploy of #(\d+) .*: it may be partly deployed": lambda found, held, number: (
        found.deployment is not None and found.deployment.may_be_out
    ),
}


def messages(shop: Scene) -> list[Message]:
    """The messages in Slack that are projections, without notices."""
    return [one for one in shop.stage.channel.messages if one.metadata and "notice/" not in str(one.metadata)]


def painted(shop: Scene, pulls: list[Pull]) -> Iterator[str]:
    """The text of every projection: comments, messages, checks and the gates of open pull requests."""
    for pull in pulls:
        bodies = (one.body for one in shop.stage.comments(pull) if one.by_app)
        yield from (visible(body) for body in bodies if "ghapp:notice" not in body)
        if report := shop.check(pull):
            yield f"{report.title}\n{report.summary}"
        if not pull.merged:
            yield " ".join(shop.gate(pull) or ())
    yield from (one.text for one in messages(shop))


def false_claims(found: Environment, texts: Iterator[str], shop: Scene) -> list[str]:
    """The texts with a false claim."""
    held = obstacles.first(found, shop.stage.clock())
    wrong = []
    for text in texts:
        for pattern, holds in CLAIMS.items():
            said = re.finditer(pattern, text)
            wrong += [text for one in said if not holds(found, held, int(one[1] or 0))]
    return wrong


def buttons(shop: Scene, pulls: list[Pull]) -> list[tuple[str, object, str]]:
    """Every button: its place, its pull request or message, and its id."""
    here: list[tuple[str, object, str]] = []
    for pull in pulls:
        report = shop.check(pull)
        here += [("check", pull, button) for button in (report.buttons if report else [])]
    for message in messages(shop):
        elements = (block.get("elements", []) for block in message.blocks if block["type"] == "actions")
        here += [("slack", message, one["action_id"]) for shown in elements for one in shown]
    return here


async def press(shop: Scene, what: tuple[str, object, str]) -> None:
    """mona presses it."""
    _, on, button = what
    if isinstance(on, Pull):
        await shop.presses("mona", button, on=on)
    else:
        assert isinstance(on, Message)
        await shop.clicks("mona", button, on=on)


async def a_step(shop: Scene, pulls: list[Pull], dice: random.Random) -> str:
    """A random action of mona's, or the end of a run."""
    merged = [pull for pull in pulls if pull.merged]
    running = [run for run in shop.runs() if run.status != "completed"]
    step = dice.choice(
        ["merge", "deploy", "end", "end", "press", "press", "rollback", "lock", "unlock", "later", "cancel"]
    )
    if step == "merge" or not merged:
        pulls.append(await shop.opens("mona", f"Change {len(pulls)}"))
        await shop.merges("mona", pulls[-1])
        return "merge"
    if step == "end" and running:
        run = running[0]
        if run.status == "queued":
            await shop.shop.start_run(run)
        conclusion = dice.choice(["success", "success", "failure"])
        await shop.ends(run, conclusion)
        return f"run ends: {conclusion}"
    if step == "press" and (shown := buttons(shop, pulls)):
        chosen = dice.choice(shown)
        before = (await shop.history()).count("refused")
        await press(shop, chosen)
        assert (await shop.history()).count("refused") <= before, f"refused: {chosen[2]} on {chosen[1]}"
        return f"press {chosen[2]} ({chosen[0]})"
    if step == "later":
        await shop.later(minutes=dice.choice([5, 11, 31]))
        return "later"
    line = {"lock": "/lock production 20m trying", "unlock": "/unlock production done"}.get(step, f"/{step} production")
    await shop.says("mona", line, on=dice.choice(merged))
    return line


@pytest.mark.parametrize(("seed", "slack"), crossed(range(4), [True, False]))
async def test_no_place_makes_a_false_claim_or_offers_a_refused_button(
    tmp_path: Path, seed: int, *, slack: bool
) -> None:
    """Checked after each step of a random story."""
    pulls: list[Pull] = []
    dice, told = random.Random(seed), list[str]()
    async with scene(tmp_path, slack=slack) as shop:
        waiting = await shop.opens("hanako")
        for _ in range(18):
            told.append(await a_step(shop, pulls, dice))
            found = await shop.environment()
            wrong = false_claims(found, painted(shop, [*pulls, waiting]), shop)
            assert not wrong, "\n".join([*told, "", *wrong])


async def test_a_replaced_release_shows_when_it_was_live_and_its_successor(tmp_path: Path) -> None:
    """In Slack and in the check; later releases do not edit them again."""
    async with scene(tmp_path) as shop:
        first = await shop.released("taro")
        await shop.later(minutes=31)
        await shop.released("taro")
        was = "#41 was live on production 13:42–14:13 JST, replaced by #42."
        assert shop.message("#41").text.splitlines()[0] == was
        assert shop.stands(first) == ("success", "Was live on production 13:42–14:13 JST", [])
        assert shop.replies(first)[0].startswith(
            "✅ **#41 went live on production** at 13:42 JST (production-1, by @taro)"
        )
        edits = len(shop.message("#41").edits)
        for _ in range(2):
            await shop.later(minutes=31)
            await shop.released("taro")
        assert shop.message("#41").text.splitlines()[0] == was
        assert len(shop.message("#41").edits) == edits


async def test_comments_show_a_replaced_release_without_slack(tmp_path: Path) -> None:
    """The prompt of the replaced release, and the number's comment."""
    async with scene(tmp_path, slack=False) as shop:
        first = await shop.released("taro")
        await shop.later(minutes=31)
        await shop.released("taro")
        assert "#41 was live on production 13:42–14:13 JST, replaced by #42." in "\n".join(shop.replies(first))
        assert not [text for text in shop.replies(first) if "is live" in text or "is free" in text]


async def test_a_release_stays_shown_as_rolled_back_after_another_rollback(tmp_path: Path) -> None:
    """It offers nothing, and does not name the revision that is live by then, one more step back."""
    async with scene(tmp_path) as shop:
        await shop.released("hanako")
        await shop.later(minutes=31)
        first = await shop.released("taro")
        await shop.later(minutes=31)
        second = await shop.released("mona")
        other = await shop.opens("hanako")
        await shop.says("mona", "/rollback", on=second)
        assert shop.gate(other) == ("pending", "production: being rolled back to #42 (mona)")
        assert shop.stands(second)[1] == "Being rolled back (production-4, by mona)"
        assert "being rolled back from #43 to #42" in shop.message("#43").text
        await shop.ends(await shop.begins())
        await shop.later(minutes=2)
        await shop.says("taro", "/rollback", on=first)
        await shop.ends(await shop.begins())
        assert shop.message("#43").text.splitlines()[0] == (
            ":rewind: #43 was live on production 14:44–14:44 JST, and was rolled back to #42."
        )
        assert shop.buttons("#43") == []
        assert shop.stands(second)[2] == []


@pytest.mark.parametrize("held", ["/lock production 2h migrating", "freeze"])
async def test_a_failed_release_does_not_show_a_held_environment_as_free(tmp_path: Path, held: str) -> None:
    """Neither in the number's comment nor in the notice; once the environment is free, the comment shows it."""
    async with scene(tmp_path) as shop:
        pull = await shop.opens("taro")
        await shop.merges("taro", pull)
        await shop.says("taro", "/deploy", on=pull)
        run = await shop.begins()
        if held == "freeze":
            config = CONFIG.format(channel=CHANNEL, language="en", people="{}") + FREEZE
            await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Calm Mondays")
            await shop.idle()
        else:
            await shop.says("mona", held, on=pull)
        await shop.ends(run, "failure")
        for told in (shop.replies(pull)[0], shop.replies(pull)[-1], shop.channel()[-1]):
            assert "is free" not in told
            assert "Next deploy: not before" in told
        assert shop.stands(pull)[2] == []
        if held != "freeze":
            await shop.says("mona", "/unlock production", on=pull)
            assert shop.replies(pull)[0].endswith("production is free again. To try again: `/deploy production #41`")
            assert shop.stands(pull)[2] == ["deploy"]


async def test_a_check_with_a_place_in_line_has_no_deploy_button(tmp_path: Path) -> None:
    """The button comes back when the environment is free."""
    async with scene(tmp_path) as shop:
        pull = await shop.opens("mona")
        await shop.says("taro", "/lock production 20m trying", on=pull)
        await shop.merges("mona", pull)
        assert shop.stands(pull) == ("neutral", "1st in line for production", [])
        await shop.later(minutes=21)
        assert shop.stands(pull) == ("neutral", "Ready for production", ["deploy"])
