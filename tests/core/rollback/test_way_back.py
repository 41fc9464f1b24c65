"""`/rollback` and `/cancel`, decided through their own Spec."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ghapp.core.commands import cancel, rollback
from ghapp.core.commands.grammar import Invocation, Mistake, parse
from ghapp.core.commands.spec import CommandContext, Spec, is_permitted
from ghapp.core.model.decision import Decision
from ghapp.core.model.destination import Destination
from ghapp.core.model.environment import Environment, Hold, Phase
from ghapp.core.model.facts import Facts, Grants, Missing, Need, NeedCommit, NeedGrants, NeedRole, Presence
from ghapp.core.rules import lock, obstacles, phases
from ghapp.core.views import comment
from tests.core.build import (
    NOON,
    REPOSITORY,
    TITLES_JA,
    Production,
    code,
    config,
    environment,
    live,
    pull,
)
from tests.core.everywhere import noticed
from tests.core.rules.test_holds import rolling_back, under_way

ROLES: Mapping[str, Any] = {"mona": "write", "taro": "write", "hanako": "maintain", "ken": "read"}


def ask(spec: Spec, found: Environment, who: str, line: str, *, on: int = 42) -> CommandContext:
    """A person types a command."""
    said = parse(line, {spec.word: spec.shape})
    assert isinstance(said, Invocation), said
    return CommandContext(
        invocation=said,
        repository=REPOSITORY,
        environments=(found,),
        actor=who,
        door="pull_request",
        pull=on,
        destination=Destination(pull=on),
        key=f"comment/{who}/{line}",
        at=NOON,
        now=NOON + timedelta(minutes=10),
    )


def decided(spec: Spec, found: Environment, who: str, line: str, *, on: int = 42) -> Decision | str:
    """Decides as the server does: the permission, then the command. A refusal comes as its code."""
    asked, facts = ask(spec, found, who, line, on=on), Facts(nonce="drawn outside")
    while True:
        try:
            if not is_permitted(spec.who(asked), asked, facts):
                return "not_allowed"
            decision = spec.decide(asked, facts)
            for notice in decision.notices:
                noticed(notice, asked.now)
            return decision.refusal.code if decision.refusal else decision
        except Missing as missing:
            facts = facts.with_({need: fact(need) for need in missing.needs})


def fact(need: Need) -> Any:
    """The only needed facts: roles, the App's grants, and whether a commit exists."""
    if isinstance(need, NeedCommit):
        return Presence(there=True)
    if isinstance(need, NeedGrants):
        return Grants()
    assert isinstance(need, NeedRole)
    return ROLES.get(need.login, "none")


def rolls_back(found: Environment, who: str = "mona", line: str = "/rollback", *, on: int = 42) -> Environment:
    """The rollback is accepted."""
    decision = decided(rollback.SPEC, found, who, line, on=on)
    assert isinstance(decision, Decision), decision
    assert decision.notices == ()
    assert decision.reaction == "rocket"
    (changed,) = decision.changed
    return changed


def was_41() -> Environment:
    """#42 is live, #41 was before it, and #40 before that."""
    earlier = (replace(live(41), live_until=NOON - timedelta(minutes=22)), live(40))
    return replace(under_way("succeeded"), live=live(42), earlier=earlier, cooldown_until=NOON + timedelta(hours=1))


# ---------------------------------------------------------------- /rollback


def test_a_rollback_undoes_the_live_release_during_the_cool_down() -> None:
    """The number rises, the undone release and the target are pinned, and the environment need not be free."""
    before = was_41()
    after = rolls_back(before)
    assert after.deployment
    grant = after.deployment.grant
    assert (grant.number, grant.kind, grant.actor) == (before.number + 1, "rollback", "mona")
    assert grant.sha == live(41).sha
    assert grant.undoes
    assert grant.undoes.sha == live(42).sha
    assert after.overtaken is None
    assert after.deployment.phase == "accepted"


def test_a_rollback_of_an_attempt_leads_to_the_live_release() -> None:
    """The number fences the run under way, which is followed to its end."""
    after = rolls_back(under_way("running"))
    assert after.deployment
    assert after.deployment.grant.sha == live(41).sha
    assert after.overtaken
    assert after.overtaken.grant.sha == live(42).sha


