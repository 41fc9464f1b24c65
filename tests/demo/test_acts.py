"""What visitors do on the page is refused with one sentence, in the language of the demo, and then nothing is done."""

from collections.abc import AsyncIterator
from copy import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ghapp.demo.acts import Acts, Event
from ghapp.demo.arguments import VERBS
from ghapp.demo.clock import Clock
from ghapp.demo.cloud import AT_ONCE
from ghapp.demo.kinds import kind_of
from ghapp.demo.snapshot import snapshot
from ghapp.demo.stage import CHANNEL, Stage
from ghapp.demo.words import WORDS, Language, say

VALID: dict[str, dict[str, Any]] = {
    "merge": {"number": 42, "by": "taro"},
    "comment": {"number": 42, "by": "taro", "body": "/deploy"},
    "click": {"check": 1, "button": "deploy", "by": "taro"},
    "push": {"number": 42, "by": "taro"},
    "open": {"title": "Round prices", "by": "taro"},
    "press": {"channel": CHANNEL, "ts": "1.0", "action_id": "deploy", "value": "", "by": "taro"},
    "type": {"channel": CHANNEL, "line": "/deploy", "by": "taro"},
    "skip": {"minutes": 10},
    "jump": {},
    "freeze": {"on": True},
    "config": {"text": "environments: {}", "by": "taro"},
    "fault": {"name": "twice", "on": True},
    "kill": {},
    "reset": {},
}
REFUSED: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
    ("merge", {"number": 41}, "not_open", {"number": 41}),
    ("push", {"number": 41}, "not_open", {"number": 41}),
    ("merge", {"number": 99}, "no_pull", {"number": 99}),
    ("push", {"number": 99}, "no_pull", {"number": 99}),
    ("comment", {"number": 99}, "no_pull", {"number": 99}),
    ("merge", {"by": "eve"}, "no_person", {"user": "eve"}),
    ("merge", {"by": "kenji"}, "may_not", {"user": "kenji"}),
    ("push", {"by": "kenji"}, "may_not", {"user": "kenji"}),
    ("open", {"by": "kenji"}, "may_not", {"user": "kenji"}),
    ("config", {"by": "kenji"}, "may_not", {"user": "kenji"}),
    ("open", {"kind": "worse"}, "no_kind", {"kinds": "good, failing, bad"}),
    ("comment", {"body": " \n"}, "empty", {}),
    ("click", {}, "no_button", {}),
    ("press", {}, "unseen", {"user": "taro"}),
    ("press", {"channel": "C0"}, "no_channel", {}),
    ("type", {"channel": "C0"}, "no_channel", {}),
    ("type", {"thread": "1.0"}, "unseen", {"user": "taro"}),
    *(("type", {"line": line}, "no_command", {}) for line in ("hello", "/status", "／deploy production", "")),
    ("type", {}, "no_answer", {}),
    ("skip", {"minutes": 525_601}, "too_far", {"most": 525_600}),
    ("jump", {}, "nothing_next", {}),
    ("fault", {"name": "flood"}, "no_fault", {"names": "twice, reverse, lose, slack, github"}),
    ("kill", {}, "not_running", {}),
]
WRONG: dict[str, tuple[object, ...]] = {
    "number": (None, "41", 41.0, True, 0, -1, 10**10, [], {}),
    "text": (None, 41, ["a"], {}, True, "\ud800", "a\0b", "a" * 70_000),
    "flag": (None, "true", 1, 0, [], {}),
}


@pytest.fixture
async def stage(language: Language) -> AsyncIterator[Stage]:
    """The whole world without a server: #41 is merged."""
    made = Stage(clock=Clock(), language=language, permissions={"metadata": "read"}, pace=AT_ONCE, whole=True)
    await made.slack.start()
    made.slack.target = made.slack.origin.replace("127.0.0.1", "127.0.0.9")  # where nothing listens
    await made.open_pulls()
    await made.shop.merge(made.shop.pulls[41], by="taro")
    yield made
    await made.close()


