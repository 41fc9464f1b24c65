"""Checks whether the workflows that a config names accept its inputs, before GitHub refuses them."""

import difflib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from ghapp.core.config import yaml_tree
from ghapp.core.config.model import APP, ROLES, Config, EnvironmentConfig, InvalidConfig, Problem, Said
from ghapp.core.config.workflow_file import Input, Workflow
from ghapp.core.config.yaml_tree import Node, Scalar, at

TRAPS = ("workflow.past_lock", "workflow.cancels")
"""The codes of the advice about the lock itself."""

_LIKE_ROLES: Mapping[str, tuple[str, ...]] = {
    "read": ("reader", "pull"),
    "triage": ("triager",),
    "write": ("writer", "developer", "dev", "contributor", "collaborator", "committer", "push"),
    "maintain": ("maintainer",),
    "admin": ("admin", "administrator", "owner"),
}

Files = Mapping[str, Workflow | Problem]
"""Workflows by file name in `.github/workflows`; a Problem for an unreadable file, no entry for a missing one."""


class Findings(Struct, frozen=True):
    """The problems that GitHub would refuse, and advice on configs that work."""

    problems: tuple[Problem, ...] = ()
    advice: tuple[Problem, ...] = ()


def logins(config: Config) -> tuple[str, ...]:
    """The logins of the people that a config names."""
    return tuple(
        dict.fromkeys(
            login for environment_config in config.environments.values() for _, login in _people(environment_config)
        )
    )


def _people(config: EnvironmentConfig) -> Iterator[tuple[str, str]]:
    """The logins, each with the key of its list."""
    yield from ((key, one) for key, one in _named(config) if one not in ROLES and not one.startswith(("@", APP)))


def _apps(config: EnvironmentConfig) -> Iterator[tuple[str, str]]:
    """The slugs of the Apps, likewise."""
    yield from ((key, one.removeprefix(APP).lower()) for key, one in _named(config) if one.startswith(APP))


def _named(config: EnvironmentConfig) -> Iterator[tuple[str, str]]:
    lists = {"deployers": config.deployers, "rollbackers": config.rollbackers, "unlockers": config.unlockers}
    for key, rule in lists.items():
        yield from ((key, one) for one in rule or ())


def like_role(login: str) -> str | None:
    """The role that a login looks like, if it is not one. GitHub has logins like `maintainer`, so it may be meant."""
    word = login.lower()
    found = next((role for role, words in _LIKE_ROLES.items() if word.removesuffix("s") in words), None)
    return found or next(iter(difflib.get_close_matches(word, ROLES[1:], 1, 0.8)), None)


def apps(config: Config) -> frozenset[str]:
    """The slugs of the Apps that a config names."""
    return frozenset(slug for environment_config in config.environments.values() for slug in environment_config.apps)


def refuse_app(config: Config, text: str, slug: str) -> Config | InvalidConfig:
    """A config that names this App, our own, is not valid: the App would read its own comments as commands."""
    tree = yaml_tree.read(text)
    found = tuple(
        _Place(tree, name).problem("config.app.own", key, text=f"{APP}{slug}")
        for name, environment_config in config.environments.items()
        for key, one in _apps(environment_config)
        if one == slug.lower()
    )
    language = next((environment_config.language for environment_config in config.environments.values()), None)
    return InvalidConfig(config.sha, found, language) if found else config


def advise_apps(config: Config, text: str, strangers: Mapping[str, str]) -> tuple[Problem, ...]:
    """Advice on entries without effect: Apps that do not belong to the repository's owner.

    `strangers`: their slugs with their owners; "" if GitHub shows no such App.
    """
    tree = yaml_tree.read(text)
    return tuple(
        _Place(tree, name).problem(
            "app.foreign" if strangers[slug] else "app.none", key, app=slug, owner=strangers[slug]
        )
        for name, environment_config in config.environments.items()
        for key, slug in _apps(environment_config)
        if slug in strangers
    )


