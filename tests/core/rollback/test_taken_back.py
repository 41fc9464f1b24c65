"""Effects of a rollback: it happens once for all who ask, undoes all it must, and bars it until it is named."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from ghapp.core.config.model import Language
from ghapp.core.model.button_id import ButtonId
from ghapp.core.model.codec import decode_environment, encode_environment
from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import (
    ALONG_KEPT,
    AWAITING_KEPT,
    BARRED_KEPT,
    Environment,
    Reference,
    Revision,
    RollbackPlan,
)
from ghapp.core.model.events import CheckButtonPressed, SlackCommandGiven
from ghapp.core.model.published import Message
from ghapp.core.model.slack_person import SlackPerson
from ghapp.core.rules import button_payloads, lock, releases
from ghapp.core.rules.release_status import release_status
from ghapp.core.views import comment, slack
from ghapp.core.views.call import calls, message
from ghapp.core.views.check_run import preview, render
from tests.core.build import NOON, REPOSITORY, Production, code, config, environment, live, pull, release, sha
from tests.core.rules.test_holds import claim

WEB = "https://github.com"
MONA = SlackPerson(id="U024BE7LH", team="T1")


def numbers(revisions: tuple[Revision, ...]) -> list[int]:
    """The numbers of their pull requests."""
    return [revision.pull.number for revision in revisions]


def waiting(found: Environment) -> list[int]:
    """The waiting line, called or not."""
    return [one.pull.number for one in found.awaiting]


def shop(**more: Any) -> Production:
    """#40 is live, then #42, which brought #41 along."""
    production = Production(environment(config=config(**more)))
    production.releases(40, "taro")
    production.says("taro", "/unlock production", on=40)
    production.later(minutes=1)
    production.merges(41)
    production.releases(42, "mona")
    production.later(minutes=5)
    return production


def goes_back(production: Production, who: str = "mona", line: str = "/rollback", on: int = 42) -> Decision:
    """A rollback is typed and succeeds."""
    decision = production.says(who, line, on=on)
    assert not decision.refusal, decision.refusal
    production.starts()
    production.sees("succeeded", run=20 + production.environment.number)
    return decision


def types(production: Production, line: str = "/rollback production", at: datetime | None = None) -> Decision:
    """mona types it in Slack, without a pull request."""
    return production.apply(said(production, text=line, at=at or production.now))


def said(production: Production, **more: Any) -> SlackCommandGiven:
    """A command or button from Slack."""
    production.comments += 1
    plain: dict[str, Any] = {"repository": REPOSITORY, "key": f"slack/{production.comments}", "author": "slack"}
    plain |= {"person": MONA, "team": "T1", "channel": "C024BE91L", "text": "", "at": production.now}
    return SlackCommandGiven(**{**plain, "reply": "https://hooks.slack.com/1", **more})


def labels(message: Message) -> list[str]:
    """The labels of the buttons."""
    rows: list[Any] = [block for block in message.blocks if block["type"] == "actions"]
    return [button["text"]["text"] for row in rows for button in row["elements"]]


def told(decision: Decision, now: datetime = NOON) -> str:
    """The answer as the pull request shows it."""
    (notice,) = decision.notices
    return comment.notice(notice, now=now).rsplit("\n\n", 1)[0]


# ---------------------------------------------------------------- one rollback for all who ask


@pytest.mark.parametrize("on", [41, 42])
def test_a_second_rollback_of_the_same_release_changes_nothing(on: int) -> None:
    """On the undone pull request and on one that shipped with it: the answer names the actor and the live release."""
    production = shop()
    goes_back(production, "taro")
    before = production.environment
    decision = production.says("mona", "/rollback", on=on)
    assert code(decision) == "rolled_back_already"
    assert production.environment == before
    assert told(decision) == (
        "taro has already rolled #42 back from production (production-3), so nothing more was done. #40 is live now."
    )


def test_a_rollback_does_not_undo_a_release_that_was_live_before() -> None:
    """A person deploys it once more and reads that it is live: it went live with another release than this."""
    production = shop()
    assert code(production.says("taro", "/deploy production #40", on=40)) == "contained"
    goes_back(production)
    assert production.environment.live
    assert production.environment.live.pull.number == 40
    assert waiting(production.environment) == [41, 42]
    assert sorted(numbers(production.environment.barred)) == [41, 42]


