"""What a rollback takes back: once, whoever wants it; all of it; and it comes again by its name alone."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from ghapp.core.config.model import Language
from ghapp.core.model.button_id import ButtonId
from ghapp.core.model.codec import decode_environment, encode_environment
from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import ALONG_KEPT, AWAITING_KEPT, Environment, Reference, Revision, RollbackPlan
from ghapp.core.model.events import CheckButtonPressed, SlackCommandGiven
from ghapp.core.model.slack_person import SlackPerson
from ghapp.core.rules import button_payloads, lock, releases
from ghapp.core.rules.release_status import release_status
from ghapp.core.views import comment, slack
from ghapp.core.views.call import calls, message
from ghapp.core.views.check_run import preview, render
from ghapp.core.views.slack_blocks import Message
from tests.core.build import NOON, REPOSITORY, Production, code, config, environment, live, pull, release, sha
from tests.core.rules.test_holds import claim

WEB = "https://github.com"
MONA = SlackPerson(id="U024BE7LH", team="T1")


def numbers(revisions: tuple[Revision, ...]) -> list[int]:
    """Their pull requests."""
    return [revision.pull.number for revision in revisions]


def waiting(found: Environment) -> list[int]:
    """In line, called or not."""
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
    """Typed, and carried out to a good end."""
    decision = production.says(who, line, on=on)
    assert not decision.refusal, decision.refusal
    production.starts()
    production.sees("succeeded", run=20 + production.environment.number)
    return decision


def types(production: Production, line: str = "/rollback production", at: datetime | None = None) -> Decision:
    """mona types it in Slack, where no pull request is named."""
    return production.apply(said(production, text=line, at=at or production.now))


def said(production: Production, **more: Any) -> SlackCommandGiven:
    """From Slack."""
    production.comments += 1
    plain: dict[str, Any] = {"repository": REPOSITORY, "key": f"slack/{production.comments}", "author": "slack"}
    plain |= {"person": MONA, "team": "T1", "channel": "C024BE91L", "text": "", "at": production.now}
    return SlackCommandGiven(**{**plain, "reply": "https://hooks.slack.com/1", "web": WEB, **more})


def labels(message: Message) -> list[str]:
    """Of its buttons."""
    rows: list[Any] = [block for block in message.blocks if block["type"] == "actions"]
    return [button["text"]["text"] for row in rows for button in row["elements"]]


def told(decision: Decision, now: datetime = NOON) -> str:
    """The answer as it is read on the pull request."""
    (notice,) = decision.notices
    return comment.notice(notice, now=now).rsplit("\n\n", 1)[0]


# ---------------------------------------------------------------- one step, whoever wants it


@pytest.mark.parametrize("on", [41, 42])
def test_who_wants_back_what_was_rolled_back_already_is_told_so(on: int) -> None:
    """On what was undone, and on what had come with it: by whom, what runs now, and nothing is done."""
    production = shop()
    goes_back(production, "taro")
    before = production.environment
    decision = production.says("mona", "/rollback", on=on)
    assert code(decision) == "rolled_back_already"
    assert production.environment == before
    assert told(decision) == (
        "taro has rolled #42 back from production already (production-3), so nothing more was done. It runs #40 now."
    )


def test_what_was_live_before_does_not_go_back_with_what_is_live_now() -> None:
    """Somebody deploys it once more, and is told that it is live: it went live with another than this."""
    production = shop()
    assert code(production.says("taro", "/deploy production #40", on=40)) == "contained"
    goes_back(production)
    assert production.environment.live
    assert production.environment.live.pull.number == 40
    assert waiting(production.environment) == [41, 42]
    assert sorted(numbers(production.environment.barred)) == [41, 42]


def test_the_answer_names_the_line_for_one_step_more() -> None:
    """And that line is carried out, wherever it is typed."""
    production = shop()
    production.says("mona", "/unlock production", on=42)
    production.releases(44, "hanako")
    goes_back(production, "taro", on=44)
    decision = production.says("mona", "/rollback", on=44)
    assert told(decision).endswith("It runs #42 now. To undo #42 too: `/rollback production to #40`")
    goes_back(production, line="/rollback production to #40", on=44)
    assert production.environment.live
    assert production.environment.live.pull.number == 40


def test_while_it_goes_back_everybody_else_is_told_by_whom() -> None:
    """Wherever they type it."""
    production = shop()
    assert not production.says("taro", "/rollback").refusal
    for on in (40, 41, 42, 44):
        decision = production.says("mona", "/rollback", on=on)
        assert code(decision) == "rolling_back"
        assert told(decision).startswith("taro is rolling production back to #40 already (production-3).")
    assert code(types(production)) == "rolling_back"


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_one_that_did_not_succeed_is_meant_again(status: Any) -> None:
    """By whoever types it, on what it was to take back: the same two ends, and the same that goes with it."""
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


def test_a_line_from_before_its_end_wants_that_rollback() -> None:
    """It names no pull request, or the one that serves by now: what was live when it was typed is what it means."""
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
def test_a_line_from_before_a_release_does_not_mean_that_release(phase: str) -> None:
    """Nor does one that names no pull request. Typed on what that release brings, it means it."""
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
        "hanako started the release of #44 to production after this line was typed (production-3), so nothing was "
        "done. To undo #44: `/rollback production to #42`"
    )
    assert code(types(production, line="/rollback production to #42", at=typed)) != "released_since"
    assert not Production(before).says("mona", "/rollback", on=44, at=typed).refusal


def test_on_what_serves_now_the_next_step_is_meant() -> None:
    """Whoever types it there after the end has seen that."""
    production = shop()
    production.says("mona", "/unlock production", on=42)
    production.releases(44, "hanako")
    goes_back(production, "taro", on=44)
    goes_back(production, on=42)
    assert production.environment.live
    assert production.environment.live.pull.number == 40


def test_what_was_taken_back_long_ago_is_not_what_is_undone() -> None:
    """Something newer runs: it is said, with the line that undoes that."""
    production = shop()
    goes_back(production, "taro")
    production.says("taro", "/unlock production mended", on=42)
    brings_41(production)
    decision = production.says("mona", "/rollback", on=42)
    assert told(decision) == (
        "#42 was rolled back from production before, or that was tried, so nothing was done. production runs #41. "
        "To undo #41: `/rollback production to #40`"
    )


def brings_41(production: Production) -> None:
    """Of the two that were rolled back, one is named, and live."""
    assert not production.says("taro", "/deploy production #41 with #41", on=41).refusal
    production.starts()
    production.sees("succeeded", run=42)


@pytest.mark.parametrize("door", ["check", "slack"])
def test_a_button_that_was_pressed_too_late_is_answered_with_who_was_first(door: str) -> None:
    """Not with the number at which it was offered, which nobody knows."""
    production = shop()
    painted = production.environment.number
    offer = button_payloads.rolling_back(production.environment)
    assert offer
    mark = ButtonId(repository=1, environment="production", pull=42, painted=painted)
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
    """mona, in the check of #42."""
    production.comments += 1
    return CheckButtonPressed(
        repository=REPOSITORY,
        key=f"click/{production.comments}",
        environment="production",
        number=42,
        head=pull(42).head,
        painted=painted,
        button="rollback",
        author="mona",
        at=production.now,
    )