def check_workflows(
    config: Config, text: str, files: Files, absent: Collection[str] = (), readers: Collection[str] = ()
) -> Findings:
    """Check every environment's workflow and branch. `text`: the config's own, for the places.

    The other files show whether there is a merge queue. `absent`: the branches that do not exist; since one may be
    created later, that is advice. `readers`: the logins without write access, or without an account.
    """
    tree = yaml_tree.read(text)
    lines = tuple(text.split("\n"))
    checked = [
        (_Place(tree, name, lines), environment_config) for name, environment_config in config.environments.items()
    ]
    return Findings(
        problems=tuple(
            found for place, environment_config in checked for found in _refused(place, environment_config, files)
        ),
        advice=(
            *(
                found
                for place, environment_config in checked
                for found in _advised(
                    place,
                    environment_config,
                    files.get(environment_config.workflow),
                    shared=sum(other.workflow == environment_config.workflow for _, other in checked) > 1,
                )
            ),
            *_queue_advised(checked, files),
            *(
                place.problem("branch.none", "branch", branch=environment_config.branch)
                for place, environment_config in checked
                if environment_config.branch in absent
            ),
            *(
                place.problem("login.no_write", key, login=login)
                for place, environment_config in checked
                for key, login in _people(environment_config)
                if login in readers
            ),
            *(
                place.problem("login.role", key, login, login=login, near=near)
                for place, environment_config in checked
                for key, login in _people(environment_config)
                if (near := like_role(login))
            ),
        ),
    )


class _Place(Struct, frozen=True):
    """One environment in the config's tree."""

    tree: Node | None
    environment: str
    lines: tuple[str, ...] = ()

    def at_comment(self, problem: Problem, name: str) -> Problem:
        """The problem at the line that has the key in a comment, as `ghapp init` writes it, if there is one."""
        environments = at(self.tree, "environments")
        items = environments.items if isinstance(environments, yaml_tree.Mapping) else ()
        begins = next((key.line for key, _ in items if key.text == self.environment), 1)
        ends = next((key.line for key, _ in items if key.line > begins), len(self.lines) + 1)
        written = re.compile(rf"\s*# ?{re.escape(name)}:")
        for line in range(begins, min(ends, len(self.lines) + 1)):
            if found := written.match(self.lines[line - 1]):
                return replace(problem, line=line, column=found[0].index("#") + 1)
        return problem

    def problem(self, code: str, *path: str, **values: Said) -> Problem:
        """A problem at these keys; a last one that is a list's text stands for that entry."""
        node = at(self.tree, "environments", self.environment, *path)
        if isinstance(node, yaml_tree.Sequence):
            node = next((one for one in node.items if isinstance(one, Scalar) and one.text == path[-1]), node)
        line, column = (node.line, node.column) if node else (1, 1)
        return Problem(line, column, code, {"environment": self.environment, **values})


def _refused(place: _Place, config: EnvironmentConfig, files: Files) -> Iterator[Problem]:
    if lacks := config.not_allowed:
        if lacks.setting:
            yield place.problem("target.setting", "rollback", target=lacks.target, setting=lacks.setting)
        if lacks.rule:
            yield place.problem("target.rule", "rollback", target=lacks.target, rule=lacks.rule, file=lacks.file)
    match files.get(config.workflow):
        case None:
            yield place.problem("workflow.none", "workflow", file=config.workflow)
        case Problem() as unreadable:
            yield place.problem("workflow.unreadable", "workflow", file=config.workflow, line=unreadable.line)
        case Workflow(dispatch=False):
            yield place.problem("workflow.no_dispatch", "workflow", file=config.workflow)
        case Workflow(inputs=declared):
            yield from _inputs_refused(place, config, declared)