def test_the_answer_names_the_command_for_one_step_further_back() -> None:
    """The command is accepted wherever it is typed."""
    production = shop()
    production.says("mona", "/unlock production", on=42)
    production.releases(44, "hanako")
    goes_back(production, "taro", on=44)
    decision = production.says("mona", "/rollback", on=44)
    assert told(decision).endswith("#42 is live now. To undo #42 too: `/rollback production to #40`")
    goes_back(production, line="/rollback production to #40", on=44)
    assert production.environment.live
    assert production.environment.live.pull.number == 40


def test_another_rollback_command_is_refused_with_the_actor_of_the_one_under_way() -> None:
    """On any pull request."""
    production = shop()
    assert not production.says("taro", "/rollback").refusal
    for on in (40, 41, 42, 44):
        decision = production.says("mona", "/rollback", on=on)
        assert code(decision) == "rolling_back"
        assert told(decision).startswith("taro is already rolling production back to #40 (production-3).")
    assert code(types(production)) == "rolling_back"


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_a_rollback_that_did_not_succeed_can_be_repeated(status: Any) -> None:
    """By any person, on any release that it was to undo: the same two ends, and the same releases that ship with it."""
    production = shop()
    production.says("taro", "/rollback")
    production.starts()
    production.sees(status)
    for on in (41, 42):
        again = Production(production.environment)
        goes_back(again, on=on)
        assert waiting(again.environment) == [41, 42]
        assert again.environment.live
        assert again.environment.live.pull.number == 40


def test_a_command_typed_before_the_end_of_a_rollback_means_that_rollback() -> None:
    """It names no pull request, or the live one: it means the release that was live when it was typed."""
    production = shop()
    production.says("mona", "/unlock production", on=42)
    production.releases(44, "hanako")
    typed = production.now
    production.later(minutes=2)
    goes_back(production, "taro", on=44)
    for decision in (types(production, at=typed), production.says("mona", "/rollback", on=42, at=typed)):
        assert code(decision) == "rolled_back_already"
    production.later(seconds=59)
    assert code(types(production)) == "rolled_back_already", "nobody has seen its end by then"
    production.later(seconds=1)
    assert types(production).refusal is None
    assert production.environment.deployment
    assert production.environment.deployment.grant.sha == sha(40)


@pytest.mark.parametrize("phase", ["accepted", "running", "succeeded"])
def test_a_command_typed_before_a_release_does_not_mean_that_release(phase: str) -> None:
    """Nor does one without a pull request. Typed on the new release's pull request, it means that release."""
    production = shop()
    production.says("mona", "/unlock production", on=42)
    typed = production.now
    production.later(seconds=5)
    production.merges(44)
    assert not production.says("hanako", "/deploy production #44", on=44).refusal
    if phase != "accepted":
        production.starts()
    if phase == "succeeded":
        production.sees("succeeded", run=44)
    before = production.environment
    for decision in (production.says("mona", "/rollback", on=42, at=typed), types(production, at=typed)):
        assert code(decision) == "released_since"
        assert production.environment == before
    assert told(production.says("mona", "/rollback", on=42, at=typed)) == (
        "hanako started deploying #44 to production after this line was typed (production-3), so nothing was done. "
        "To undo #44: `/rollback production to #42`"
    )
    assert code(types(production, line="/rollback production to #42", at=typed)) != "released_since"
    assert not Production(before).says("mona", "/rollback", on=44, at=typed).refusal


def test_a_rollback_typed_on_the_live_release_undoes_it() -> None:
    """A person who types it there after the end has seen the result."""
    production = shop()
    production.says("mona", "/unlock production", on=42)
    production.releases(44, "hanako")
    goes_back(production, "taro", on=44)
    goes_back(production, on=42)
    assert production.environment.live
    assert production.environment.live.pull.number == 40


def test_a_rollback_typed_on_a_release_rolled_back_long_ago_is_refused() -> None:
    """A newer release is live: the answer says so, with the command that undoes it."""
    production = shop()
    goes_back(production, "taro")
    production.says("taro", "/unlock production mended", on=42)
    brings_41(production)
    decision = production.says("mona", "/rollback", on=42)
    assert told(decision) == (
        "#42 was rolled back from production before, or a rollback was tried, so nothing was done. "
        "#41 is live on production. "
        "To undo #41: `/rollback production to #40`"
    )


