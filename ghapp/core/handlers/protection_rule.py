"""A job waits at our protection rule: our own run goes on; a manual run takes the lock or is rejected."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from ghapp.core.commands import deploy
from ghapp.core.commands.grammar import Invocation
from ghapp.core.commands.spec import STALE_AFTER, CommandContext, is_permitted, who_config_names
from ghapp.core.config.model import EnvironmentConfig, InvalidConfig
from ghapp.core.handlers import manual_runs, workflow_runs
from ghapp.core.handlers.current_config import Documents, current_environments, readable, reply_config, unusable
from ghapp.core.handlers.guard import MAY
from ghapp.core.model.codec import Unreadable
from ghapp.core.model.decision import Decision, Notice, Refusal, Value, attempt_entry
from ghapp.core.model.destination import Destination, Waiting
from ghapp.core.model.environment import DISPATCH, Deployment, Environment, ManualRun
from ghapp.core.model.events import DeploymentJobWaiting, RunObserved
from ghapp.core.model.facts import ConfigFact, Facts, NeedConfig, NeedRole, NeedRun, RunFact
from ghapp.core.rules import phases, releases
from ghapp.core.rules.workflow_run import carries_grant, workflow_file


class _Case(Struct, frozen=True, kw_only=True):
    """The job, its run, the actor of that run, and all environments of the repository."""

    event: DeploymentJobWaiting
    run: RunFact
    now: datetime
    environments: tuple[Environment, ...]

    def answer(
        self, code: str, values: dict[str, Value], config: EnvironmentConfig, *, approved: bool = False
    ) -> Notice:
        """The answer, owed once to the waiting job."""
        state: Waiting = Waiting(self.event.run, self.event.github_environment, "approved" if approved else "rejected")
        return Notice(
            id=f"{self.event.repository.id}/{self.event.key}",
            repository=self.event.repository,
            destination=Destination(job=state),
            code=code,
            values={"actor": self.run.actor, **values},
            config=config,
            at=self.now,
        )

    def ask(self, environment: Environment, pull: int = 0) -> CommandContext:
        """The equivalent command of the run's actor."""
        return CommandContext(
            invocation=Invocation(word="deploy"),
            repository=self.event.repository,
            environments=(environment,),
            actor=self.run.actor,
            door="github",
            pull=pull,
            destination=Destination(pull=pull),
            key=self.event.key,
            at=self.event.at,
            now=self.now,
            all_environments=self.environments,
        )

    def rejected(self, environment: Environment, refusal: Refusal) -> Decision:
        """Reject the job, with the reason as its sentence."""
        entry = self.ask(environment).entry("refused", why=f"{refusal.code} {self.run.run.url}")
        notice = self.answer(refusal.code, dict(refusal.values), environment.config)
        return Decision(refusal=refusal, entries=(entry,), notices=(notice,), changed=self.stopped(environment))

    def stopped(self, environment: Environment) -> tuple[Environment, ...]:
        """A run that was not dispatched is examined at its end: this record says that it deployed nothing there."""
        if self.run.event == DISPATCH:
            return ()
        stopped = ManualRun(self.run.run, self.run.attempt, self.run.actor, self.now, self.run.event, stopped=True)
        return (manual_runs.record_turned_away(environment, stopped),)


def handle_waiting_job(event: DeploymentJobWaiting, documents: Documents, facts: Facts, now: datetime) -> Decision:
    """Answer every waiting job once that can be decided: without an answer it would wait for weeks."""
    facts.require(NeedConfig(), NeedRun(event.run))
    config, run = facts.config(), facts.run(event.run)
    if run is None:
        return Decision()
    environments = current_environments(event.repository, documents, config, now)
    case = _Case(event=event, run=run, now=now, environments=environments)
    meant = _meant(event.github_environment, environments)
    if meant is None:  # our own run's, too: its number is another environment's
        return _nobodys(case, documents, config)
    ours = next((one for one in (meant.deployment, meant.overtaken) if _carries(one, run)), None)
    return _own(case, meant, ours, documents) if ours else _by_hand(case, meant, facts)


def may_go_on(job: Waiting, environments: Iterable[Environment]) -> bool:
    """Whether a job that was approved may begin by now: the answer may have been owed for a while."""
    attempts = ((each, each.deployment) for each in environments)
    return any(_is_current(each, one) for each, one in attempts if one and one.run and one.run.id == job.run)


def withdrawn(approval: Notice) -> Notice:
    """The reason for a rejection, in place of an approval whose release is over."""
    return replace(approval, code="rule.over", values={"actor": approval.values["actor"]})


def may_be_ours(event: DeploymentJobWaiting, documents: Documents) -> bool:
    """Whether the job's run is bound to an attempt, or may be the unknown run of one: known without a call."""
    attempts = (one for each in readable(documents) for one in (each.deployment, each.overtaken) if one)
    return any(one.run.id == event.run if one.run else phases.is_busy(one) for one in attempts)


def _meant(place: str, environments: Iterable[Environment]) -> Environment | None:
    """The environment that belongs to GitHub's of this name."""
    return next((one for one in environments if one.is_on_github(place)), None)


def _carries(attempt: Deployment | None, run: RunFact) -> bool:
    """Whether the run is the attempt's bound one; or, if none is bound, the one that our App has started for it."""
    if attempt is None:
        return False
    return attempt.run.id == run.run.id if attempt.run else carries_grant(attempt, run)


