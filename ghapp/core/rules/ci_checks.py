"""The CI rule for a release: which results count, on which of its two commits, and which checks are lacking."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from ghapp.core.config.model import CheckRule
from ghapp.core.model.facts import Checks, Context, Required, RequiredCheck

OWN = ("ghapp/lock", "ghapp/config")  # never waited for, whether they were reported or not
# events that start a run for a change; "" is no run: another App's check, or a commit status
OF_A_CHANGE = ("", "push", "pull_request", "pull_request_target", "merge_group")
# events for which GitHub runs a required workflow: docs.github.com/actions/how-tos/troubleshoot-workflows
OF_A_PULL = ("pull_request", "pull_request_target", "merge_group")
BY_HAND = "workflow_dispatch"
_LATEST = datetime.max.replace(tzinfo=UTC)


class Lacking(Struct, frozen=True):
    """The names of the checks that failed, that still run, and that were never reported."""

    failing: tuple[str, ...] = ()
    running: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.failing or self.running or self.missing)


class Reported(Struct, frozen=True):
    """The reports on a release's commits: on the pinned one, and on the pull request's last head.

    Runs that our App dispatched do not count as CI, even if their file was renamed since. `deploys`: the files of the
    workflows that carry out our grants; their dispatched runs do not count, by any actor. Runs of the same
    file that a push or a pull request started do count.
    """

    pinned: Checks
    head: Checks
    deploys: Collection[str] = ()

    def of_a_change(self) -> Sequence[Context]:
        """All reports that the change itself started: those on the pinned commit, else those on the head."""
        here, there = ([one for one in found if one.event in OF_A_CHANGE] for found in self._found())
        return here or there

    def of(self, wanted: RequiredCheck) -> Sequence[Context]:
        """The reports of one check: those started by the change, else those started by a timer or a person."""
        here, there = ([one for one in found if _matches_required(wanted, one)] for found in self._found())
        started = ([one for one in found if one.event in OF_A_CHANGE] for found in (here, there))
        return next((found for found in (*started, here, there) if found), ())

    def of_workflows(self, files: Collection[str]) -> list[Context]:
        """All jobs of these workflow files that a pull request or a merge queue started."""
        named = ([one for one in found if one.workflow in files and one.event in OF_A_PULL] for found in self._found())
        return [one for found in named for one in found]

    def marked(self) -> Iterable[RequiredCheck]:
        """The checks that GitHub itself marks as required."""
        return (RequiredCheck(one.name, one.app) for found in self._found() for one in found if one.required)

    def ours(self, wanted: RequiredCheck) -> bool:
        """Whether we report this check ourselves. A check of another App may have the same name."""
        own = (one for found in (self.pinned, self.head) for one in found.contexts if one.own)
        return wanted.name in OWN or any(one.name == wanted.name and wanted.app in (None, one.app) for one in own)

    def only_ours(self, names: Iterable[str], before: Checks) -> tuple[str, ...]:
        """Those of these checks that only our deployments have reported, here or `before`, and never a change: waiting
        for one of them before a deployment would never end.
        """
        every = [one for found in (self.pinned, self.head, before) for one in found.contexts]
        counted = {one.name for one in every if self._counts(one)}
        return tuple(name for name in names if name not in counted and any(one.name == name for one in every))

    def _found(self) -> tuple[Sequence[Context], Sequence[Context]]:
        return self._counted(self.pinned), self._counted(self.head)

    def _counted(self, checks: Checks) -> Sequence[Context]:
        return newest(one for one in checks.contexts if not one.own and self._counts(one))

    def _counts(self, one: Context) -> bool:
        """Whether it reports on the change, not on a deployment."""
        return not one.dispatched and (one.event != BY_HAND or one.workflow not in self.deploys)


def newest(contexts: Iterable[Context]) -> Sequence[Context]:
    """The newest result of each check: GitHub lists the superseded ones beside it.

    A check that has not begun is newer than all that have. Of several that began in the same moment all count.
    """
    began: dict[tuple[object, ...], datetime] = {}
    kept = list(contexts)
    for one in kept:
        began[_source_of(one)] = max(began.get(_source_of(one), _began_at(one)), _began_at(one))
    return [one for one in kept if _began_at(one) == began[_source_of(one)]]


def lacking(rule: CheckRule, reported: Reported, required: Required) -> Lacking:
    """The required checks that have not passed. `required`: from the branch's rules."""
    by_rules = dict.fromkeys((*required.checks, *reported.marked()))
    # a required workflow that reported nothing is left to GitHub, which merges nothing without it: neither its jobs'
    # names nor the path of a file from another repository are published, and waiting for a name that never comes blocks
    # for ever
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
    """One name may be reported several times: all of them have to pass."""
    found, missing = list(more), dict[str, None]()
    for check in wanted:
        results = reported.of(check)
        found += results
        if not results and not reported.ours(check):
            missing[check.name] = None
    names = {state: dict.fromkeys(one.name for one in found if one.state == state) for state in ("failing", "running")}
    running = tuple(name for name in names["running"] if name not in names["failing"])
    return Lacking(tuple(names["failing"]), running, tuple(missing))


def _matches_required(wanted: RequiredCheck, one: Context) -> bool:
    """GitHub names no App for a commit status, only whether a bot posted it: a person's never counts for an App's."""
    return one.name == wanted.name and (wanted.app in (None, one.app) or one.by_bot)


def _source_of(one: Context) -> tuple[object, ...]:
    return one.app, one.workflow, one.event, one.name


def _began_at(one: Context) -> datetime:
    return one.began or _LATEST