@pytest.mark.parametrize("phase", ["failed", "cancelled"])
def test_a_rollback_of_a_failed_attempt_leads_to_the_live_release(phase: Phase) -> None:
    """The failed attempt may have changed something."""
    after = rolls_back(under_way(phase))
    assert after.deployment
    assert after.deployment.grant.sha == live(41).sha
    assert after.overtaken is None


def test_a_rollback_may_lead_to_any_release_that_was_live() -> None:
    """Named by its pull request, from any pull request."""
    for on in (42, 44, 999):
        after = rolls_back(was_41(), line="/rollback production to #40", on=on)
        assert after.deployment
        assert after.deployment.grant.sha == live(40).sha


@pytest.mark.parametrize(
    ("line", "on", "code"),
    [
        ("/rollback", 44, "rollback_elsewhere"),
        ("/rollback production", 41, "rollback_elsewhere"),  # undo it, or go back to it? ambiguous
        ("/rollback to #44", 42, "never_live"),
        ("/rollback to #42", 42, "already_live"),
    ],
)
def test_an_ambiguous_or_impossible_rollback_is_refused(line: str, on: int, code: str) -> None:
    assert decided(rollback.SPEC, was_41(), "mona", line, on=on) == code


def test_a_rollback_refused_on_another_pull_request_shows_a_command_accepted_there() -> None:
    """It names the release it undoes, and leads to the target that `/rollback` would have."""
    asked = ask(rollback.SPEC, was_41(), "mona", "/rollback", on=44)
    (notice,) = rollback.SPEC.decide(asked, Facts(nonce="drawn outside")).notices
    told = comment.notice(notice, now=NOON).splitlines()[0]
    assert told == (
        "#44 is neither live on production nor being deployed to it, so nothing was done. "
        "#42 is live on production. To "
        "undo #42: `/rollback production to #41`"
    )
    after = rolls_back(was_41(), line="/rollback production to #41", on=44)
    assert after.deployment
    assert after.deployment.grant.sha == live(41).sha


@pytest.mark.parametrize("found", [environment(), environment(live=live(42)), replace(under_way(), live=None)])
def test_a_rollback_without_a_target_is_refused(found: Environment) -> None:
    """The very first release has no rollback target."""
    assert decided(rollback.SPEC, found, "mona", "/rollback") == "nothing_before"


def test_a_second_rollback_waits_for_the_end_of_the_first() -> None:
    """Also while the run that the first has overtaken is under way."""
    assert decided(rollback.SPEC, rolling_back("running"), "mona", "/rollback") == "rolling_back"
    assert decided(rollback.SPEC, rolls_back(under_way("running")), "mona", "/rollback") == "rolling_back"
    ended = rolls_back(under_way("running"))
    assert ended.deployment
    over = replace(ended, deployment=replace(ended.deployment, phase="failed"))
    assert decided(rollback.SPEC, over, "mona", "/rollback") == "rollback_behind"


def test_a_rollback_that_did_not_succeed_is_repeated() -> None:
    """With the same undone release and the same target."""
    again = rolls_back(rolling_back("failed"))
    assert again.deployment
    assert again.deployment.grant.sha == live(41).sha
    assert again.deployment.grant.undoes
    assert again.deployment.grant.undoes.sha == live(42).sha


def test_the_permission_to_roll_back() -> None:
    """Deployers, unless others are named; never a reader or a person that GitHub does not know."""
    assert decided(rollback.SPEC, was_41(), "ken", "/rollback") == "not_allowed"
    assert decided(rollback.SPEC, was_41(), "eve", "/rollback") == "not_allowed"
    strict = replace(was_41(), config=config(rollbackers=("maintain", "ken")))
    assert decided(rollback.SPEC, strict, "mona", "/rollback") == "not_allowed"
    assert isinstance(decided(rollback.SPEC, strict, "hanako", "/rollback"), Decision)
    assert decided(rollback.SPEC, strict, "ken", "/rollback") == "not_allowed"
    strict = replace(was_41(), config=config(rollbackers=("maintain", "mona")))
    assert isinstance(decided(rollback.SPEC, strict, "mona", "/rollback"), Decision)