def brings_41(production: Production) -> None:
    """Of the two that were rolled back, #41 is named, and live."""
    assert not production.says("taro", "/deploy production #41 with #41", on=41).refusal
    production.starts()
    production.sees("succeeded", run=42)


@pytest.mark.parametrize("door", ["check", "slack"])
def test_a_rollback_button_pressed_too_late_is_answered_with_the_first_actor(door: str) -> None:
    """The answer does not mention the number at which it was rendered, which no person knows."""
    production = shop()
    painted = production.environment.number
    offer = button_payloads.rolling_back(production.environment)
    assert offer
    mark = ButtonId(repository=1, environment="production", pull=42, offered_at_number=painted)
    assert offer["mark"] == str(mark)
    for phase in ("under way", "over"):
        if phase == "under way":
            production.says("taro", "/rollback")
        else:
            production.starts()
            production.sees("succeeded", run=23)
        event = said(production, button="rollback", mark=str(mark), number=42)
        decision = production.apply(event if door == "slack" else _pressed(production, painted))
        assert code(decision) == ("rolling_back" if phase == "under way" else "rolled_back_already")
        (notice,) = decision.notices
        assert (notice.destination.whisper is not None) if door == "slack" else (notice.destination.pull == 42)


def _pressed(production: Production, painted: int) -> CheckButtonPressed:
    """mona presses the button in the check of #42."""
    production.comments += 1
    return CheckButtonPressed(
        repository=REPOSITORY,
        key=f"click/{production.comments}",
        environment="production",
        number=42,
        head=pull(42).head,
        offered_at_number=painted,
        button="rollback",
        author="mona",
        at=production.now,
    )


# ---------------------------------------------------------------- releases that shipped along


def test_releases_that_shipped_along_are_named_before_the_rollback() -> None:
    """In the comment, in the thread, and in the confirmation of the button."""
    production = shop()
    asked = button_payloads.rolling_back(production.environment)
    assert asked
    assert asked["along"] == [{"number": 41, "author": "taro"}]
    production.says("mona", "/rollback")
    deployment = production.environment.deployment
    assert deployment
    assert comment.number(production.environment, deployment, now=NOON).splitlines()[1] == (
        "Undoing: #42 Fix overlapping booking slots (hanako), and #41 Reword notifications (taro), which came with it"
    )
    thread = slack.thread(production.environment, 42, now=NOON)
    assert thread
    assert "Undone with #42: #41 (taro)" in thread.text
    japanese = replace(deployment, grant=replace(deployment.grant, config=config(language="ja")))
    assert comment.number(production.environment, japanese, now=NOON).splitlines()[1] == (
        "取り消し: #42「Fix overlapping booking slots」(hanako) と、"
        "一緒にデプロイされた #41「Reword notifications」(taro)"
    )


def test_people_of_undone_releases_are_mentioned_and_the_releases_wait_again() -> None:
    """Every place shows it as barred, in line, and not called."""
    production = shop()
    production.says("mona", "/rollback")
    production.starts()
    decision = production.sees("succeeded", run=23)
    on_pull = next(notice for notice in decision.notices if notice.destination.pull)
    said_there = comment.notice(on_pull, now=NOON).splitlines()
    assert said_there[0].startswith("@mona @hanako @taro **production was rolled back to #40**")
    assert said_there[1] == "Undone with it: #41 (taro)"
    after = production.environment
    assert (waiting(after), numbers(after.barred)) == ([41, 42], [42, 41])
    assert releases.waiting_line(after) == ()
    for number in (41, 42):
        stands = release_status(after, number, pull(number).head, production.now)
        assert (stands.stage, stands.buttons) == ("rolled_back", ())
        shown = slack.prompt([after], number, web=WEB, now=production.now)
        assert shown
        named = "#42 #41" if number == 42 else "#41"
        assert (
            f"People who can unlock can deploy it again as it is: `/deploy production #{number} with {named}`"
            in shown.text
        )
        assert "live on" not in shown.text
    passenger = slack.prompt([after], 41, web=WEB, now=production.now)
    assert passenger
    assert "This includes #41, which was deployed with #42." in passenger.text