def _is_of(config: EnvironmentConfig, run: RunFact) -> bool:
    return workflow_file(run.path) == config.workflow and run.branch == config.default_branch


def _own(case: _Case, environment: Environment, attempt: Deployment, documents: Documents) -> Decision:
    grant, run = attempt.grant, case.run
    if not _is_current(environment, attempt):
        return case.rejected(environment, Refusal("rule.over"))
    if run.attempt != 1:
        return case.rejected(environment, Refusal("rule.again"))
    notice = case.answer("rule.approved", {"name": grant.name, **_whose(attempt)}, environment.config, approved=True)
    seen = RunObserved.of(grant, "queued", run=run.run)
    evidence = workflow_runs.handle_observation(replace(seen, activity=environment.activity), documents, case.now)
    entry = attempt_entry(grant, "approved", case.now, actor="ghapp", why=run.run.url)
    return replace(evidence, entries=(*evidence.entries, entry), notices=(*evidence.notices, notice))


def _is_current(environment: Environment, attempt: Deployment) -> bool:
    """Whether its job may begin: its number is the newest, it has not ended, and no end of it is requested."""
    newest = attempt is environment.deployment and attempt.grant.number == environment.number
    return newest and attempt.phase in MAY and attempt.stop is None


def _whose(attempt: Deployment) -> dict[str, Value]:
    return {"number": attempt.grant.leads_to, "actor": attempt.grant.actor}


def _nobodys(case: _Case, documents: Documents, config: ConfigFact) -> Decision:
    """The rule is set on a GitHub environment that cannot be locked. No run is approved for it."""
    unreadable = documents.get(case.event.github_environment)
    refusal = Refusal("rule.unknown", {"place": case.event.github_environment})
    if isinstance(config, InvalidConfig):
        refusal = unusable(config)
    if isinstance(unreadable, Unreadable):
        refusal = Refusal("unreadable", {"environment": unreadable.name, "why": unreadable.why})
    return Decision(
        refusal=refusal, notices=(case.answer(refusal.code, dict(refusal.values), reply_config(documents, config)),)
    )


def _by_hand(case: _Case, environment: Environment, facts: Facts) -> Decision:
    if refusal := _refuse_run(case, environment, facts):
        return case.rejected(environment, refusal)
    number = _released_as(environment, case.run.sha)
    if number is None:
        return case.rejected(environment, _no_release(case, environment))
    decision = deploy.decide(case.ask(environment, number), facts)
    if decision.refusal:
        notice = case.answer(decision.refusal.code, dict(decision.refusal.values), environment.config)
        return replace(decision, notices=(notice,), reaction=None)
    (taken,) = decision.changed
    if taken.deployment is None or taken.deployment.grant.sha != case.run.sha:
        return case.rejected(environment, _no_release(case, environment))
    return replace(_followed(case, taken, taken.deployment), entries=decision.entries)


def _refuse_run(case: _Case, environment: Environment, facts: Facts) -> Refusal | None:
    """The reasons to reject that hold for every actor, then the actor's permission."""
    run, environment_config, config = case.run, environment.config, facts.config()
    if run.ours:  # its number is over, or another environment's
        return Refusal("rule.over")
    if run.attempt != 1:
        return Refusal("rule.again")
    if run.event != DISPATCH:  # a push or a schedule does not request a release
        return Refusal("rule.not_by_hand", {"cause": run.event, "command": f"/deploy {environment.name}"})
    if not _is_of(environment_config, run):
        known: dict[str, Value] = {"workflow": environment_config.workflow, "branch": environment_config.default_branch}
        return Refusal("rule.workflow", {"environment": environment.name, **known})
    if isinstance(config, InvalidConfig):
        return unusable(config)
    if case.now - case.event.at > STALE_AFTER:
        return Refusal("rule.late")
    facts.require(NeedRole(run.actor))
    if not is_permitted("deployers", case.ask(environment), facts):
        who: dict[str, Value] = {"word": "deploy", "who": list(who_config_names("deployers", environment_config))}
        return Refusal("not_allowed", {**who, "environment": environment.name})
    return None


def _no_release(case: _Case, environment: Environment) -> Refusal:
    return Refusal("rule.no_release", {"environment": environment.name, "sha": case.run.sha[:7]})


def _released_as(environment: Environment, sha: str) -> int | None:
    """The pull request of a known commit: it waits, or was released before."""
    newest = environment.deployment
    known = (
        *environment.awaiting,
        *releases.served_revisions(environment),
        *environment.barred,
        *((newest.grant.revision,) if newest and newest.grant.revision else ()),
    )
    return next((one.pull.number for one in known if one.sha == sha), None)


def _followed(case: _Case, taken: Environment, granted: Deployment) -> Decision:
    """The manual run has a number, and is followed by its id: nothing is dispatched for it."""
    grant, run = granted.grant, case.run.run
    seen = RunObserved.of(grant, "queued", run=run)
    bound = phases.advance(phases.intended(granted, case.now, at=case.now), seen, case.now)
    others = tuple(one for one in taken.manual_runs if one.run.id != run.id)
    notice = case.answer("rule.approved", {"name": grant.name, **_whose(granted)}, grant.config, approved=True)
    return Decision(changed=(replace(taken, deployment=bound, manual_runs=others),), notices=(notice,))
