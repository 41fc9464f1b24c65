"""The prompt after a merge: what to type and when; later the outcome, in the same message."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, assert_never

from ghapp.core.model.environment import Deployment, Environment, Grant, Pull, Release, Revision, Unfit
from ghapp.core.rules import lock, obstacles, phases, releases
from ghapp.core.rules.obstacles import WAITING, Obstacle
from ghapp.core.rules.release_status import pulls_to_show
from ghapp.core.views import held, reach, run_link, runbook
from ghapp.core.views.problem import say
from ghapp.core.words import Markup, Voice

HEAD = 2  # the first lines, which describe the release itself


def render(environment: Environment, number: int, markup: Markup, *, web: str, now: datetime) -> list[str] | None:
    """Its lines; None if there is nothing more to show for that pull request.

    `web`: the address of GitHub's own pages.
    """
    voice, deployment = Voice.of(environment.config, markup, now), environment.deployment
    if _is_over(environment, now):
        return None
    if deployment and number in _attempted_by(deployment.grant):
        told = _attempted(voice, environment, deployment, number)
        if told:
            return [*told, *runbook.link_after(voice, environment.config, deployment)]
    lines = _awaiting(voice, environment, number, web)
    return [*lines, *runbook.link(voice, environment.config)] if lines else None


def _awaiting(voice: Voice, environment: Environment, number: int, web: str) -> list[str] | None:
    release, standing = releases.find(environment, number), obstacles.obstacles(environment, voice.now)
    if environment.gone:
        return None
    if release is None:
        return _unlisted(voice, environment, number)
    if releases.rolled_back(environment, release):
        was = past(environment, number, voice.markup, now=voice.now) or ()
        return [*was, _barred_again(voice, environment, number)]
    if release.skipped and not release.unfit:
        lines = [_skipped(voice, environment, release), _title(voice, release.pull)]
        return [*lines, *held.lines(voice, environment, standing)]
    if release.unfit:
        return [
            _say_unfit_release(voice, environment, release),
            _title(voice, release.pull),
            *held.lines(voice, environment, standing),
        ]
    if not standing:
        return _free(voice, environment, release, web)
    return _locked(voice, environment, release, standing)


def past(environment: Environment, number: int, markup: Markup, *, now: datetime) -> list[str] | None:
    """The outcome of a release that is no longer prompted for; None if it is unknown.

    Of a past release, it shows nothing that a later release would change: it is not updated then.
    """
    voice = Voice.of(environment.config, markup, now)
    if _is_over(environment, now):
        return _removed(voice, environment, number)
    live = environment.live
    if live and any(pull.number == number for pull in live.pulls):
        pull = next(pull for pull in live.pulls if pull.number == number)
        return [voice.say("prompt.still", number=number, environment=environment.name), _title(voice, pull)]
    known = _known(environment, number)
    return [_was(voice, environment, *known), _title(voice, known[1])] if known else None


def say_unfit(voice: Voice, why: Unfit, values: Mapping[str, Any]) -> str:
    """Why no prompt asks to release it."""
    match why:
        case "branch_gone":
            return voice.say("unfit.branch_gone", values)
        case "off_branch":
            return voice.say("unfit.off_branch", values)
        case "beside":
            return voice.say("unfit.beside", values)
        case "after" if values["until"]:
            return voice.say("unfit.after.until", values)
        case "after":
            return voice.say("unfit.after", values)
        case "after_barred":
            return voice.say("unfit.after.barred", values, command=f"/status {values['environment']}")
        case "after_unknown":
            return voice.say("unfit.after.unknown", values)
        case _:
            assert_never(why)


def _say_unfit_release(voice: Voice, environment: Environment, release: Release) -> str:
    assert release.unfit
    return say_unfit(voice, release.unfit, releases.unfit_values(environment, release))


def say_if_unfit(voice: Voice, environment: Environment, number: int) -> str:
    """The same for an awaiting release; "" if it is fit."""
    release = releases.find(environment, number)
    return _say_unfit_release(voice, environment, release) if release and release.unfit else ""


def onward(voice: Voice, environment: Environment, revision: Revision) -> list[str]:
    """The lines that bring what went live here to the environments that come after."""
    number, since = revision.pull.number, revision.proven_since
    lines = []
    for link in environment.config.followed_by:
        if link.environment in revision.passed_on:
            continue
        code = "number.next.later" if link.lasting and since else "number.next"
        lines.append(voice.say(code, at=since and since + link.lasting, command=deploy_line(link.environment, number)))
    return lines


def _is_over(environment: Environment, now: datetime) -> bool:
    """Whether no prompt stands any more: the environment has left the config, and its last attempt has ended."""
    deployment = environment.deployment
    failed = deployment is not None and deployment.phase in ("failed", "cancelled")
    return lock.is_removed(environment, now) or (environment.gone is not None and failed)


def _removed(voice: Voice, environment: Environment, number: int) -> list[str] | None:
    """The outcome, and when the environment left the config."""
    live, known = environment.live, _known(environment, number)
    pull = next((one for one in pulls_to_show(environment) if one.number == number), known[1] if known else None)
    if pull is None:
        return None
    last = live is not None and any(one.number == number for one in live.pulls)
    code = "prompt.left.last" if last else "left" if known else "prompt.left"
    values = {"number": number, "environment": environment.name, "gone": environment.gone}
    was = [_was(voice, environment, *known)] if known and not last else []
    attempt = environment.deployment
    if attempt and attempt.may_be_out and number in (attempt.grant.leads_to, *attempt.grant.carries):
        return [voice.say("prompt.left.maybe", values, name=attempt.grant.name), _title(voice, pull)]
    return [*was, voice.say(code, values), _title(voice, pull)]


def lasts(environment: Environment, number: int) -> bool:
    """Whether its text stays true: it went live with another release, or is neither live, attempted nor awaiting."""
    newest, live = environment.deployment, environment.live
    if newest and newest.phase == "succeeded" and number in newest.grant.carries:
        return True
    attempted = newest is not None and number in _attempted_by(newest.grant)
    is_live = live is not None and live.pull.number == number
    return not attempted and not is_live and releases.find(environment, number) is None


def was_live(environment: Environment, head: str) -> Revision | None:
    """The earlier live revision of a pull request's head."""
    return next((one for one in environment.earlier if one.pull.head == head), None)