def world(stage: Stage) -> dict[str, Any]:
    """All that an act could change."""
    return {**snapshot(stage), "now": None, "config": stage.config, "skipped": stage.clock.skipped}


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(("verb", "said", "code", "values"), REFUSED)
async def test_an_act_that_is_not_possible_is_refused(
    stage: Stage, verb: str, said: dict[str, Any], code: str, values: dict[str, Any]
) -> None:
    """A merged or an unknown pull request, an unknown user or one without rights, what is not shown, what Slack or the
    world does not know."""
    before, acts = copy(world(stage)), Acts(stage)
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - its sentence follows
        await acts(verb, {**VALID[verb], **said})
    assert str(refused.value) == say(stage.language, f"error.{code}", **values)
    assert world(stage) == before
    assert not any(acts.faults.shown.values())


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("verb", VERBS)
async def test_an_argument_of_another_kind_is_refused(stage: Stage, verb: str) -> None:
    """Each argument of each verb: missing, of another type, out of bounds, or no text that can be sent."""
    before = copy(world(stage))
    for name, kind in VERBS[verb].items():
        for wrong in WRONG[kind]:
            with pytest.raises(ValueError) as refused:  # noqa: PT011 - its sentence follows
                await Acts(stage)(verb, {**VALID[verb], name: wrong})
            assert str(refused.value) == say(stage.language, f"error.argument.{kind}", name=name, most=10**9)
    assert world(stage) == before


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_slack_down_is_refused_before_anything_is_sent(stage: Stage) -> None:
    """A line, a reply and a button."""
    acts = Acts(stage)
    await acts("fault", {"name": "slack", "on": True})
    for verb, said in (("type", {}), ("type", {"thread": "1.0"}), ("press", {})):
        with pytest.raises(ValueError) as refused:  # noqa: PT011 - its sentence follows
            await acts(verb, {**VALID[verb], **said})
        assert str(refused.value) == WORDS[stage.language]["error.slack_down"]
    assert stage.slack.sent == 0


@pytest.mark.parametrize(("language", "title"), [("en", "Untitled"), ("ja", "無題")])
async def test_a_pull_request_without_a_title_gets_one(stage: Stage, title: str) -> None:
    """GitHub's own form requires a title; its release is good unless another kind is chosen."""
    for number, kind in ((47, None), (48, "bad")):
        await Acts(stage)("open", {"by": "taro", "title": " ", "kind": kind})
        assert stage.shop.pulls[number].title == title
        shown = next(pull for pull in snapshot(stage)["pulls"] if pull["number"] == number)
        assert shown["kind"] == (kind or "good")


@pytest.mark.parametrize("language", ["en"])
async def test_the_newest_merge_decides_what_kind_a_release_is(stage: Stage) -> None:
    """A good pull request after a bad one mends it; a push changes nothing."""
    acts = Acts(stage)
    await acts("push", {"number": 46, "by": "mona"})
    await acts("merge", {"number": 46, "by": "mona"})
    assert kind_of(stage.shop, stage.shop.head) == "bad"
    await acts("merge", {"number": 42, "by": "hanako"})
    assert kind_of(stage.shop, stage.shop.head) == "good"


@pytest.mark.parametrize("language", ["en"])
async def test_the_clock_jumps_past_the_next_event(stage: Stage) -> None:
    """And not at all where it is over already."""
    at = datetime.now(UTC) + timedelta(hours=3)
    acts = Acts(stage, upcoming=lambda: Event(at, "a lock ends"))
    await acts("jump", {})
    assert at < stage.clock() < at + timedelta(minutes=1)
    skipped = stage.clock.skipped
    await acts("jump", {})
    assert stage.clock.skipped == skipped + timedelta(seconds=1)


@pytest.mark.parametrize(("language", "reason"), [("en", "end of month"), ("ja", "月末のデプロイ凍結")])
async def test_the_freeze_is_one_line_of_the_config(stage: Stage, reason: str) -> None:
    """Twice on is once on, off removes it, and a config without a place for it is left alone."""
    acts, before, today = Acts(stage), stage.config, stage.today
    for _ in range(2):
        await acts("freeze", {"on": True})
        line = f"    freeze: [{{from: {today}, until: {today}, reason: {reason}}}]  # by the demo's page\n"
        assert stage.config == before.replace("  production:\n", f"  production:\n{line}")
    await acts("freeze", {"on": False})
    assert stage.config == before
    for without in ("environments: {production: {workflow: deploy.yml}}\n", f"{before}    freeze: []\n"):
        await acts("config", {"text": without, "by": "mona"})
        with pytest.raises(ValueError, match=r"production:.*freeze:|freeze:.*production:"):
            await acts("freeze", {"on": True})
        await acts("freeze", {"on": False})
        assert stage.config == without
