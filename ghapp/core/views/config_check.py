"""The check `ghapp/config` on a pull request that changes the config: what is wrong with it, at its lines."""

from dataclasses import dataclass
from typing import Literal

from ghapp.core.config import CONFIG_PATH, Config, InvalidConfig, Language
from ghapp.core.facts import ConfigFact
from ghapp.core.views.problem import line, say, sentence

NAME = "ghapp/config"


@dataclass(frozen=True, slots=True)
class Annotation:
    """One problem at its line of the config."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class ConfigCheck:
    """A completed check run."""

    conclusion: Literal["success", "failure"]
    title: str
    summary: str
    annotations: tuple[Annotation, ...] = ()


def render(proposed: ConfigFact, spoken: Language) -> ConfigCheck:
    """What would hold after the merge. `spoken`: the repository's language, where the proposed config names none."""
    match proposed:
        case InvalidConfig(problems=problems, language=asked):
            language = asked or spoken
            return ConfigCheck(
                "failure",
                say(language, "check_run.invalid", count=len(problems)),
                "\n".join(f"- {line(problem, language)}" for problem in problems),
                tuple(Annotation(problem.line, sentence(problem, language)) for problem in problems),
            )
        case Config(environments=environments):
            language = next(iter(environments.values())).language
            named = say(language, "check.valid", file=CONFIG_PATH, environments=list(environments))
            return ConfigCheck("success", say(language, "check_run.valid"), named)
        case _:
            return ConfigCheck("success", say(spoken, "check_run.gone"), say(spoken, "check_run.gone.more"))
