"""Every state of an environment and of a release is shown in every place, in both languages."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, get_args

import pytest
from msgspec.structs import replace

from ghapp.core.config.model import Language, NotAllowed, Problem, Window
from ghapp.core.model.button_id import ButtonId
from ghapp.core.model.environment import (
    AWAITING_KEPT,
    Activity,
    ActivityStage,
    BrokenConfig,
    Environment,
    Phase,
    Pull,
    Reference,
    Release,
    RollbackPlan,
)
from ghapp.core.model.overview import StoredEnvironment
from ghapp.core.model.published import CheckRun
from ghapp.core.rules import lock
from ghapp.core.rules.release_status import known, pulls_to_show, release_status
from ghapp.core.rules.releases import await_release
from ghapp.core.views import call, card, check_run, comment, gate, github_deployment, slack
from ghapp.core.views.markup import GitHub, Narrow, Terminal
from ghapp.core.words import Voice
from tests.core.build import NOON, config, environment, in_japanese, live, pull, release
from tests.core.rules.test_holds import RUN, after_rollback, claim, manual
from tests.sampled import crossed

WEB = "https://github.com"
NOW = NOON + timedelta(minutes=6)
ALL_DAY = Window(weekdays=("mon",), start=0, end=24 * 60, reason="inventory")
UNKNOWN = RollbackPlan(how="create", target=Reference("d-ABC", "S3", "0" * 64), halts="d-DEF")

Change = Callable[[Environment], Environment]


def with_release(**more: Any) -> Change:
    """#42 waits."""
    return lambda found: replace(found, awaiting=(release(42, **more), release(44)))


def as_it_is(found: Environment) -> Environment:
    """No change."""
    return found


WHERE: Mapping[str, Change] = {
    "merged": with_release(),
    "called": with_release(called_at=NOON, warns=True),
    "passed": with_release(called_at=NOON, passed=True),
    "skipped by a label": with_release(skipped=True),
    "skipped by a person": with_release(skipped=True, skipped_by="taro"),
    "not by itself": with_release(not_auto="checks_failed"),
    "not in line": as_it_is,
    "live": lambda found: replace(found, live=live(42), earlier=(live(41),)),
    "replaced": lambda found: replace(found, live=live(44), earlier=(live(42), live(41))),
    "barred": lambda found: replace(found, barred=(live(42),)),
}


def deploys(number: int, *along: Pull) -> Change:
    """The deploy is granted."""
    return lambda found: lock.grant(found, claim(number, along=along), NOON)


def rolls_back(undone: int, to: int | None) -> Change:
    """The rollback is granted; `to` None: to a revision that was never released here."""
    target = claim(to) if to else claim(revision=None, plan=UNKNOWN)
    return lambda found: lock.overtake(found, target, live(undone), NOON)


ATTEMPTS: Mapping[str, Change] = {
    "its own": deploys(42),
    "another's that carries it": deploys(44, pull(42)),
    "another's": deploys(44),
    "a rollback of it": rolls_back(42, 41),
    "a rollback to it": rolls_back(44, 42),
    "a rollback of it to what nobody knows": rolls_back(42, None),
}


def active(stage: ActivityStage, **more: Any) -> Change:
    """The platform is still active."""
    return lambda found: replace(found, activity=Activity(stage=stage, deployment="d-ABC", **more))


HOLDS: Mapping[str, Change] = {
    "nothing": as_it_is,
    "a lock for ever": lambda found: replace(found, manual=manual()),
    "a lock until then": lambda found: replace(found, manual=manual(until=NOON + timedelta(hours=2))),
    "a rollback": lambda found: replace(found, after_rollback=after_rollback()),
    "a freeze": lambda found: replace(found, config=replace(found.config, freeze=(ALL_DAY,))),
    "a cool-down": lambda found: replace(found, cooldown_until=NOON + timedelta(minutes=23)),
    "a platform that moves": active("shifting"),
    "a platform that scales": active("scaling"),
    "a platform that keeps": active("kept", quick_rollback_until=NOON + timedelta(minutes=50)),
    "a platform that nobody can ask": active("unknown", unasked_since=NOON, why="AccessDenied"),
    "a platform that is not allowed": active(
        "unknown",
        unasked_since=NOON,
        why="not allowed",
        lacks=NotAllowed(target="codedeploy:app/app-prod", setting="acme/shop=codedeploy:app/app-prod"),
    ),
    "leaving the config": lambda found: replace(found, gone=NOON),
}


def at(found: Environment, phase: Phase, **more: Any) -> Environment:
    """The environment with its newest attempt in this phase."""
    assert found.deployment
    return replace(found, deployment=replace(found.deployment, phase=phase, **more))


def attempts(found: Environment, attempt: str) -> list[Environment]:
    """The attempt in each phase; an attempt without a run ends without one."""
    granted = ATTEMPTS[attempt](found)
    phases: list[Phase] = list(get_args(Phase))
    stands = [at(granted, phase, run=None if phase in ("accepted", "starting") else RUN) for phase in phases]
    return [*stands, at(granted, "failed", rejected="no"), at(granted, "lost")]


