"""The mistakes of the config on the demo's page, as `ghapp check` finds them."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ghapp.core.config.model import Config, InvalidConfig, Language
from ghapp.core.config.reader import read_config
from ghapp.core.config.targets import Allowance
from ghapp.core.config.workflow_check import check_workflows
from ghapp.core.config.workflow_file import read_workflow
from ghapp.core.views.problem import say_problem


def read(text: str, repository: str, allowances: tuple[Allowance, ...]) -> Config | InvalidConfig:
    """As the server reads it."""
    return _read(text, repository, allowances)


def environments(text: str, repository: str, allowances: tuple[Allowance, ...]) -> list[str]:
    """The names of a valid config, in its order; empty for any other."""
    found = read(text, repository, allowances)
    return [*found.environments] if isinstance(found, Config) else []


def errors(
    text: str,
    workflows: Mapping[str, str],
    *,
    repository: str,
    allowances: tuple[Allowance, ...],
    language: Language,
) -> list[dict[str, Any]]:
    """`workflows`: the texts of the workflow files, by name."""
    found = read(text, repository, allowances)
    if isinstance(found, InvalidConfig):
        problems = found.problems
    else:
        files = {name: read_workflow(workflow) for name, workflow in workflows.items()}
        problems = check_workflows(found, text, files).problems
    return [{"line": one.line or None, "sentence": say_problem(one, language)} for one in problems]


@lru_cache(maxsize=8)
def _read(text: str, repository: str, allowances: tuple[Allowance, ...]) -> Config | InvalidConfig:
    return read_config(text, "", "main", repository=repository, allowances=allowances)
