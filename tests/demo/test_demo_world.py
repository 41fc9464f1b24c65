"""The world of the demo's page: visitors try to break a real server in its own process."""

import asyncio
import json
from datetime import datetime, time, timedelta
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from ghapp.demo.carrier import Carrier
from ghapp.demo.cloud import LIVELY
from ghapp.demo.github import Run
from ghapp.demo.stage import CHANNEL, ZONE
from ghapp.settings import SettingsError
from tests.demo.browser import Browser
from tests.demo.visitor import visiting

pytestmark = pytest.mark.timeout(300)


async def test_killed_in_the_middle_of_a_release_it_comes_back_and_starts_no_second_run(tmp_path: Path) -> None:
    """While it is away, the lanes are still read from the store, and what people do is not lost."""
    async with visiting(tmp_path, pace=LIVELY) as visitor:
        await visitor.act("merge", number=41, by="taro")
        await visitor.sees(lambda: visitor.waits() == [41])
        await visitor.types("taro", "/deploy production #41")
        await visitor.sees(lambda: visitor.lane()["run"] and visitor.lane()["state"] == "deploying")
        await visitor.act("kill")
        assert (visitor.page()["faults"]["server"], visitor.lane()["state"]) == ("down", "deploying")
        with pytest.raises(ValueError, match="ghapp is not running now"):
            await visitor.act("kill")
        with pytest.raises(ValueError, match="ghapp did not answer Slack"):
            await visitor.types("mona", "/ghapp help")
        await visitor.act("merge", number=42, by="hanako")
        await visitor.sees(lambda: visitor.live() == 41 and 42 in visitor.waits())
        of_production = [run for run in visitor.stage.shop.runs.values() if run.inputs["environment"] == "production"]
        assert len(of_production) == 1
        assert visitor.lane()["releases"] == [{"number": 1, "pull": 41, "kind": "deploy", "result": "live"}]
        counts = visitor.counts()
        assert (counts["kills"], counts["gates_held"]) == (1, [4, 4])
        assert counts["lost"] > 0


async def test_a_merge_releases_to_staging_by_itself_if_it_concerns_the_app(tmp_path: Path) -> None:
    """The second environment has `auto` and `paths`; production waits for a person."""
    async with visiting(tmp_path) as visitor:
        assert [lane["environment"] for lane in visitor.page()["board"]] == ["staging", "production"]
        await visitor.act("merge", number=44, by="mona")
        await visitor.act("merge", number=41, by="taro")
        await visitor.sees(lambda: visitor.live("staging") == 41)
        assert [one["pull"] for one in visitor.lane("staging")["releases"]] == [41]
        assert visitor.waits() == [44, 41]
        merged = visitor.pull(41)
        assert (merged["state"], merged["gate"]) == ("merged", None)
        assert "ghapp/lock" not in [check["context"] for check in merged["checks"]]


async def test_a_failing_and_a_bad_release_are_rolled_back(tmp_path: Path) -> None:
    """The run of the one fails; the other serves, and its errors climb until the rollback."""
    async with visiting(tmp_path) as visitor:
        await visitor.releases(41, "taro")
        await visitor.sees(lambda: visitor.page()["next"])
        await visitor.act("jump")
        await visitor.act("comment", number=41, by="taro", body="/unlock production")
        await visitor.sees(lambda: visitor.lane()["state"] == "free")
        await visitor.act("merge", number=45, by="mona")
        await visitor.sees(lambda: 45 in visitor.waits())
        await visitor.types("mona", "/deploy production #45")
        await visitor.sees(lambda: [one["result"] for one in visitor.lane()["releases"]] == ["live", "failed"])
        assert visitor.live() == 41
        await visitor.act("merge", number=46, by="mona")
        await visitor.sees(lambda: 46 in visitor.waits())
        await visitor.types("mona", "/deploy production #46")
        await visitor.sees(lambda: visitor.live() == 46)
        await visitor.act("skip", minutes=1)
        await visitor.sees(lambda: visitor.lane()["errors"]["percent"] > 14)
        back = visitor.lane()["rollback"]
        assert back == {"line": "/rollback production", "label": "Roll back to #41"}
        await visitor.types("mona", back["line"])
        await visitor.sees(lambda: visitor.live() == 41)
        await visitor.sees(lambda: visitor.lane()["errors"]["percent"] < 1)
        results = [(one["pull"], one["kind"], one["result"]) for one in visitor.lane()["releases"]]
        assert results == [
            (41, "deploy", "live"),
            (45, "deploy", "failed"),
            (46, "deploy", "rolled_back"),
            (41, "rollback", "live"),
        ]