def _known(environment: Environment, number: int) -> tuple[Revision, Pull] | None:
    """A pull request that was live or was rolled back, with the revision that brought it."""
    past = ((one, pull) for one in (*environment.earlier, *environment.barred) for pull in one.pulls)
    return next(((one, pull) for one, pull in past if pull.number == number), None)


def _was(voice: Voice, environment: Environment, revision: Revision, pull: Pull) -> str:
    """Its live span, and the revision after it, as far as that is known."""
    until = revision.live_until
    following = next((one for one in releases.served_revisions(environment) if until and one.live_since == until), None)
    values = {"number": pull.number, "environment": environment.name}
    barred = next((one for one in environment.barred if one.sha == revision.sha), None)
    if barred and barred.in_vain:
        return voice.say("prompt.barred.in_vain", values)
    code = "prompt.barred" if barred else "prompt.replaced"
    if until is None:
        return voice.say(f"{code}.unknown", values)
    span = voice.span(revision.live_since, until)
    if following is None:
        return voice.say("prompt.was", values, span=span)
    return voice.say(code, values, span=span, next=following.pull.number)


def auto(voice: Voice, deployment: Deployment) -> str:
    """That it was deployed automatically; and how to stop it, while that helps."""
    under_way = phases.is_busy(deployment) and deployment.phase != "lost"
    line = f"/cancel {deployment.grant.environment}"
    return voice.say("number.auto" if under_way else "number.auto.over", command=line)


def _attempted_by(grant: Grant) -> tuple[int, ...]:
    """The pull requests that an attempt moves; for a rollback both ends, and those that go back beside them."""
    ends = (grant.revision.pull.number,) if grant.revision else ()
    undone = (grant.undoes.pull.number,) if grant.undoes else ()
    return tuple(dict.fromkeys((*ends, *grant.carries, *undone, *(pull.number for pull in grant.takes_along))))


def command(environment: Environment, number: int) -> str:
    """The command line; with the rolled back pull requests that come again, and the reason to leave the live release
    behind: a placeholder, if none is given yet.
    """
    again = [pull.number for pull in releases.brings_back(environment, number)]
    behind = releases.left_behind_by_newest(environment, number)
    return deploy_line(environment.name, number, again, behind.reason if behind else to_say(environment))


def to_say(environment: Environment) -> str:
    """The placeholder for the reason that the next release takes; "" if it takes none."""
    return say(environment.config.language, "word.reason") if releases.takes_a_reason(environment) else ""


def deploy_line(environment: str, number: int, barred: Iterable[int] = (), anyway: str = "") -> str:
    """The command line that deploys a pull request, and names the rolled back ones that come with it."""
    named = " ".join(f"#{one}" for one in barred)
    return f"/deploy {environment} #{number}{' with ' if named else ''}{named}{' anyway ' if anyway else ''}{anyway}"