def _inputs_refused(place: _Place, config: EnvironmentConfig, declared: Mapping[str, Input]) -> Iterator[Problem]:
    lower = {name.lower(): known_input for name, known_input in declared.items()}  # GitHub ignores case here
    sent = {name.lower() for name in config.inputs}
    for name, template in config.inputs.items():
        taken = lower.get(name.lower())
        if taken is None:
            code, known = "workflow.input.unknown" if declared else "workflow.input.none", tuple(declared)
            yield place.problem(code, "inputs", name, name=name, file=config.workflow, known=known)
        elif (value := _not_taken(taken, template, place.environment)) is not None:
            takes = tuple(taken.options or ("true", "false"))
            yield place.problem("workflow.input.value", "inputs", name, name=name, value=value, known=takes)
    for name, one in declared.items():
        if one.required and not one.default and name.lower() not in sent:
            missing = place.problem("workflow.input.missing", "inputs", name=name, file=config.workflow)
            yield place.at_comment(missing, name)


def _not_taken(taken: Input, template: str, environment: str) -> str | None:
    """The value that would be sent, if it is known beforehand and the input does not accept it."""
    value = template.replace("{environment}", environment)
    if re.search(r"\{[a-z]+\}", value):
        return None
    allowed = ("true", "false") if taken.type == "boolean" else taken.options
    return value if allowed is not None and value not in allowed else None


def _advised(
    place: _Place, config: EnvironmentConfig, workflow: Workflow | Problem | None, *, shared: bool
) -> Iterator[Problem]:
    """`shared`: whether another environment has the same file."""
    if not isinstance(workflow, Workflow) or not workflow.dispatch:
        return
    if not any("{sha}" in template for template in config.inputs.values()):
        yield place.problem("workflow.no_sha", "inputs", file=config.workflow)
    tickets = [name for name, template in config.inputs.items() if "{ticket}" in template]
    if not tickets:
        yield place.problem("workflow.no_ticket", "inputs", file=config.workflow)
    elif not any(_shows(workflow.run_name, name) for name in tickets):
        title = _titled(place.environment, config, shared=shared) + _input(tickets[0])
        yield place.problem("workflow.run_name", "inputs", file=config.workflow, title=title)
    yield from _past_the_lock(place, config, workflow)


def _titled(environment: str, config: EnvironmentConfig, *, shared: bool) -> str:
    """The beginning of a run's name, so that it reads as `production-128`; empty where a shared file is not told."""
    told = next((name for name, template in config.inputs.items() if template == "{environment}"), None)
    return f"{_input(told)}-" if told else "" if shared else f"{environment}-"


def _input(name: str) -> str:
    return f"${{{{ inputs.{name} }}}}"


def _past_the_lock(place: _Place, config: EnvironmentConfig, workflow: Workflow) -> Iterator[Problem]:
    """The triggers that start a deploy job without the lock, and the lines that cancel it half-way. If the file shows
    no deploy job, any job may be one.
    """
    deploying = workflow.deploying(config.named_on_github(place.environment))
    guarded = [job.guarded or job.by_event for job in deploying or workflow.jobs]
    held = all(guarded) if deploying else any(guarded)
    for cause, line in workflow.others.items() if not held else ():
        yield place.problem("workflow.past_lock", "workflow", file=config.workflow, cause=cause, line=line)
    for line in dict.fromkeys((workflow.cancels, *(job.cancels for job in deploying or workflow.jobs))):
        if line:
            yield place.problem("workflow.cancels", "workflow", file=config.workflow, line=line)


def _queue_advised(checked: Sequence[tuple[_Place, EnvironmentConfig]], files: Files) -> Iterator[Problem]:
    """The time-out of a merge queue is a GitHub setting that no file shows: one advice, for the longest lock."""
    queued = next((name for name, one in files.items() if isinstance(one, Workflow) and one.queue), None)
    locking = [(place, config.lock) for place, config in checked if "deployment" in config.gate]
    if queued and locking:
        place, longest = max(locking, key=lambda one: one[1])
        yield place.problem("workflow.queue", "lock", file=queued, lock=longest // timedelta(minutes=1))


def _shows(run_name: str, name: str) -> bool:
    used = r"\$\{\{[^}]*\b(?:github\.event\.)?inputs(?:\.|\[')" + re.escape(name) + r"\b"
    return re.search(used, run_name, re.IGNORECASE) is not None