def test_only_another_persons_manual_hold_stops_a_rollback_and_an_unlocker_passes() -> None:
    """Its own holder passes; the hold after a rollback stops no one."""
    hold = Hold(kind="manual", holders=("taro",), reason="migrating", since=NOON)
    after = Hold(kind="rollback", holders=("taro",), reason="production-1", since=NOON, pull=40)
    held = replace(was_41(), manual=hold, after_rollback=after, config=config(unlockers=("maintain",)))
    assert decided(rollback.SPEC, held, "mona", "/rollback") == "rollback_held"
    assert isinstance(decided(rollback.SPEC, held, "taro", "/rollback"), Decision)
    assert isinstance(decided(rollback.SPEC, held, "hanako", "/rollback"), Decision)
    assert isinstance(decided(rollback.SPEC, replace(held, manual=None), "mona", "/rollback"), Decision)


# ---------------------------------------------------------------- the texts


def told(found: Environment, language: str = "en") -> list[str]:
    """The number's comment, without its marker."""
    assert found.deployment
    grant = found.deployment.grant
    spoken = replace(grant, config=replace(grant.config, language=language))  # type: ignore[arg-type]  # a known language
    body = comment.number(found, replace(found.deployment, grant=spoken), now=NOON)
    return body.splitlines()[:-2]


def test_the_comment_names_the_undone_release_and_the_target_before_the_start() -> None:
    """On the pull request of the undone release."""
    after = rolls_back(was_41())
    assert after.deployment
    assert after.deployment.grant.shown_on == 42
    assert told(after) == [
        "⏪ Rolling production back to #41 (by @mona)",
        'Undoing: #42 "Fix overlapping booking slots" `2a2a2a2`',
        'Back to: #41 "Reword notifications" `2929292` (live until 13:20 today)',
        "The workflow deploys it again, which takes about as long as a normal deploy. Database changes stay.",
        "production will be locked afterwards.",
    ]


def test_the_same_in_japanese() -> None:
    """With the local time of day."""
    before = was_41()
    japanese = {number: replace(pull(number), title=TITLES_JA[number]) for number in (41, 42)}
    titled = replace(
        before,
        live=replace(live(42), pull=japanese[42]),
        earlier=(replace(before.earlier[0], pull=japanese[41]),),
    )
    assert told(rolls_back(titled), "ja") == [
        "⏪ production を #41 に切り戻します (実行者: @mona)",
        "取り消し: #42「予約枠の重複チェックを修正」`2a2a2a2`",
        "戻し先: #41「通知文言の変更」`2929292` (本日 13:20 まで稼働)",
        "ワークフローでもう一度デプロイするため、通常のデプロイと同じくらい時間がかかります。DB の変更は戻りません。",
        "完了後は production をロックします。",
    ]


def test_the_comment_marks_a_live_target_and_dates_a_target_of_another_day() -> None:
    """A rollback of an attempt leads to the live release."""
    assert "(live now)" in told(rolls_back(under_way()))[2]
    found = was_41()
    before = replace(found, earlier=(replace(found.earlier[0], live_until=NOON - timedelta(days=1)),))
    assert told(rolls_back(before))[2].endswith("(live until 2026-11-22 13:42)")
    assert "11/22(日) 13:42 " in told(rolls_back(before), "ja")[2]


def rolling(phase: Phase) -> Production:
    """A rollback of #42 in that phase."""
    return Production(rolling_back(phase))


@pytest.mark.parametrize(
    ("status", "code"),
    [("succeeded", "rolled_back"), ("failed", "rollback_failed"), ("cancelled", "rollback_cancelled")],
)
def test_the_end_of_a_rollback_notifies_its_actor_and_the_author(status: Any, code: str) -> None:
    """With any result; in both languages, with the next step."""
    production = rolling("running")
    notices = [notice for notice in production.sees(status).notices if notice.destination.pull == 42]
    assert [notice.code for notice in notices] == [code]
    for language in ("en", "ja"):
        spoken = replace(notices[0], config=replace(notices[0].config, language=language))
        body = comment.notice(spoken, now=NOON)
        assert body.startswith("@taro @hanako ")
        assert ("`/unlock production`" if status == "succeeded" else "`/rollback production`") in body


@pytest.mark.parametrize(
    "phase", ["accepted", "starting", "queued", "running", "succeeded", "failed", "cancelled", "lost"]
)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_rollbacks_comment_exists_for_every_phase(phase: Phase, language: str) -> None:
    """It never proposes a deploy."""
    lines = told(rolling_back(phase), language)
    assert "#42" in lines[1]
    assert "#41" in lines[2]
    assert not any("/deploy" in line for line in lines)