async def test_a_cancel_right_after_a_deploy_brings_nothing_out(tmp_path: Path) -> None:
    """The run is cancelled before its job begins: no traffic moves to it."""
    async with visiting(tmp_path) as visitor:
        shop, cloud, has_time = visitor.stage.shop, visitor.stage.cloud, asyncio.Event()
        carried: list[Run] = []

        async def carries(run: Run) -> None:
            await Carrier(shop, cloud, queue=has_time.wait)(run)
            carried.append(run)

        shop.runner = carries
        await visitor.act("merge", number=41, by="taro")
        await visitor.sees(lambda: visitor.waits() == [41])
        await visitor.types("taro", "/deploy production #41")
        await visitor.sees(lambda: visitor.lane()["run"])
        await visitor.types("taro", "/ghapp cancel production")
        await visitor.sees(lambda: [one["result"] for one in visitor.lane()["releases"]] == ["cancelled"])
        has_time.set()
        await visitor.sees(lambda: any(run.inputs["environment"] == "production" for run in carried))
        assert visitor.lane()["traffic"] == [{"number": None, "title": "", "percent": 100, "tasks": 2}]
        assert visitor.stage.cloud
        assert len(visitor.stage.cloud.group.deployments) == 1


async def test_everything_twice_in_reverse_and_one_in_three_lost(tmp_path: Path) -> None:
    """Each release happens once, nothing is forgotten, and the world counts what it did."""
    async with visiting(tmp_path) as visitor:
        await visitor.act("fault", name="twice", on=True)
        await visitor.releases(41, "taro")
        twice = visitor.counts()
        assert twice["seen_twice"] > 3
        assert twice["deliveries"] > 2 * twice["seen_twice"] - 1
        assert twice["prompt_after"] < 10
        await visitor.act("fault", name="twice", on=False)
        await visitor.act("fault", name="reverse", on=True)
        await visitor.act("merge", number=42, by="hanako")
        await visitor.act("comment", number=41, by="taro", body="/unlock production")
        await visitor.sees(lambda: visitor.lane()["state"] == "free" and 42 in visitor.waits())
        await visitor.act("fault", name="reverse", on=False)
        await visitor.act("fault", name="lose", on=True)
        assert visitor.counts()["lost"] == 0
        await visitor.act("merge", number=43, by="hanako")
        await visitor.act("comment", number=42, by="hanako", body="/deploy production")
        await visitor.act("push", number=46, by="mona")
        await visitor.sees(lambda: visitor.live() == 42 and 43 in visitor.waits())
        assert visitor.counts()["lost"] > 0


async def test_slack_down_and_github_away(tmp_path: Path) -> None:
    """What was to be said in Slack is said later, and a command waits for GitHub."""
    async with visiting(tmp_path) as visitor:
        await visitor.act("fault", name="slack", on=True)
        await visitor.act("merge", number=41, by="taro")
        await visitor.sees(lambda: visitor.waits() == [41])
        assert visitor.messages() == []
        with pytest.raises(ValueError, match="Slack is down"):
            await visitor.types("taro", "/deploy production #41")
        await visitor.act("fault", name="slack", on=False)
        await visitor.sees(lambda: any("/deploy production #41" in text for text in visitor.messages()))
        await visitor.act("fault", name="github", on=True)
        await visitor.act("comment", number=41, by="taro", body="/deploy production")
        await visitor.sees(lambda: any(seen.fault for seen in visitor.stage.github.exchanges))
        assert visitor.lane()["run"] is None
        await visitor.act("fault", name="github", on=False)
        await visitor.sees(lambda: visitor.live() == 41)


