"""The fence: a deploy job asks whether it may go on. Only the one run of the current number may."""

from collections.abc import Iterable
from datetime import datetime

from msgspec.structs import replace

from ghapp.core.config.model import EnvironmentConfig
from ghapp.core.handlers import manual_runs, workflow_runs
from ghapp.core.handlers.current_config import Documents, readable, reply_config
from ghapp.core.handlers.notices import of_newest
from ghapp.core.model.codec import Unreadable
from ghapp.core.model.decision import Decision, Entry, EntryKind, Notice, Refusal, Value
from ghapp.core.model.environment import Deployment, Environment, ManualRun, Phase
from ghapp.core.model.events import GuardAsked, GuardedJob, RunObserved

MAY: frozenset[Phase] = frozenset({"starting", "queued", "running"})


def handle_guard_request(event: GuardAsked, documents: Documents, now: datetime) -> Decision:
    """Let the job through, or refuse. A repeated request of the same run and attempt gets the same answer; nothing is
    written.

    Nothing is kept for a repository without a document: any repository on GitHub can ask.
    """
    if not documents:
        return Decision(refusal=_unknown(event))
    environment = _named(event, readable(documents))
    if environment is None:
        unreadable = next((one for one in documents.values() if isinstance(one, Unreadable)), None)
        told = _refused(event, _of_workflow(event, documents), _unknown(event, unreadable), now)
        return replace(told, config=told.config or reply_config(documents, None))
    refusal = _refusal(event, environment)
    return _refused(event, environment, refusal, now) if refusal else _let_through(event, environment, documents, now)


def _named(event: GuardAsked, environments: Iterable[Environment]) -> Environment | None:
    """The environment that issued the number."""
    for environment in environments:
        attempts = (environment.deployment, environment.overtaken)
        if any(attempt and _shows(event, attempt) for attempt in attempts):
            return environment
    return None


def _shows(event: GuardAsked, attempt: Deployment) -> bool:
    """Whether the job shows the attempt's ticket; or, for a manual run that took the lock, whether it is that run."""
    bound = attempt.run is not None and attempt.run.id == event.job.run.id
    return attempt.grant.ticket == event.ticket or (attempt.grant.door == "github" and bound)


def _of_workflow(event: GuardAsked, documents: Documents) -> Environment | None:
    """The environment of that workflow file, if the ticket identifies none."""
    file = event.job.workflow.split("@", 1)[0].rsplit("/", 1)[-1]
    return next((one for one in readable(documents) if one.config.workflow == file), None)


def _unknown(event: GuardAsked, unreadable: Unreadable | None = None) -> Refusal:
    if unreadable:
        return Refusal("unreadable", {"environment": unreadable.name, "why": unreadable.why})
    if not event.ticket:
        return Refusal("guard.none")
    return Refusal("guard.unknown", {"ticket": event.ticket, "repository": event.job.full_name})


def _refusal(event: GuardAsked, environment: Environment) -> Refusal | None:
    """The first deviation from the grant."""
    deployment, job = environment.deployment, event.job
    assert deployment
    grant = deployment.grant
    current = _shows(event, deployment) and grant.number == environment.number and deployment.phase in MAY
    if not current:
        attempts = (one.grant for one in (deployment, environment.overtaken) if one)
        name = next((one.name for one in attempts if one.ticket == event.ticket), event.ticket)
        return Refusal("guard.over", {"name": name, "environment": environment.name})
    if deployment.stop:
        return Refusal("guard.stopping", {"name": grant.name, "by": deployment.stop.by})
    if job.workflow != _expected(job, grant.config):
        known: dict[str, Value] = {"workflow": grant.config.workflow, "branch": grant.config.default_branch}
        return Refusal("guard.workflow", {"name": grant.name, **known})
    if job.attempt != 1:
        return Refusal("guard.attempt", {"name": grant.name, "command": _again(environment, deployment)})
    if deployment.run and deployment.run.id != job.run.id:
        return Refusal("guard.other_run", {"name": grant.name, "url": deployment.run.url})
    if grant.sha != event.sha:
        return Refusal("guard.sha", {"name": grant.name, "sha": event.sha, "granted": grant.sha})
    if deployment.run is None:  # anyone who reads the ticket can show it, so it does not prove who started the run
        return Refusal("guard.not_yet", {"name": grant.name})
    return None


def _expected(job: GuardedJob, config: EnvironmentConfig) -> str:
    """Only the file on the default branch is dispatched, where changes to it are reviewed."""
    return f"{job.full_name}/.github/workflows/{config.workflow}@refs/heads/{config.default_branch}"


def _again(environment: Environment, deployment: Deployment) -> str:
    if deployment.grant.kind == "rollback":
        return f"/rollback {environment.name}"
    return f"/deploy {environment.name} #{deployment.grant.brings.pull.number}"


def _let_through(event: GuardAsked, environment: Environment, documents: Documents, now: datetime) -> Decision:
    """The request is evidence that the number's run is under way."""
    deployment = environment.deployment
    assert deployment
    if deployment.let_through:
        return Decision()
    grant, run = deployment.grant, event.job.run
    noted = replace(environment, fenced=True, deployment=replace(deployment, let_through=now))
    seen = RunObserved(environment=noted.name, number=grant.number, status="running", run=run, activity=noted.activity)
    evidence = workflow_runs.handle_observation(seen, {**documents, noted.name: noted}, now)
    entry = _entry(event, environment, "let_through", now, why=run.url)
    return replace(evidence, entries=(entry, *evidence.entries))


def _refused(event: GuardAsked, environment: Environment | None, refusal: Refusal, now: datetime) -> Decision:
    """A run without a number is kept, so that its end counts for nothing; a use of `break_glass` sends notices."""
    if refusal.code == "guard.not_yet" and environment and not event.break_glass:
        return Decision(refusal=refusal, config=environment.config)
    entry = _entry(event, environment, "not_let_through", now, why=f"{refusal.code} {event.job.run.url}")
    config = environment.config if environment else None
    refused = Decision(refusal=refusal, entries=(entry,), config=config)
    if environment is None:
        return refused
    if not event.break_glass and refusal.code in ("guard.none", "guard.unknown"):
        stopped = ManualRun(event.job.run, event.job.attempt, event.job.actor, now, stopped=True)
        return replace(refused, changed=(manual_runs.record_turned_away(environment, stopped),))
    if not event.break_glass:
        return refused
    broken = _entry(event, environment, "glass_broken", now, why=event.break_glass)
    return replace(refused, entries=(entry, broken), notices=_told(event, environment, now))


def _told(event: GuardAsked, environment: Environment, now: datetime) -> tuple[Notice, ...]:
    job, why = event.job, event.break_glass
    values = {"actor": job.actor, "environment": environment.name, "reason": why, "url": job.run.url}
    return of_newest(environment, f"glass_broken/{job.run.id}/{job.attempt}", "glass_broken", values, now)


def _entry(event: GuardAsked, environment: Environment | None, what: EntryKind, now: datetime, *, why: str) -> Entry:
    deployment = environment.deployment if environment else None
    ours = deployment is not None and _shows(event, deployment)
    return Entry(
        at=now,
        what=what,
        environment=environment.name if environment else None,
        actor=event.job.actor,
        door="guard",
        number=deployment.grant.number if deployment and ours else None,
        sha=event.sha,
        why=why,
    )