# ---------------------------------------------------------------- /cancel


@pytest.mark.parametrize("phase", ["starting", "queued", "running"])
@pytest.mark.parametrize(("who", "line"), [("mona", "/cancel"), ("hanako", "/cancel production"), ("taro", "/cancel")])
def test_a_cancel_requests_the_end_of_the_attempt(phase: Phase, who: str, line: str) -> None:
    """By its actor or an unlocker; the environment stays locked until the runner has ended the run."""
    found = under_way(phase)
    decision = decided(cancel.SPEC, found, who, line)
    assert isinstance(decision, Decision)
    (after,) = decision.changed
    assert after.deployment
    assert after.deployment.stop
    assert after.deployment.phase == phase
    assert lock.is_busy(after)
    assert after.number == found.number
    assert {notice.code for notice in decision.notices} == {"cancelling"}
    assert decided(cancel.SPEC, after, "mona", "/cancel") == "being_cancelled"


def test_a_cancel_before_the_start_ends_the_attempt_at_once() -> None:
    """No run was created, and none will be: the environment is free."""
    decision = decided(cancel.SPEC, under_way("accepted"), "mona", "/cancel")
    assert isinstance(decision, Decision)
    (after,) = decision.changed
    assert after.deployment
    assert after.deployment.phase == "cancelled"
    assert not obstacles.obstacles(after, NOON + timedelta(minutes=10))
    assert {notice.code for notice in decision.notices} == {"cancelled_at_once"}


def test_a_rollback_cancelled_before_it_began_leaves_its_hold_and_its_bar() -> None:
    """As after every end of a rollback."""
    decision = decided(cancel.SPEC, rolling_back("accepted"), "taro", "/cancel")
    assert isinstance(decision, Decision)
    (after,) = decision.changed
    assert after.after_rollback
    assert [revision.sha for revision in after.barred] == [live(42).sha]


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (environment(), "nothing_to_cancel"),
        (under_way("lost"), "cancel_lost"),
        (was_41(), "too_late_to_cancel"),
    ],
)
def test_a_cancel_without_an_attempt_to_cancel_is_refused(found: Environment, code: str) -> None:
    """Free, lost, or already released."""
    assert decided(cancel.SPEC, found, "mona", "/cancel") == code


def test_a_cancel_of_another_persons_attempt_takes_an_unlocker() -> None:
    """The own attempt takes the permission it was started with."""
    strict = replace(under_way(), config=config(unlockers=("maintain",)))
    assert decided(cancel.SPEC, strict, "taro", "/cancel") == "not_allowed"
    assert isinstance(decided(cancel.SPEC, strict, "hanako", "/cancel"), Decision)
    assert isinstance(decided(cancel.SPEC, strict, "mona", "/cancel"), Decision)
    gone = replace(strict, config=config(deployers=("admin",), unlockers=("admin",)))
    assert decided(cancel.SPEC, gone, "mona", "/cancel") == "not_allowed"
    back = replace(rolling_back(), config=config(deployers=("admin",), rollbackers=("write",), unlockers=("admin",)))
    assert isinstance(decided(cancel.SPEC, back, "taro", "/cancel"), Decision)


@given(
    st.sampled_from(["accepted", "starting", "queued", "running", "lost", "succeeded", "failed", "cancelled"]),
    st.booleans(),
    st.integers(0, 3600),
)
def test_a_stop_frees_no_attempt_that_may_still_act(phase: Phase, back: bool, seconds: int) -> None:
    """At any time and in any phase: the number stays, a possible run is still followed, and no other hold ends."""
    now = NOON + timedelta(seconds=seconds)
    hold = Hold(kind="manual", holders=("taro",), reason="", since=NOON)
    found = replace(rolling_back(phase) if back else under_way(phase), manual=hold)
    try:
        after = lock.stop(found, "mona", now)
    except ValueError:
        assert phase in ("lost", "succeeded", "failed", "cancelled")
        return
    assert (after.number, after.manual, after.live, after.earlier) == (found.number, hold, found.live, found.earlier)
    assert after.deployment
    assert after.deployment.stop
    assert phases.is_busy(after.deployment) == (phase != "accepted")
    with pytest.raises(ValueError, match="nothing to stop"):
        lock.stop(after, "mona", now)