# ---------------------------------------------------------------- what had come with it


def test_what_came_with_it_is_named_before_anything_is_done() -> None:
    """In the comment, in the thread, and in what a button asks first."""
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


def test_its_people_are_mentioned_at_the_end_and_it_waits_again() -> None:
    """Everywhere it says so: barred, in line, and not asked about."""
    production = shop()
    production.says("mona", "/rollback")
    production.starts()
    decision = production.sees("succeeded", run=23)
    on_pull = next(notice for notice in decision.notices if notice.destination.pull)
    said_there = comment.notice(on_pull, now=NOON).splitlines()
    assert said_there[0].startswith("@mona @hanako @taro **production was put back on #40**")
    assert said_there[1] == "#41 (taro) went back with it."
    after = production.environment
    assert (waiting(after), numbers(after.barred)) == ([41, 42], [42, 41])
    assert releases.waiting_line(after) == ()
    for number in (41, 42):
        stands = release_status(after, number, pull(number).head, production.now)
        assert (stands.stage, stands.buttons) == ("rolled_back", ())
        shown = slack.prompt([after], number, web=WEB, now=production.now)
        assert shown
        named = "#42 #41" if number == 42 else "#41"
        assert f"whoever may unlock can bring it back: `/deploy production #{number} with {named}`" in shown.text
        assert "live on" not in shown.text
    passenger = slack.prompt([after], 41, web=WEB, now=production.now)
    assert passenger
    assert "This concerns #41 too, which had come with #42." in passenger.text


def test_when_something_newer_was_tried_it_is_still_told_as_rolled_back() -> None:
    """And not as ready to be deployed."""
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


def test_all_that_was_live_in_between_goes_back_too() -> None:
    """`to #40` past #42: both are undone, barred and in line, each with what had come with it."""
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
    assert releases.way_back(after) is None, "all that was live before was taken back"