def _barred_again(voice: Voice, environment: Environment, number: int) -> str:
    waits = say_if_unfit(voice, environment, number)
    return waits or voice.say("prompt.barred.again", command=command(environment, number))


def _unlisted(voice: Voice, environment: Environment, number: int) -> list[str] | None:
    """A release that the newest attempt carried in vain, and for which the bounded line has no room any more."""
    grant = environment.deployment.grant if environment.deployment else None
    pull = next((one for one in grant.along if one.number == number), None) if grant else None
    if grant is None or pull is None:
        return None
    values = {
        "number": number,
        "environment": environment.name,
        "name": grant.name,
        "command": command(environment, number),
    }
    title = voice.say("prompt.release", title=pull.title, number=number, author=pull.author)
    standing = obstacles.obstacles(environment, voice.now)
    return [voice.say("prompt.unlisted", values), title, *held.lines(voice, environment, standing)]


def _skipped(voice: Voice, environment: Environment, release: Release) -> str:
    values = {
        "number": release.pull.number,
        "environment": environment.name,
        "by": release.skipped_by,
        "label": environment.config.skip_label,
        "command": command(environment, release.pull.number),
    }
    return voice.say("prompt.skipped" if release.skipped_by else "prompt.skipped.label", values)


def _free(voice: Voice, environment: Environment, release: Release, web: str) -> list[str]:
    lines = [
        voice.say("prompt.free", who=voice.markup.call(release.waiter)),
        _title(voice, release.pull),
        voice.say("prompt.type", command=command(environment, release.pull.number)),
        _runs(voice, environment, release, web),
    ]
    if release.not_auto:
        lines.append(_not_auto(voice, environment, release))
    if back := releases.brings_back(environment, release.pull.number):
        in_vain = releases.barred_in_vain(environment, [one.number for one in back])
        code = "prompt.brings_back.in_vain" if in_vain else "prompt.brings_back"
        lines.append(voice.say(code, others=_others(voice, back)))
    warns = any(one.warns for one in (release, *releases.before(environment, release)))
    return [*lines, voice.say("warns")] if warns else lines


def _not_auto(voice: Voice, environment: Environment, release: Release) -> str:
    values = {"environment": environment.name, "waiter": release.waiter, "command": f"/status {environment.name}"}
    return voice.say("prompt.auto", why=voice.say(f"auto.{release.not_auto}", values))


def _locked(voice: Voice, environment: Environment, release: Release, standing: Iterable[Obstacle]) -> list[str]:
    number = release.pull.number
    lines = [
        voice.say("prompt.locked", who=voice.markup.call(release.waiter), number=number, environment=environment.name),
        *held.lines(voice, environment, standing),
    ]
    if rank := releases.rank(environment, number):
        lines.append(voice.say("prompt.rank", rank=rank))
    return lines


def _runs(voice: Voice, environment: Environment, release: Release, web: str) -> str:
    """The live release, those that ship along, and the changes."""
    live, others = environment.live, releases.before(environment, release)
    if live:
        line = voice.say(
            "prompt.runs" if others else "prompt.runs.alone", environment=environment.name, live=live.pull.number
        )
    else:
        line = voice.say("prompt.runs.unknown", environment=environment.name)
    if others:
        named = _others(voice, [other.pull for other in others])
        line += voice.say("prompt.ships" if len(others) == 1 else "prompt.ships.many", others=named)
    if live:
        url = f"{web}/{environment.repository.full_name}/compare/{live.sha}...{release.sha}"
        line += voice.say("prompt.changes", link=voice.markup.link(voice.say("prompt.view"), url))
    return line


def _others(voice: Voice, pulls: Iterable[Pull]) -> str:
    named = (voice.say("prompt.other", number=pull.number, author=pull.author) for pull in pulls)
    return voice.listed(named)


