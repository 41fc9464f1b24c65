"""What CI says of a release: which results count, on which of its two commits, and what is still lacking."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ghapp.core.config.model import CheckRule
from ghapp.core.model.facts import Checks, Context, Required, RequiredCheck

OWN = ("ghapp/lock", "ghapp/config")  # nobody waits for these, whether they were reported or not
# what starts a run for a change; without an event it is no run's: another App's check, or a commit status
OF_A_CHANGE = ("", "push", "pull_request", "pull_request_target", "merge_group")
# what GitHub runs a workflow for that a ruleset requires: docs.github.com/actions/how-tos/troubleshoot-workflows
OF_A_PULL = ("pull_request", "pull_request_target", "merge_group")
BY_HAND = "workflow_dispatch"
_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Lacking:
    """The names of what failed, is not done, and was never reported."""

    failing: tuple[str, ...] = ()
    running: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.failing or self.running or self.missing)


@dataclass(frozen=True, slots=True)
class Reported:
    """What was reported on a release's commits: on the pinned one, and on the pull request's last head.

    What a run says that our App dispatched is no word of CI, whatever its file is called by now. `deploys`: the files
    of the workflows that carry our orders out; of those nothing is that was dispatched, whoever did it. What a push or
    a pull request starts of the same file is.
    """

    pinned: Checks
    head: Checks
    deploys: Collection[str] = ()

    def of_a_change(self) -> Sequence[Context]:
        """All that the change itself has started: what the pinned commit says goes before what the head says."""
        here, there = ([one for one in found if one.event in OF_A_CHANGE] for found in self._found())
        return here or there

    def of(self, wanted: RequiredCheck) -> Sequence[Context]:
        """Of one check. What the change has started goes before what a timer or a person has."""
        here, there = ([one for one in found if _is(wanted, one)] for found in self._found())
        started = ([one for one in found if one.event in OF_A_CHANGE] for found in (here, there))
        return next((found for found in (*started, here, there) if found), ())

    def of_workflows(self, files: Collection[str]) -> list[Context]:
        """All jobs of these, as a pull request or a merge queue has started them."""
        named = ([one for one in found if one.workflow in files and one.event in OF_A_PULL] for found in self._found())
        return [one for found in named for one in found]

    def marked(self) -> Iterable[RequiredCheck]:
        """Those that GitHub itself calls required."""
        return (RequiredCheck(one.name, one.app) for found in self._found() for one in found if one.required)

    def ours(self, wanted: RequiredCheck) -> bool:
        """Whether it is one that we report ourselves: of the same name another App's may be meant."""
        own = (one for found in (self.pinned, self.head) for one in found.contexts if one.own)
        return wanted.name in OWN or any(one.name == wanted.name and wanted.app in (None, one.app) for one in own)

    def only_ours(self, names: Iterable[str], before: Checks) -> tuple[str, ...]:
        """Those of these checks that a deployment of ours has reported, here or `before`, and no change ever did: one
        that has to be there first can never be.
        """
        every = [one for found in (self.pinned, self.head, before) for one in found.contexts]
        counted = {one.name for one in every if self._counts(one)}
        return tuple(name for name in names if name not in counted and any(one.name == name for one in every))

    def _found(self) -> tuple[Sequence[Context], Sequence[Context]]:
        return self._counted(self.pinned), self._counted(self.head)

    def _counted(self, checks: Checks) -> Sequence[Context]:
        return newest(one for one in checks.contexts if not one.own and self._counts(one))

    def _counts(self, one: Context) -> bool:
        """Whether it is a word on the change, and none on a deployment."""
        return not one.ordered and (one.event != BY_HAND or one.workflow not in self.deploys)


def newest(contexts: Iterable[Context]) -> Sequence[Context]:
    """Of each check the newest result: GitHub shows those that it has superseded beside it.

    What waits to begin is newer than all that has begun. Of what began in the same moment each counts.
    """
    began: dict[tuple[object, ...], datetime] = {}
    kept = list(contexts)
    for one in kept:
        began[_key(one)] = max(began.get(_key(one), _began(one)), _began(one))
    return [one for one in kept if _began(one) == began[_key(one)]]


def lacking(rule: CheckRule, reported: Reported, required: Required) -> Lacking:
    """What of the checks that have to pass has not. `required`: what the branch's rules say."""
    by_rules = dict.fromkeys((*required.checks, *reported.marked()))
    # one that has reported nothing is left to GitHub, which let nothing merge without it: how its jobs are named, and
    # under which path a file of another repository runs, is not published, and a name that never comes blocks for ever
    of_rules = reported.of_workflows(required.workflows)
    match rule:
        case "none":
            return Lacking()
        case "all":
            return _outcome(reported, by_rules, [*reported.of_a_change(), *of_rules])
        case "required":
            return _outcome(reported, by_rules, of_rules)
        case _:
            return _outcome(reported, map(RequiredCheck, rule))


def _outcome(reported: Reported, wanted: Iterable[RequiredCheck], more: Sequence[Context] = ()) -> Lacking:
    """One name may have been reported several times: all of them have to pass."""
    found, missing = list(more), dict[str, None]()
    for check in wanted:
        results = reported.of(check)
        found += results
        if not results and not reported.ours(check):
            missing[check.name] = None
    names = {state: dict.fromkeys(one.name for one in found if one.state == state) for state in ("failing", "running")}
    running = tuple(name for name in names["running"] if name not in names["failing"])
    return Lacking(tuple(names["failing"]), running, tuple(missing))


def _is(wanted: RequiredCheck, one: Context) -> bool:
    """Which App posted a commit status GitHub does not tell, but whether one did: a person's never stands in."""
    return one.name == wanted.name and (wanted.app in (None, one.app) or one.by_bot)


def _key(one: Context) -> tuple[object, ...]:
    return one.app, one.workflow, one.event, one.name


def _began(one: Context) -> datetime:
    return one.began or _LATEST