def test_a_rolled_back_release_is_still_shown_as_such_after_a_newer_attempt() -> None:
    """It is not shown as ready to deploy."""
    production = shop()
    goes_back(production)
    production.says("mona", "/unlock production", on=42)
    production.merges(44)
    production.says("hanako", "/deploy production with #42 #41", on=44)
    production.starts()
    production.sees("failed", run=30)
    for number in (41, 42):
        body = comment.prompt(production.environment, number, web=WEB, now=production.now)
        assert body
        assert body.startswith(f":rewind: #{number} was ")
        assert f"`/deploy production #{number} with #" in body


def test_a_rollback_further_back_undoes_all_releases_in_between() -> None:
    """`to #40` past #42: both are undone, barred and in line, each with the releases that shipped along."""
    production = shop()
    production.says("mona", "/unlock production", on=42)
    production.releases(44, "hanako")
    production.says("mona", "/rollback production to #40", on=44)
    deployment = production.environment.deployment
    assert deployment
    lines = comment.number(production.environment, deployment, now=production.now).splitlines()
    assert lines[1].startswith('Undoing: #44 "Show prices with tax"')
    assert lines[2] == (
        "What was live in between is undone too: #42 Fix overlapping booking slots (hanako), "
        "#41 Reword notifications (taro)"
    )
    production.starts()
    production.sees("succeeded", run=24)
    after = production.environment
    assert waiting(after) == [41, 42, 44]
    assert sorted(numbers(after.barred)) == [41, 42, 44]
    assert releases.rollback_path(after) is None, "all that was live before was taken back"


def test_a_rollback_of_an_attempt_bars_the_releases_it_carried() -> None:
    """It never was live, and none of its releases left the line."""
    production = Production(environment(live=live(40)))
    production.merges(41)
    production.merges(42)
    production.says("mona", "/deploy", on=42)
    production.starts()
    production.sees("failed")
    goes_back(production)
    assert waiting(production.environment) == [41, 42]
    assert numbers(production.environment.barred) == [42, 41]


def test_a_release_that_the_platform_rolled_back_waits_again() -> None:
    """With the releases that shipped along, as after any failure; no person rolled it back, so nothing is barred."""
    production = shop()
    after = releases.revoke_live(production.environment, sha(42))
    assert waiting(after) == [41, 42]
    assert after.barred == ()


def test_a_rollback_forward_to_a_named_release_brings_all_of_it_and_undoes_nothing() -> None:
    """`to #42` after its rollback: it is named, so it is no longer barred, and #40 stays contained."""
    production = shop()
    goes_back(production)
    goes_back(production, line="/rollback production to #42", on=40)
    after = production.environment
    assert after.live
    assert (after.live.pull.number, waiting(after), numbers(after.barred)) == (42, [], [])
    assert [one.pull.number for one in after.live.along] == [41]


def test_a_document_keeps_a_bounded_number_of_shipped_releases() -> None:
    """It keeps the newest, and reads them as they were written."""
    many = tuple(release(41, pull=pull(41, head="x"), sha=f"{number:040x}") for number in range(150))
    distinct = tuple(replace(one, pull=replace(one.pull, number=1000 + at)) for at, one in enumerate(many))
    production = Production(environment(live=replace(live(40), releases=distinct[:60]), awaiting=distinct[60:]))
    production.merges(42)
    order_pulls = tuple(one.pull for one in distinct[60:])
    production.says("mona", "/deploy", on=42)
    before = production.environment
    assert before.deployment
    carried = replace(before.deployment, grant=replace(before.deployment.grant, along=order_pulls))
    after = releases.make_live(before, carried, NOON)
    assert after.live
    kept = [one.releases for one in (after.live, *after.earlier)]
    assert sum(map(len, kept)) <= ALONG_KEPT
    assert len(after.live.releases) == 91
    assert decode_environment("production", encode_environment(after), after.config.everybody) == after


# ---------------------------------------------------------------- barred releases come back by name


def mended(**more: Any) -> Production:
    """#42 and #41 were rolled back; #44, which contains both, is merged. mona and taro may unlock."""
    production = shop(**more)
    goes_back(production)
    production.says("mona", "/unlock production", on=42)
    production.merges(44)
    return production


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("/deploy", "barred"),
        ("/deploy production #44", "barred"),
        ("/deploy production #44 with #42", "barred"),
        ("/deploy production #44 with #41", "barred"),
        ("/deploy production #44 with #42 #41 #40", "not_barred"),
        ("/deploy production #44 with #42 #41", None),
        ("/deploy with #41, #42", None),
        ("/deploy production with #42 with #41", None),
    ],
)
def test_a_barred_release_comes_back_only_if_it_is_named(line: str, refused: str | None) -> None:
    """Each by its number, in any order, by an unlocker."""
    production = mended()
    assert code(production.says("hanako", line, on=44)) == refused