def _attempted(voice: Voice, environment: Environment, deployment: Deployment, number: int) -> list[str] | None:
    grant = deployment.grant
    if grant.undoes:
        return [*_back(voice, environment, deployment, grant.undoes), *_goes_back(voice, environment, number)]
    code = {
        "succeeded": "prompt.live",
        "failed": "prompt.failed",
        "unsure": "prompt.unsure",
        "cancelled": "prompt.cancelled",
        "given_up": "prompt.given_up",
        "lost": "prompt.lost.own",
    }.get(reach.ended_of(deployment), "prompt.deploying")
    own = number == grant.brings.pull.number
    if deployment.phase in phases.ENDED and not own:
        if deployment.phase != "succeeded":
            return None  # it still waits, and is shown so
        code = "prompt.live.with"
    values = {
        "number": number,
        "environment": environment.name,
        "name": grant.name,
        "actor": grant.actor,
        "pull": grant.brings.pull.number,
    }
    if stopped := _stopped(voice, environment, deployment):
        return stopped
    lines = [voice.say(code, values, reach=reach.reached(voice, deployment.reach, values))]
    if deployment.phase in ("failed", "cancelled"):
        waits = say_if_unfit(voice, environment, number)
        lines = [*lines, waits] if waits else _again(voice, environment, lines[0], command(environment, number))
    lines += [voice.say("number.denied")] if deployment.phase == "lost" and deployment.denied else []
    lines += reach.explained(voice, deployment.reach, deployment.broke)
    lines += reach.rollback_line(voice, environment, deployment)
    if own:
        pull = grant.brings.pull
        lines.append(voice.say("prompt.release", title=pull.title, number=pull.number, author=pull.author))
    if grant.door == "auto":
        lines.append(auto(voice, deployment))
    if link := run_link.link_of(voice, deployment):
        lines.append(link)
    activity = environment.activity
    if own and deployment.phase == "succeeded" and activity and activity.quick_rollback_until and not activity.ending:
        lines.append(voice.say("prompt.way_back", way_back=activity.quick_rollback_until))
    return lines


def _back(voice: Voice, environment: Environment, deployment: Deployment, undone: Revision) -> list[str]:
    """A rollback, shown alike at both of its ends."""
    grant, phase = deployment.grant, deployment.phase
    values = {
        "environment": environment.name,
        "name": grant.name,
        "actor": grant.actor,
        "pull": grant.leads_to,
        "undone": undone.pull.number,
    }
    if stopped := _stopped(voice, environment, deployment):
        return stopped
    ended = reach.end_of(environment, deployment) if phase in phases.ENDED or phase == "lost" else ""
    lines = [voice.say(f"prompt.back.{ended}" if ended else "prompt.back", values)]
    if waits := obstacles.first_of(environment, voice.now, *WAITING):
        lines = [voice.say("prompt.back.waits", values), held.say_obstacle(voice, "prompt", waits.values)]
    if phase in ("failed", "cancelled"):
        lines = _tried(voice, environment, lines[0])
    link = run_link.link_of(voice, deployment)
    return [*lines, link] if link else lines


def _again(voice: Voice, environment: Environment, ended: str, line: str) -> list[str]:
    """The end of an attempt in vain, and the command line to repeat it: now, or when there is no obstacle."""
    standing = obstacles.obstacles(environment, voice.now)
    if not standing:
        return [ended + voice.say("prompt.again", command=line)]
    return [ended, *held.lines(voice, environment, standing), voice.say("number.again.later", command=line)]


def _tried(voice: Voice, environment: Environment, ended: str) -> list[str]:
    """The end of a rollback in vain, and the command line to repeat it: once the overtaken attempt has ended, too."""
    line = f"/rollback {environment.name}"
    if not phases.is_busy(environment.overtaken):
        return [ended + voice.say("prompt.again", command=line)]
    standing = obstacles.obstacles(environment, voice.now)
    return [ended, *held.lines(voice, environment, standing[:1]), voice.say("number.again.later", command=line)]


def _goes_back(voice: Voice, environment: Environment, number: int) -> list[str]:
    """Why a pull request that the headline does not name is taken back; once it is, the line that brings it again."""
    grant = environment.deployment.grant if environment.deployment else None
    undone = grant.undoes if grant else None
    lines: list[str] = []
    if undone and any(release.pull.number == number for release in undone.along):
        lines.append(voice.say("prompt.back.with", number=number, undone=undone.pull.number))
    release = releases.find(environment, number)
    barred = release is not None and releases.rolled_back(environment, release)
    return [*lines, _barred_again(voice, environment, number)] if barred else lines


def _stopped(voice: Voice, environment: Environment, deployment: Deployment) -> list[str]:
    """The requested stop, until it has ended."""
    if deployment.stop is None or not phases.is_busy(deployment) or deployment.phase == "lost":
        return []
    values = {"name": deployment.grant.name, "pull": deployment.grant.leads_to, "by": deployment.stop.by}
    told = voice.say("prompt.stopping", values, environment=environment.name)
    link = run_link.link_of(voice, deployment)
    return [told, link] if link else [told]


def _title(voice: Voice, pull: Pull) -> str:
    return voice.say("prompt.release", title=pull.title, number=pull.number, author=pull.author)