# ---------------------------------------------------------------- grammar


@pytest.mark.parametrize(
    ("line", "environment", "target"),
    [
        ("/rollback", None, None),
        ("/ROLLBACK Prod", "prod", None),
        ("/rollback production to #41", "production", 41),
        ("/rollback to #41", None, 41),
        ("/rollback to\t#41", None, 41),
        ("/rollback production TO  #41", "production", 41),
        ("/rollback to", "to", None),
        ("/rollback to to #41", "to", 41),
        ("/rollback stop", "stop", None),
    ],
)
def test_the_target_is_named_after_to(line: str, environment: str | None, target: int | None) -> None:
    """The target is read whole, or not at all."""
    said = parse(line, {"rollback": rollback.SPEC.shape})
    assert said == Invocation(word="rollback", environment=environment, target=target)


@pytest.mark.parametrize(
    ("line", "environment", "target"),
    [
        ("/rollback stop d-A1B2C3D4E", None, None),
        ("/rollback production STOP  d-A1B2C3D4E", "production", None),
        ("/rollback production to #41 stop d-A1B2C3D4E", "production", 41),
        ("/rollback to #41\tstop\td-A1B2C3D4E", None, 41),
    ],
)
def test_the_deployment_to_stop_is_named_by_its_id(line: str, environment: str | None, target: int | None) -> None:
    """Exactly as CodeDeploy writes it."""
    said = parse(line, {"rollback": rollback.SPEC.shape})
    assert said == Invocation(word="rollback", environment=environment, target=target, halt="d-A1B2C3D4E")


@pytest.mark.parametrize(
    "line",
    [
        "/rollback production stop",
        "/rollback production stop A1B2C3D4E",
        "/rollback production stop d-a1b2c3d4e",
        "/rollback production stop d-A1B2C3D4E please",
        "/rollback production stop d-A1B2C3D4E to #41",
        "/rollback production to #41stop d-A1B2C3D4E",
        "/rollback #41",
        "/rollback production #41",
        "/rollback production 41",
        "/rollback production to 41",
        "/rollback production to #0",
        "/rollback to #41 production",
        "/rollback production to",
    ],
)
def test_a_bare_number_is_not_read_as_a_target(line: str) -> None:
    """A bare number could mean either, so it is refused."""
    said = parse(line, {"rollback": rollback.SPEC.shape})
    assert isinstance(said, Mistake)
    assert said.code == "bad_target"


@pytest.mark.parametrize(
    ("typed", "reason", "command"),
    [
        ("production it broke checkout", "it broke checkout", "/rollback production"),
        ("prod now", "now", "/rollback prod"),
        ("it broke checkout", "it broke checkout", "/rollback production"),
        ("決済が落ちた", "決済が落ちた", "/rollback production"),
        ("production 決済が落ちた", "決済が落ちた", "/rollback production"),
        ("production to #41 it broke checkout", "it broke checkout", "/rollback production to #41"),
        ("to #41 it broke checkout", "it broke checkout", "/rollback production to #41"),
    ],
)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_reason_is_refused_and_the_command_without_it_is_shown(
    typed: str, reason: str, command: str, language: Literal["en", "ja"]
) -> None:
    """In a hurry people type a reason; no meaning is guessed, and the rest of the line is a valid rollback."""
    production = Production(environment(live=live(42), earlier=(live(41),), config=config(aliases=("prod",))))
    told = production.says("mona", f"/rollback {typed}", on=42).notices[-1]
    assert (told.code, told.values["typed"], told.values["command"]) == ("no_reason", reason, command)
    shown = comment.notice(replace(told, config=replace(told.config, language=language)), now=NOON)
    assert f"`{reason}`" in shown
    assert f"`{command}`" in shown
    assert code(production.says("mona", command, on=42)) is None


def test_a_look_alike_target_is_refused_by_its_character() -> None:
    said = parse("/rollback production to #４１", {"rollback": rollback.SPEC.shape})
    assert isinstance(said, Mistake)
    assert (said.code, said.point) == ("not_ascii", "４")


def test_the_signs_of_an_input_method_name_a_target() -> None:
    said = parse("／rollback production to\u3000＃41", {"rollback": rollback.SPEC.shape})
    assert isinstance(said, Invocation)
    assert (said.environment, said.target) == ("production", 41)