def test_a_release_on_its_way_that_is_taken_back_bars_what_it_carried() -> None:
    """It never was live, and none of it left the line."""
    production = Production(environment(live=live(40)))
    production.merges(41)
    production.merges(42)
    production.says("mona", "/deploy", on=42)
    production.starts()
    production.sees("failed")
    goes_back(production)
    assert waiting(production.environment) == [41, 42]
    assert numbers(production.environment.barred) == [42, 41]


def test_what_a_platform_took_back_by_itself_waits_again() -> None:
    """Its release and what had come with it, like any that failed; nobody rolled it back, so nothing is barred."""
    production = shop()
    after = releases.not_live(production.environment, sha(42))
    assert waiting(after) == [41, 42]
    assert after.barred == ()


def test_forward_again_by_name_brings_all_of_it_and_takes_back_nothing_that_it_contains() -> None:
    """`to #42` after it was rolled back: it is named, so it is barred no longer; #40 stays in it."""
    production = shop()
    goes_back(production)
    goes_back(production, line="/rollback production to #42", on=40)
    after = production.environment
    assert after.live
    assert (after.live.pull.number, waiting(after), numbers(after.barred)) == (42, [], [])
    assert [one.pull.number for one in after.live.along] == [41]


def test_a_document_remembers_a_bounded_number_of_them() -> None:
    """The newest; and what it does remember survives being stored."""
    many = tuple(release(41, pull=pull(41, head="x"), sha=f"{number:040x}") for number in range(150))
    distinct = tuple(replace(one, pull=replace(one.pull, number=1000 + at)) for at, one in enumerate(many))
    production = Production(environment(live=replace(live(40), releases=distinct[:60]), awaiting=distinct[60:]))
    production.merges(42)
    order_pulls = tuple(one.pull for one in distinct[60:])
    production.says("mona", "/deploy", on=42)
    before = production.environment
    assert before.deployment
    carried = replace(before.deployment, grant=replace(before.deployment.grant, along=order_pulls))
    after = releases.made_live(before, carried, NOON)
    assert after.live
    kept = [one.releases for one in (after.live, *after.earlier)]
    assert sum(map(len, kept)) <= ALONG_KEPT
    assert len(after.live.releases) == 91
    assert decode_environment("production", encode_environment(after), after.config.everybody) == after


# ---------------------------------------------------------------- again, by its name


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
def test_nothing_comes_back_that_is_not_named(line: str, refused: str | None) -> None:
    """Each by its number, in any order, by somebody who may unlock."""
    production = mended()
    assert code(production.says("hanako", line, on=44)) == refused


def test_the_refusal_shows_the_whole_line_and_it_works() -> None:
    """On the pull request and in Slack."""
    said_there = told(mended().says("hanako", "/deploy", on=44))
    assert said_there == (
        "#44 contains what was rolled back from production: #42 Fix overlapping booking slots, "
        "#41 Reword notifications. An ordinary line does not bring that back, so nothing was done. "
        "Whoever may unlock (write or better) can type: `/deploy production #44 with #42 #41`"
    )
    line = said_there.split("`")[1]
    assert not mended().says("hanako", line, on=44).refusal
    assert not types(mended(), line).refusal
    other = told(mended().says("hanako", f"{line} #40", on=44))
    assert other == (
        "No rollback took #40 back from production or tried to, or it does not come with #44, so `with` does not take "
        "it and nothing was done. To deploy #44: `/deploy production #44 with #42 #41`"
    )


def test_who_may_not_unlock_may_not_bring_it_back() -> None:
    """However it is written."""
    production = mended(unlockers=("admin", "taro"), rollbackers=("write",))
    assert code(production.says("hanako", "/deploy production #44 with #42 #41", on=44)) == "barred"
    assert not production.says("taro", "/deploy production #44 with #42 #41", on=44).refusal


def test_no_button_brings_it_back_and_none_is_offered() -> None:
    """The line stands there instead, complete; an old button is answered with it."""
    production = mended()
    found = production.environment
    assert release_status(found, 44, pull(44).head, production.now).buttons == ()
    shown = slack.prompt([found], 44, web=WEB, now=production.now)
    assert shown
    assert "`/deploy production #44 with #42 #41`" in shown.text
    assert "It contains what was rolled back (#42 (hanako), #41 (taro)): whoever may unlock types that line." in (
        shown.text
    )
    assert labels(shown) == ["Skip"]
    assert "`/deploy production #44 with #42 #41`" in render(found, pull(44), web=WEB, now=production.now).summary
    coming = preview(found, 99, "9" * 40, now=production.now)
    assert coming
    assert "`/deploy production #99 with #42 #41`" in coming.summary
    mark = str(button_payloads.mark(found, 44))
    decision = production.apply(said(production, button="deploy", mark=mark, number=44))
    assert code(decision) == "barred"
    assert button_payloads.choices("deploy", 44, [found]) == []