def shown(found: Environment) -> list[CheckRun]:
    """Renders all places of an environment; returns the checks."""
    gate.fingerprint([found], "main", NOW)
    assert gate.render([found], gate.Change(base="main"), NOW)
    assert gate.full([found], NOW)
    assert gate.doubtful([found], "main", NOW)
    if deployment := found.deployment:
        assert comment.number(found, deployment, now=NOW)
        assert comment.number_past(found, deployment, now=NOW)
        github_deployment.render(found, deployment, now=NOW)
    pulls = {one.head: one for one in (*pulls_to_show(found), *filter(None, [known(found, pull(42).head)]))}
    for number in {42, *(one.number for one in pulls.values())}:
        comment.prompt(found, number, web=WEB, now=NOW, refused=("C1", "not_in_channel"))
        slack.prompt([found], number, web=WEB, now=NOW)
        slack.thread(found, number, now=NOW)
        slack.over(found, number, now=NOW)
        comment.past(found, number, now=NOW)
        comment.final_text(found, number, now=NOW)
        asked = call.Call(number, NOW)
        call.message(found, asked, now=NOW)
        call.comment(found, asked, now=NOW, refused=("C1", "not_in_channel"))
    slack.question(found, ButtonId(repository=1, environment="production", pull=42, offered_at_number=1), "C1", now=NOW)
    check_run.preview(found, 42, pull(42).head, now=NOW)
    return [check_run.render(found, one, web=WEB, now=NOW) for one in pulls.values()]


@pytest.mark.parametrize(("where", "hold"), crossed([*WHERE], [*HOLDS]))
def test_every_state_is_shown_in_every_place(where: str, hold: str) -> None:
    """For each attempt with each result; every second one in Japanese."""
    found = WHERE[where](environment(live=live(41)))
    states = [found, *(state for attempt in ATTEMPTS for state in attempts(found, attempt))]
    for number, state in enumerate(map(HOLDS[hold], states)):
        told = in_japanese(state) if (number + len(hold)) % 2 else state
        for check in shown(told):
            assert check.title, (number, state)
            assert check.summary, (number, state)


# ---------------------------------------------------------------- skipped


def skipped(by: str | None, hold: str) -> Environment:
    """#42 was skipped."""
    return HOLDS[hold](with_release(skipped=True, skipped_by=by)(environment(live=live(41))))


def test_a_skipped_release_ships_along_with_the_next_one() -> None:
    """It has no place in line, and can be released on its own while no obstacle stands."""
    found = skipped("taro", "nothing")
    check = check_run.render(found, pull(42), web=WEB, now=NOW)
    assert (check.conclusion, check.title) == ("neutral", "Skipped: the next newer deploy to production includes it")
    assert check.summary == (
        "#42 was skipped by taro: the next newer deploy to production includes it. To deploy it on its own: `/deploy "
        "production #42`\n\nFix overlapping booking slots (#42 by hanako)"
    )
    assert [action.identifier for action in check.actions] == ["deploy"]
    assert buttons(found) == ["Deploy"]


def test_a_skipped_release_shows_the_obstacle() -> None:
    """It offers no button that would be refused."""
    found = skipped(None, "a lock until then")
    check = check_run.render(found, pull(42), web=WEB, now=NOW)
    assert check.title == "Skipped: the next newer deploy to production includes it"
    assert check.summary.endswith("Locked by taro: migrating. Next deploy: not before 15:42 JST.")
    assert check.actions == ()
    assert buttons(found) == []
    told = check_run.render(in_japanese(found), pull(42), web=WEB, now=NOW)
    assert told.title == "見送り: より新しいものを production にデプロイするとき、一緒にデプロイされます"


def buttons(found: Environment) -> list[str]:
    """The labels of the buttons under the message of #42."""
    message = slack.prompt([found], 42, web=WEB, now=NOW)
    assert message
    offered: list[Any] = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return [button["text"]["text"] for elements in offered for button in elements]


# ---------------------------------------------------------------- more releases than the line holds


def crowded(phase: Phase) -> Environment:
    """#44 carries #42, and so many are merged meanwhile that #42 has no place in line any more."""
    found = lock.grant(with_release()(environment(live=live(41))), claim(44, along=(pull(42),)), NOON)
    for number in range(AWAITING_KEPT):
        found = await_release(found, newer(number))
    return at(found, phase, run=RUN)


def newer(number: int) -> Release:
    """A release that was merged later."""
    one = Pull(number=100 + number, title="Tidy up", author="hanako", head=f"{number:040x}")
    return Release(pull=one, merger="mona", sha=f"{number:040d}", merged_at=NOON + timedelta(hours=1, seconds=number))


@pytest.mark.parametrize("hold", HOLDS)
@pytest.mark.parametrize("phase", get_args(Phase))
def test_a_release_that_dropped_out_of_the_line_is_shown_in_every_state(phase: Phase, hold: str) -> None:
    """With any result of the attempt that carried it."""
    found = HOLDS[hold](crowded(phase))
    assert len(found.awaiting) == AWAITING_KEPT
    for told in (found, in_japanese(found)):
        for number in (42, 44):
            check = check_run.render(told, pull(number), web=WEB, now=NOW)
            assert check.title
            assert check.summary
            assert comment.prompt(told, number, web=WEB, now=NOW) or told.gone