@pytest.mark.parametrize("language", ["en", "ja"])
def test_more_bars_than_can_be_kept_take_an_unlockers_reason(language: Language) -> None:
    """For every release, until all remembered ones came again; no button deploys meanwhile."""
    production = mended(language=language)
    full = replace(production.environment, bars_lost=True)
    production.environments["production"] = full
    line = "/deploy production #44 with #42 #41"
    assert code(production.says("mona", line, on=44)) == "barred_lost"
    status = release_status(production.environment, 44, pull(44).head, production.now)
    assert "deploy" not in status.buttons
    assert code(production.says("mona", f"{line} anyway looked at all of it", on=44)) is None
    for seen in ("running", "succeeded"):
        production.starts()
        production.sees(seen)
    assert (production.environment.barred, production.environment.bars_lost) == ((), False)


def test_a_full_list_drops_no_bar_of_a_revision_that_served_lately() -> None:
    """A way back must not lead to it, nor a later environment take it for proven."""
    old = tuple(replace(live(40), sha=f"{n:040x}") for n in range(BARRED_KEPT - 1))
    served = replace(environment(live=live(42), earlier=(live(41),)), barred=(*old, live(41)))
    after = releases.bar(served, live(42))
    assert (len(after.barred), after.bars_lost) == (BARRED_KEPT, True)
    assert {live(41).sha, live(42).sha} <= {one.sha for one in after.barred}


def test_the_command_that_the_refusal_shows_is_accepted() -> None:
    """On the pull request and in Slack."""
    said_there = told(mended().says("hanako", "/deploy", on=44))
    assert said_there == (
        "#44 contains changes that were rolled back from production: #42 Fix overlapping booking slots, #41 Reword "
        "notifications. Only people who can unlock (write or higher) can deploy them again, so nothing was done. "
        "Their line: `/deploy production #44 with #42 #41`"
    )
    line = said_there.split("`")[1]
    assert not mended().says("hanako", line, on=44).refusal
    assert not types(mended(), line).refusal
    other = told(mended().says("hanako", f"{line} #40", on=44))
    assert other == (
        "#40 was not rolled back from production, or #44 does not contain it, so `with` cannot name it and nothing "
        "was done. To deploy #44: `/deploy production #44 with #42 #41`"
    )


def test_only_an_unlocker_brings_a_barred_release_back() -> None:
    """In any spelling."""
    production = mended(unlockers=("admin", "taro"), rollbackers=("write",))
    assert code(production.says("hanako", "/deploy production #44 with #42 #41", on=44)) == "barred"
    assert not production.says("taro", "/deploy production #44 with #42 #41", on=44).refusal


def test_no_button_brings_a_barred_release_back() -> None:
    """The complete command stands there instead; an old button is answered with it."""
    production = mended()
    found = production.environment
    assert release_status(found, 44, pull(44).head, production.now).buttons == ()
    shown = slack.prompt([found], 44, web=WEB, now=production.now)
    assert shown
    assert "`/deploy production #44 with #42 #41`" in shown.text
    assert (
        "It contains rolled back changes: #42 (hanako), #41 (taro). Only people who can unlock can use that line."
    ) in (shown.text)
    assert labels(shown) == ["Skip"]
    assert "`/deploy production #44 with #42 #41`" in render(found, pull(44), web=WEB, now=production.now).summary
    coming = preview(found, 99, "9" * 40, now=production.now)
    assert coming
    assert "`/deploy production #99 with #42 #41`" in coming.summary
    mark = str(button_payloads.mark(found, 44))
    decision = production.apply(said(production, button="deploy", mark=mark, number=44))
    assert code(decision) == "barred"
    assert button_payloads.choices("deploy", 44, [found]) == []


def test_the_call_shows_the_command_and_no_button_that_would_be_refused() -> None:
    """The command is complete, so the person knows the request."""
    production = mended()
    waits = replace(
        production.environment, awaiting=tuple(replace(one, called_at=None) for one in production.environment.awaiting)
    )
    called = Production(waits)
    called.now = production.now
    called.ticks()
    (call,) = calls(called.environment, called.now)
    shown = message(called.environment, call, now=called.now)
    assert "`/deploy production #44 with #42 #41`" in shown.text
    assert labels(shown) == ["Skip"]