def test_the_call_names_the_line_and_offers_no_button_that_would_be_refused() -> None:
    """Whoever is called knows what they are asked for."""
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


def test_a_merge_does_not_bring_it_back_by_itself() -> None:
    """Whoever merges may unlock, and has named nothing: it waits, and its prompt says why."""
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


def test_what_came_back_by_name_is_barred_again_with_what_brought_it() -> None:
    """Only what was named was freed; a rollback of the carrier takes back all that it brought."""
    production = mended()
    production.says("mona", "/deploy production #44 with #42 #41", on=44)
    deployment = production.environment.deployment
    assert deployment
    assert "Comes again after a rollback: #42 (@hanako), #41 (@taro)" in comment.number(
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


def test_a_failed_try_frees_nothing_and_shows_the_line_again() -> None:
    """It is barred until it is live."""
    production = mended()
    production.says("mona", "/deploy production #44 with #42 #41", on=44)
    production.starts()
    decision = production.sees("failed", run=41)
    assert numbers(production.environment.barred) == [42, 41]
    on_pull = next(notice for notice in decision.notices if notice.destination.pull)
    assert "`/deploy production #44 with #42 #41`" in comment.notice(on_pull, now=NOON)
    assert release_status(production.environment, 44, pull(44).head, production.now).buttons == ("rollback",)


def test_only_what_is_named_is_freed() -> None:
    """#41 alone: #42 stays barred."""
    production = mended()
    brings_41(production)
    assert numbers(production.environment.barred) == [42]
    assert waiting(production.environment) == [42, 44]


def test_a_barred_one_that_serves_is_no_target_of_what_failed_after_it() -> None:
    """#42's rollback failed, so it serves, barred; #44 is taken back to #40, unless #42 is named."""
    production = shop()
    production.says("mona", "/rollback")
    production.starts()
    production.sees("failed")
    production.says("mona", "/unlock production", on=42)
    production.merges(44)
    production.says("hanako", "/deploy production #44 with #42 #41", on=44)
    production.starts()
    production.sees("failed", run=43)
    back = releases.way_back(production.environment)
    assert back
    assert back.target.pull.number == 40
    named = releases.way_back(production.environment, 42)
    assert named
    assert named.target.pull.number == 42


# ---------------------------------------------------------------- what is barred and serves all the same


def one_after_the_other() -> Production:
    """#40, #41 and #42 went live, each by itself, and nothing holds production."""
    production = Production(environment())
    for number, author in ((40, "taro"), (41, "taro"), (42, "mona")):
        production.releases(number, author)
        production.later(hours=1)
        production.ticks()
    return production


def fails(production: Production) -> None:
    """What was just accepted runs and does not succeed."""
    production.starts()
    production.sees("failed", run=20 + production.environment.number)


def test_what_serves_though_it_was_to_be_rolled_back_goes_back_with_what_failed_after_it() -> None:
    """#42 serves, barred: a rollback of #44 goes past it, names it before, and puts it back in line."""
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


def test_what_the_named_target_contains_comes_again_with_it_and_is_named_before() -> None:
    """Back to #40, then to #42 by its name: #41 is part of #42, so it is said, and is neither barred nor in line."""
    production = one_after_the_other()
    goes_back(production, line="/rollback to #40")
    production.later(minutes=5)
    production.says("mona", "/unlock production", on=42)
    assert not production.says("mona", "/rollback to #42", on=42).refusal
    announced = production.environment
    assert announced.deployment
    body = comment.number(announced, announced.deployment, now=production.now)
    assert "Comes again after a rollback: #41 (@taro)" in body
    production.starts()
    production.sees("succeeded", run=30)
    after = production.environment
    assert after.live
    assert [pull.number for pull in after.live.pulls] == [42, 41]
    assert (after.barred, after.awaiting) == ((), ())


def test_what_turned_out_to_be_live_goes_back_with_what_brought_it() -> None:
    """#41 was told of late, when #42 was live with it: a rollback of #42 bars both, and both wait again."""
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


def test_a_full_line_keeps_what_was_just_rolled_back() -> None:
    """It is the oldest, and its place in line says how it comes again: the oldest of the others makes room."""
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
        ("en", "**production** runs `d-ABC`, which was not released through ghapp."),
        ("ja", "**production** で稼働中なのは `d-ABC` です (ghapp からのリリースではありません)。"),
    ],
)
def test_status_names_what_runs_that_was_never_released_here(language: Language, expected: str) -> None:
    """A rollback of the first release has led to it."""
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
    """While one is under way nobody knows what the next would undo; when it has ended, it is said again."""
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