@pytest.mark.parametrize("phase", ["failed", "cancelled"])
def test_a_release_that_dropped_out_of_the_line_is_not_shown_as_under_way(phase: Phase) -> None:
    """The check says why it is not live, and shows the command that deploys it."""
    found = replace(crowded(phase), cooldown_until=None)
    check = check_run.render(found, pull(42), web=WEB, now=NOW)
    assert (check.conclusion, check.title) == ("neutral", "No longer in line for production")
    assert check.summary == (
        "#42 is no longer in line for production: production-1, which carried it, did not succeed, and the line is "
        "full. To deploy it: `/deploy production #42`\n\nFix overlapping booking slots (#42 by hanako)"
    )
    told = comment.prompt(in_japanese(found), 42, web=WEB, now=NOW)
    assert told
    assert told.startswith("#42 を含む production-1 は完了しませんでした。")
    assert release_status(found, 42, pull(42).head, NOW).buttons == ("deploy",)


# ---------------------------------------------------------------- places without markup


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_place_without_markup_shows_code_without_its_marks(language: Language) -> None:
    """On the board's cards, the lanes of the demo, and in statuses; a terminal and GitHub keep the marks."""
    broken = BrokenConfig(".github/ghapp.yml", "d" * 40, Problem(3, 5, "config.null"))
    found = with_release()(environment(config=config(language=language), broken_config=broken))
    stored = StoredEnvironment(repository=found.repository, name=found.name, version=1, state=found)
    (said,) = card.card_of(stored, language, NOW).said
    assert ".github/ghapp.yml" in said
    assert "`" not in said
    code = {"file": ".github/ghapp.yml", "sha": "d" * 7, "problem": ""}
    assert "`" not in Voice(language, "UTC", Narrow(), NOW).say("config_invalid", code)
    for marked in (Terminal(), GitHub()):
        assert "`.github/ghapp.yml`" in Voice(language, "UTC", marked, NOW).say("config_invalid", code)


# ---------------------------------------------------------------- moved to another channel


@pytest.mark.parametrize(
    ("channel", "told"),
    [
        ("C0OTHER00", "At 13:48 JST this moved to <#C0OTHER00>: #42 has its message there."),
        (None, "At 13:48 JST this moved to the comments of pull request #42."),
    ],
)
def test_the_last_text_of_a_moved_message_names_the_new_place(channel: str | None, told: str) -> None:
    """In the old channel, for a release and a call, without buttons; in the past tense, so that it stays true."""
    found = with_release(called_at=NOON)(environment(config=config(channel=channel)))
    for message in (slack.moved(found, 42, now=NOW), call.moved(found, call.Call(42, NOON), now=NOW)):
        assert (message.text, message.offers) == (told, False)


def test_the_last_text_of_a_comment_names_the_slack_message() -> None:
    """In the comment that stood for the message."""
    told = comment.moved(with_release()(environment()), 42, now=NOW)
    assert told.startswith("At 13:48 JST this moved to Slack: #42 has its message for production in `C024BE91L`.\n")
    told = comment.moved(in_japanese(with_release()(environment())), 42, now=NOW)
    assert told.startswith(
        "13:48 JST に Slack へ移りました。production の #42 のメッセージは `C024BE91L` にあります。\n"
    )


def test_a_comment_in_place_of_a_message_names_slacks_refusal() -> None:
    """In words that stay true after Slack accepts it."""
    refused = ("C1", "not_in_channel")
    told = comment.prompt(with_release()(environment()), 42, web=WEB, now=NOW, refused=refused)
    assert told
    assert "Slack refused a message for `C1` (`not_in_channel`), so it is shown here." in told
    told = comment.prompt(in_japanese(with_release()(environment())), 42, web=WEB, now=NOW, refused=refused)
    assert told
    assert "Slack が `C1` への投稿を受け付けなかったため (`not_in_channel`)、ここに書きました。" in told


# ---------------------------------------------------------------- texts that are never painted again


def test_a_used_call_does_not_show_the_result() -> None:
    """The attempt that was started by it may fail."""
    found = at(deploys(42)(with_release(called_at=NOON)(environment())), "failed", run=RUN)
    asked = call.Call(42, NOON)
    told = call.message(found, asked, now=NOW)
    assert told.text == "#42 was called at 13:42 JST, and mona started production-1 with it at 13:42 JST."
    assert call.message(in_japanese(found), asked, now=NOW).text == (
        "#42 の順番は 13:42 JST に来て、13:42 JST に mona が production-1 を開始しました。"
    )


def test_the_comment_of_a_rollback_shows_the_live_release_only_until_the_next_number() -> None:
    """The release that was live at its start may have been replaced by then."""
    found = at(rolls_back(42, 41)(environment(live=live(41))), "succeeded", run=RUN)
    assert found.deployment
    assert "(live now)" in comment.number(found, found.deployment, now=NOW)
    past = comment.number_past(found, found.deployment, now=NOW)
    assert "(live now)" not in past
    assert "Back to: #41" in past