async def test_a_freeze_an_edited_config_and_the_next_event(tmp_path: Path) -> None:
    """A switch and an editor push; a mistake is shown at its line; a jump ends what time alone ends."""
    async with visiting(tmp_path) as visitor:
        before = visitor.page()["config"]
        assert (before["errors"], visitor.page()["freeze"], visitor.page()["next"]) == ([], False, None)
        await visitor.act("freeze", on=True)
        await visitor.sees(lambda: visitor.lane()["state"] == "frozen")
        assert visitor.page()["freeze"]
        assert visitor.page()["next"]["what"] == "the freeze of production ends"
        ring = [datetime.fromisoformat(visitor.lane()[end]) for end in ("since", "until")]
        midnight = datetime.combine(visitor.stage.today, time(), ZONE)
        assert ring == [midnight, midnight + timedelta(days=1)]
        await visitor.act("jump")
        await visitor.sees(lambda: visitor.lane()["state"] == "free")
        assert not visitor.page()["freeze"]
        await visitor.act("freeze", on=False)
        assert visitor.page()["config"] == before
        lines = before["text"].splitlines()
        wrong = before["text"].replace("lock: 30m", "lock: soon")
        await visitor.act("config", text=wrong, by="mona")
        await visitor.sees(lambda: visitor.lane()["state"] == "closed")
        (error,) = visitor.page()["config"]["errors"]
        assert error["line"] == lines.index("    lock: 30m") + 1
        assert error["sentence"] == "expected a duration from 1m to 24h, for example `30m`."
        with pytest.raises(ValueError, match="kenji may only read this repository"):
            await visitor.act("config", text=before["text"], by="kenji")
        await visitor.act("config", text=before["text"], by="mona")
        await visitor.sees(lambda: visitor.lane()["state"] == "free")


async def test_a_visitor_without_rights_is_refused(tmp_path: Path) -> None:
    """By GitHub, where GitHub asks; by ghapp, in a comment and in Slack."""
    async with visiting(tmp_path) as visitor:
        for verb, said in (("merge", {"number": 41}), ("push", {"number": 41}), ("open", {"title": "Mine"})):
            with pytest.raises(ValueError, match="kenji may only read this repository"):
                await visitor.act(verb, by="kenji", **said)
        await visitor.act("merge", number=41, by="taro")
        await visitor.sees(lambda: visitor.waits() == [41])
        await visitor.types("kenji", "/deploy production #41")
        await visitor.sees(lambda: any("You are not allowed" in text for text in visitor.messages()))
        await visitor.act("comment", number=41, by="kenji", body="/deploy production")
        await visitor.sees(lambda: [one for one in visitor.pull(41)["comments"] if one["bot"]])
        assert visitor.lane()["run"] is None


async def test_the_board_of_the_server_is_open_on_this_machine_and_its_public_one_after_a_sign_in(
    tmp_path: Path,
) -> None:
    """The local GitHub asks who signs in, and sends the person back."""
    cookies = aiohttp.CookieJar(unsafe=True)  # of addresses without a name
    async with visiting(tmp_path) as visitor, aiohttp.ClientSession(cookie_jar=cookies) as session:
        async with session.get(visitor.page()["board_address"]) as board:
            assert (board.status, "production" in await board.text()) == (200, True)
        asked = await Browser(session).opens(f"{visitor.server.settings.public_url}/", Accept="text/html")
        assert str(asked.url.origin()) == visitor.stage.github.url
        assert asked.fields
        typed = asked.fields | {"person": "mona", "decision": "authorize"}
        async with session.post(asked.url.join(URL(asked.action)), data=typed) as signed_in:
            assert str(signed_in.url.origin()) == visitor.server.settings.public_url
            shown = await signed_in.text()
        assert "production" in shown
        assert "mona" in shown


async def test_the_state_is_json(tmp_path: Path) -> None:
    """All of it, at the beginning and after a reply in a thread."""
    async with visiting(tmp_path) as visitor:
        await visitor.act("merge", number=41, by="taro")
        await visitor.sees(visitor.messages)
        (channel,) = visitor.page()["slack"]
        parent = channel["messages"][0]["ts"]
        await visitor.act("type", channel=CHANNEL, by="mona", line="nice", thread=parent)
        with pytest.raises(ValueError, match="Slack accepts no commands in threads"):
            await visitor.act("type", channel=CHANNEL, by="mona", line="/deploy", thread=parent)
        state = json.loads(json.dumps(visitor.page()))
        replies = [one for one in state["slack"][0]["messages"] if one["thread"] == parent]
        assert ("nice", "mona") in [(one["text"], one.get("author")) for one in replies]


async def test_a_server_that_does_not_start_is_told_with_its_reason(tmp_path: Path) -> None:
    """The last line of its log, and no page."""
    (tmp_path / "ghapp.db").mkdir()
    with pytest.raises(SettingsError, match=r"the demo's server did not start: .*unable to open database file"):
        async with visiting(tmp_path):
            pass
