"""`ghapp check`: validates a config as the server would, before it is pushed; without settings or network."""

import sys
from pathlib import Path

from ghapp.cli import checkout
from ghapp.core.config import docs, yaml_tree
from ghapp.core.config.model import CONFIG_PATH, POLICY_UNREAD, Config, InvalidConfig, Language, PolicyFile, Problem
from ghapp.core.config.reader import read_config, read_policy_in_full
from ghapp.core.config.workflow_check import Findings, check_workflows
from ghapp.core.config.writer import effective
from ghapp.core.views import problem as told

NOTHING_FOUND = Findings()


def print_schema() -> int:
    """Prints the JSON Schema, for an editor."""
    print(docs.as_json_schema(), end="")
    return 0


def check(path: Path, *, language: Language | None, otherwise: Language, show: bool) -> int:
    """0 for a valid config, 1 for an invalid one, 2 for none. `show`: print the effective config, with defaults.

    `language`: overrides the file's; `otherwise`: where the file's cannot be known.
    """
    if not path.exists() and not path.is_symlink():
        ours = path.name == Path(CONFIG_PATH).name  # `ghapp init` writes no other
        return _complain("check.absent" if ours else "check.absent.elsewhere", path, language or otherwise, code=2)
    text = checkout.read_text(path, yaml_tree.SIZE)
    if isinstance(text, Problem):
        return _report(path, InvalidConfig("", (text,)), NOTHING_FOUND, language or otherwise)
    if not text:
        return _complain("check.empty", path, language or otherwise, code=1)
    config = read_config(text, "", "")
    spoken = language or _language(config) or otherwise
    if isinstance(config, InvalidConfig):
        return _report(path, config, NOTHING_FOUND, spoken)
    ended = _report(path, config, _findings(path, config, text, spoken), spoken)
    if show:
        print(effective(config), end="")
    return ended


def check_policy(path: Path, *, language: Language) -> int:
    """The same for an owner's rules."""
    if not path.exists() and not path.is_symlink():
        return _complain("check.absent.elsewhere", path, language, code=2)
    text = checkout.read_text(path, yaml_tree.SIZE)
    if isinstance(text, Problem):
        return _report(path, InvalidConfig("", (text,)), NOTHING_FOUND, language)
    rules = read_policy_in_full(PolicyFile(f"{path}", text))
    if isinstance(rules, InvalidConfig):
        if rules.problems[0].code == POLICY_UNREAD:
            return _complain("policy_unread", path, language, code=1)
        return _report(path, rules, NOTHING_FOUND, language)
    print(told.say(language, "check.valid.policy", file=path, keys=list(rules)), file=sys.stderr)
    return 0


def _findings(path: Path, config: Config, text: str, language: Language) -> Findings:
    """Checks the config against the workflows beside it."""
    folder = path.resolve().parent
    if folder.name != ".github":
        _complain("check.alone", path, language, code=0)
        return NOTHING_FOUND
    named = {environment_config.workflow for environment_config in config.environments.values()}
    kept = folder / "workflows"
    files = {**checkout.workflows(kept), **checkout.workflows(kept, named)}  # the named ones, however many exist
    return check_workflows(config, text, files)


def _report(path: Path, config: Config | InvalidConfig, findings: Findings, language: Language) -> int:
    problems = config.problems if isinstance(config, InvalidConfig) else findings.problems
    for code, found in (("check.invalid", problems), ("check.advice", findings.advice)):
        for problem in found:
            print(told.say(language, code, file=path, what=told.line(problem, language)), file=sys.stderr)
    if problems or isinstance(config, InvalidConfig):
        return 1
    print(told.say(language, "check.valid", file=path, environments=list(config.environments)), file=sys.stderr)
    return 0


def _complain(what: str, path: Path, language: Language, *, code: int) -> int:
    print(f"ghapp: {told.say(language, what, file=path)}", file=sys.stderr)
    return code


def _language(config: Config | InvalidConfig) -> Language | None:
    if isinstance(config, InvalidConfig):
        return config.language
    return next(iter(config.environments.values())).language