def test_an_automatic_release_does_not_bring_a_barred_one_back() -> None:
    """The merger may unlock but has named nothing: the release waits, and its prompt says why."""
    production = shop()
    goes_back(production)
    production.says("mona", "/unlock production", on=42)
    brings_41(production)
    production.says("taro", "/unlock production", on=41)
    by_itself = Production(replace(production.environment, config=config(auto=True)))
    by_itself.now = production.now
    by_itself.merges(44)
    found = by_itself.environment
    assert (found.number, waiting(found)) == (4, [42, 44])
    assert found.awaiting[-1].not_auto == "barred"


def test_a_release_that_came_back_is_barred_again_with_its_carrier() -> None:
    """Only the named releases were freed; a rollback of the carrier undoes all that it brought."""
    production = mended()
    production.says("mona", "/deploy production #44 with #42 #41", on=44)
    deployment = production.environment.deployment
    assert deployment
    assert "Deployed again after a rollback: #42 (@hanako), #41 (@taro)" in comment.number(
        production.environment, deployment, now=NOON
    )
    production.starts()
    production.sees("succeeded", run=40)
    assert (production.environment.barred, waiting(production.environment)) == ((), [])
    goes_back(production, on=44)
    after = production.environment
    assert after.live
    assert after.live.pull.number == 40, "#42 was rolled back before, and is no place to go back to"
    assert sorted(numbers(after.barred)) == [41, 42, 44]
    assert waiting(after) == [41, 42, 44]


def test_a_failed_attempt_lifts_no_bar_and_shows_the_command_again() -> None:
    """A release is barred until it is live."""
    production = mended()
    production.says("mona", "/deploy production #44 with #42 #41", on=44)
    production.starts()
    decision = production.sees("failed", run=41)
    assert numbers(production.environment.barred) == [42, 41]
    on_pull = next(notice for notice in decision.notices if notice.destination.pull)
    assert "`/deploy production #44 with #42 #41`" in comment.notice(on_pull, now=NOON)
    assert release_status(production.environment, 44, pull(44).head, production.now).buttons == ("rollback",)


def test_only_a_named_release_is_no_longer_barred() -> None:
    """After #41 alone, #42 stays barred."""
    production = mended()
    brings_41(production)
    assert numbers(production.environment.barred) == [42]
    assert waiting(production.environment) == [42, 44]


def test_a_live_barred_release_is_no_target_of_a_later_rollback() -> None:
    """#42's rollback failed, so it is live and barred; a rollback of #44 leads to #40, unless #42 is named."""
    production = shop()
    production.says("mona", "/rollback")
    production.starts()
    production.sees("failed")
    production.says("mona", "/unlock production", on=42)
    production.merges(44)
    production.says("hanako", "/deploy production #44 with #42 #41", on=44)
    production.starts()
    production.sees("failed", run=43)
    back = releases.rollback_path(production.environment)
    assert back
    assert back.target.pull.number == 40
    named = releases.rollback_path(production.environment, 42)
    assert named
    assert named.target.pull.number == 42


# ---------------------------------------------------------------- barred and live all the same


def one_after_the_other() -> Production:
    """#40, #41 and #42 went live, each by itself, and nothing holds production."""
    production = Production(environment())
    for number, author in ((40, "taro"), (41, "taro"), (42, "mona")):
        production.releases(number, author)
        production.later(hours=1)
        production.ticks()
    return production


def fails(production: Production) -> None:
    """The accepted attempt runs and does not succeed."""
    production.starts()
    production.sees("failed", run=20 + production.environment.number)


def test_a_live_barred_release_is_undone_with_the_attempt_that_failed_after_it() -> None:
    """#42 is live and barred: a rollback of #44 goes past it, names it before the start, and puts it back in line."""
    production = one_after_the_other()
    production.says("mona", "/rollback", on=42)
    fails(production)
    production.says("mona", "/unlock production", on=42)
    production.merges(44)
    body = comment.prompt(production.environment, 44, web=WEB, now=production.now)
    assert body
    assert "`/deploy production #44 with #42`" in body
    assert not production.says("hanako", "/deploy production #44 with #42", on=44).refusal
    fails(production)
    goes_back(production, on=44)
    after = production.environment
    assert after.live
    assert (after.live.pull.number, waiting(after)) == (41, [42, 44])
    assert after.deployment
    assert "#42 Fix overlapping" in comment.number(after, after.deployment, now=production.now)


