"""Judges a repository's config, and the workflows and the rules that it needs. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from ghapp.adapters.github.open_pulls import CONTEXT as GATE
from ghapp.cli.live.findings import Finding, Status, Subject
from ghapp.core.config.model import CLOSED, CONFIG_PATH, CodeDeploy, Config, InvalidConfig, NoConfig, Problem
from ghapp.core.config.workflow_check import TRAPS, Files, Findings
from ghapp.core.config.workflow_file import Workflow
from ghapp.core.model.facts import ConfigFact, Required, RulesHidden
from ghapp.core.views.problem import line, say

SUBJECT: Subject = "Repositories"


def judge_config(config: ConfigFact, findings: Findings) -> Sequence[Finding]:
    """The problems of a config and its workflows, in the words of `ghapp check`. No config: no finding."""
    if isinstance(config, NoConfig):
        return []
    problems = config.problems if isinstance(config, InvalidConfig) else findings.problems
    file = config.file if isinstance(config, InvalidConfig) else CONFIG_PATH
    found = [repository_finding("todo", "config", _problem(file, one)) for one in problems]
    if isinstance(config, InvalidConfig):
        return found
    if not found:
        named = ", ".join(config.environments)
        found = [repository_finding("ok", "config", f"{file} is valid, and its workflows take the inputs: {named}")]
    return [*found, *(_advice(file, one) for one in findings.advice)]


def _problem(file: str, problem: Problem) -> str:
    if problem.code in CLOSED:  # it has no place in the file
        return say("en", CLOSED[problem.code], file=file)
    return f"{file}: {line(problem, 'en')}"


def _advice(file: str, problem: Problem) -> Finding:
    """A way past the lock is more than advice."""
    trap = problem.code in TRAPS
    return repository_finding("todo" if trap else "hint", problem.code, f"{file}: {line(problem, 'en')}")


def judge_fence(config: Config, files: Files) -> Iterator[Finding]:
    """Whether the jobs that deploy ask the guard."""
    for name, environment in config.environments.items():
        workflow = files.get(environment.workflow)
        if not isinstance(workflow, Workflow):
            continue
        jobs = workflow.deploying((name, *environment.aliases)) or workflow.jobs
        if any(job.guarded for job in jobs):
            yield repository_finding("ok", "fence", f"{name}: {environment.workflow} asks the guard")
        else:
            text = "shows no job that asks the guard, so a run by hand may pass the lock: docs/fence.md"
            yield repository_finding("hint", "fence", f"{name}: {environment.workflow} {text}")


def judge_gate(rules: Required | RulesHidden, branch: str, environments: Sequence[str], app_id: int) -> Finding:
    """Whether the branch requires the gate, and from this App. Classic protection does not show the App.

    `environments`: those whose gate the branch's pull requests get.
    """
    if isinstance(rules, RulesHidden):
        return repository_finding("hint", "gate", f"the rules of {branch} could not be read: GitHub denies it")
    apps = {one.app for one in rules.checks if one.name == GATE}
    what = f"{GATE} on {branch} ({', '.join(environments)})"
    if app_id in apps:
        return repository_finding("ok", "gate", f"{what} is required from this App, so it holds merges")
    if None in apps:
        text = f"{what} is required. That only this App may set it, no ruleset says: docs/gate.md"
        return repository_finding("hint", "gate", text)
    if apps:
        text = (
            f"{what} is required from the App {min(one for one in apps if one)}, so nothing can be merged: set {app_id}"
        )
        return repository_finding("todo", "gate", text)
    return repository_finding("hint", "gate", f"{what} is not a required check, so it holds no merge: docs/gate.md")


def branches(config: Config) -> Mapping[str, Sequence[str]]:
    """The environments with a gate, by the branch that they release."""
    found: dict[str, list[str]] = {}
    for name, environment in config.environments.items():
        if environment.gate:
            found.setdefault(environment.branch, []).append(name)
    return found


def targets(config: Config) -> Collection[CodeDeploy]:
    """The targets that the repository may act on, each once: why it may not is a problem of the config."""
    allowed = (one.rollback for one in config.environments.values() if one.rollback and not one.not_allowed)
    return dict.fromkeys(allowed)


def repository_finding(status: Status, code: str, text: str) -> Finding:
    """A finding about repositories."""
    return Finding(subject=SUBJECT, status=status, code=code, text=text)
