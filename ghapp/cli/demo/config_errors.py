"""The mistakes of the config on the demo's page, as `ghapp check` finds them."""

from functools import lru_cache
from typing import NamedTuple

from ghapp.core.config.model import Config, InvalidConfig, Language
from ghapp.core.config.reader import read_config
from ghapp.core.config.targets import Allowance
from ghapp.core.config.workflow_check import check_workflows
from ghapp.core.config.workflow_file import read_workflow
from ghapp.core.views.problem import say_problem


class ConfigText(NamedTuple):
    """A config with all that its reading depends on. `workflows`: the names and texts of the workflow files."""

    text: str
    workflows: tuple[tuple[str, str], ...]
    repository: str
    allowances: tuple[Allowance, ...]

    def read(self) -> Config | InvalidConfig:
        """As the server reads it."""
        return read_config(self.text, "", "main", repository=self.repository, allowances=self.allowances)


@lru_cache(maxsize=8)  # the page shows it after every change of anything
def environments(config: ConfigText) -> tuple[str, ...]:
    """The names of a valid config, in its order; empty for any other."""
    found = config.read()
    return (*found.environments,) if isinstance(found, Config) else ()


@lru_cache(maxsize=8)
def errors(config: ConfigText, language: Language) -> tuple[tuple[int | None, str], ...]:
    """Each mistake: its line, if it has one, and a sentence."""
    found = config.read()
    if isinstance(found, InvalidConfig):
        problems = found.problems
    else:
        files = {name: read_workflow(text) for name, text in config.workflows}
        problems = check_workflows(found, config.text, files).problems
    return tuple((one.line or None, say_problem(one, language)) for one in problems)
