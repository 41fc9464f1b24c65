"""The check `ghapp/config` on a pull request: the problems of the proposed config, at their lines."""

from collections.abc import Iterable

from ghapp.core.config.model import CONFIG_PATH, Config, InvalidConfig, Language, Problem
from ghapp.core.config.workflow_check import Findings
from ghapp.core.model.facts import ConfigFact
from ghapp.core.model.published import Annotation, ConfigCheck, Level
from ghapp.core.views.problem import line, say, say_problem


def render(proposed: ConfigFact, findings: Findings, spoken: Language) -> ConfigCheck:
    """The check of the config after the merge; `findings`: of its workflows.

    `spoken`: the repository's language, if the proposed config names none.
    """
    match proposed:
        case InvalidConfig(problems=problems, language=asked):
            return _refused(problems, (), asked or spoken)
        case Config():
            return _valid(proposed, findings)
        case _:
            return ConfigCheck("success", say(spoken, "check_run.gone"), say(spoken, "check_run.gone.more"))


def unread(proposed: Config) -> ConfigCheck:
    """The workflows could not be read: the check stays open until they are, so that a required check does not pass."""
    language = _language(proposed)
    files = sorted({config.workflow for config in proposed.environments.values()})
    return ConfigCheck(None, say(language, "check_run.unread"), say(language, "check_run.unread.more", files=files))


def _valid(config: Config, findings: Findings) -> ConfigCheck:
    language = _language(config)
    if findings.problems:
        return _refused(findings.problems, findings.advice, language)
    named = say(language, "check.valid", file=CONFIG_PATH, environments=list(config.environments))
    summary = "\n".join((named, *_advised(findings.advice, language)))
    return ConfigCheck(
        "success", say(language, "check_run.valid"), summary, _annotations_of(findings.advice, "warning", language)
    )


def _refused(problems: tuple[Problem, ...], advice: tuple[Problem, ...], language: Language) -> ConfigCheck:
    return ConfigCheck(
        "failure",
        say(language, "check_run.invalid", count=len(problems)),
        "\n".join((*(f"- {line(problem, language)}" for problem in problems), *_advised(advice, language))),
        (*_annotations_of(problems, "failure", language), *_annotations_of(advice, "warning", language)),
    )


def _advised(advice: Iterable[Problem], language: Language) -> Iterable[str]:
    return (f"- {say(language, 'check_run.advice', what=line(problem, language))}" for problem in advice)


def _annotations_of(problems: Iterable[Problem], level: Level, language: Language) -> tuple[Annotation, ...]:
    return tuple(Annotation(problem.line, say_problem(problem, language), level) for problem in problems)


def _language(config: Config) -> Language:
    return next(iter(config.environments.values())).language