def test_releases_in_the_named_target_come_back_with_it_and_are_shown_first() -> None:
    """To #40, then to #42 by name: #41 is part of #42, so the comment names it; it is neither barred nor in line."""
    production = one_after_the_other()
    goes_back(production, line="/rollback to #40")
    production.later(minutes=5)
    production.says("mona", "/unlock production", on=42)
    assert not production.says("mona", "/rollback to #42", on=42).refusal
    announced = production.environment
    assert announced.deployment
    body = comment.number(announced, announced.deployment, now=production.now)
    assert "Deployed again after a rollback: #41 (@taro)" in body
    production.starts()
    production.sees("succeeded", run=30)
    after = production.environment
    assert after.live
    assert [pull.number for pull in after.live.pulls] == [42, 41]
    assert (after.barred, after.awaiting) == ((), ())


def test_a_release_found_live_late_is_undone_with_the_one_that_brought_it() -> None:
    """#41's webhook came late, when #42 was live with it: a rollback of #42 bars both, and both wait again."""
    production = Production(environment())
    production.releases(40, "taro")
    production.says("taro", "/unlock production", on=40)
    production.releases(42, "mona")
    production.merges(41)
    assert code(production.says("taro", "/deploy", on=41)) == "contained"
    goes_back(production)
    after = production.environment
    assert sorted(waiting(after)) == [41, 42]
    assert {one.pull.number for one in after.barred} == {41, 42}


def test_a_full_line_keeps_the_release_that_was_just_rolled_back() -> None:
    """It is the oldest, and its place in line shows how it comes back: the next oldest makes room."""
    production = one_after_the_other()
    more = tuple(
        release(44, merged_at=NOON + timedelta(days=1, seconds=number), sha=f"{number:040x}", pull=pull(44))
        for number in range(AWAITING_KEPT)
    )
    full = Production(replace(production.environment, awaiting=more))
    full.now = production.now
    goes_back(full)
    after = full.environment
    assert len(after.awaiting) == AWAITING_KEPT
    assert after.awaiting[0].pull.number == 42
    assert after.awaiting[1] == more[1]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "**production**: `d-ABC` is live, which was not deployed through ghapp."),
        ("ja", "**production**: `d-ABC` が稼働中 (ghapp からのデプロイではありません)"),
    ],
)
def test_status_names_a_live_deployment_that_was_never_released_here(language: Language, expected: str) -> None:
    """A rollback of the first release led to it."""
    found = replace(environment(config=config(language=language)), live=live(42))
    way = RollbackPlan(how="create", target=Reference("d-ABC", "S3", "0" * 64))
    found = lock.overtake(found, claim(revision=None, plan=way), live(42), NOON)
    assert found.deployment
    production = Production(replace(found, deployment=replace(found.deployment, phase="succeeded"), live=None))
    production.config = replace(production.config, environments={"production": config(language=language)})
    (answer,) = production.says("mona", "/status").notices
    assert comment.notice(answer, now=production.now).splitlines()[0] == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "`/rollback production` is refused until production-3 has ended."),
        ("ja", "production-3 が終わるまで `/rollback production` はできません。"),
    ],
)
def test_status_does_not_promise_a_rollback_that_would_be_refused(language: Language, expected: str) -> None:
    """While one is under way, the next one's effect is unknown; after its end it is shown again."""
    production = Production(environment(config=config(language=language)))
    production.config = replace(production.config, environments={"production": config(language=language)})
    for number, author in ((41, "taro"), (42, "mona")):
        production.releases(number, author)
        production.later(minutes=31)
    assert not production.says("mona", "/rollback", on=42).refusal
    (answer,) = production.says("mona", "/status").notices
    assert expected in comment.notice(answer, now=production.now)
    assert code(production.says("mona", "/rollback", on=42)) == "rolling_back"
    production.starts()
    production.sees("running")
    production.sees("succeeded")
    (answer,) = production.says("mona", "/status").notices
    assert expected not in comment.notice(answer, now=production.now)
