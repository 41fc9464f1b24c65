"""`ghapp init`: drafts a first config from the existing workflows. It writes one file and overwrites none."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from ghapp.cli import checkout
from ghapp.core.config.draft import draft
from ghapp.core.config.model import Config, Language, Problem
from ghapp.core.config.reader import read_config
from ghapp.core.config.workflow_check import TRAPS, check_workflows
from ghapp.core.config.workflow_file import Workflow
from ghapp.core.views import problem as told

ZONES: dict[Language, str] = {"en": "UTC", "ja": "Asia/Tokyo"}


def init(path: Path, *, language: Language) -> int:
    """0 and the file is written; 1 and nothing is, where a config exists or no workflow can be started."""
    if path.exists() or path.is_symlink():
        return _refused(told.say(language, "init.exists", file=path))
    folder = path.parent / "workflows"
    found = checkout.workflows(folder)
    for name, one in found.items():
        if isinstance(one, Problem):
            what = told.line(one, language)
            print(f"ghapp: {told.say(language, 'init.unreadable', file=folder / name, what=what)}", file=sys.stderr)
    readable = {name: one for name, one in found.items() if isinstance(one, Workflow)}
    made = draft(readable, language, ZONES[language])
    if made is None:
        return _refused(told.say(language, "init.nothing", folder=folder))
    with path.open("x", encoding="utf-8") as file:
        file.write(made.text)
    print(told.say(language, "init.written", file=path, environments=list(made.environments)))
    for environment, name in made.open:
        print(f"- {told.say(language, 'init.open', environment=environment, name=name)}")
    for problem in _traps(made.text, readable):
        print(f"- {told.line(problem, language)}")
    print(told.say(language, "init.next"))
    return 0


def _traps(text: str, workflows: Mapping[str, Workflow]) -> Iterator[Problem]:
    """Where the workflows act past the lock, which the file that was just written does not show."""
    config = read_config(text, "", "")
    advice = check_workflows(config, text, workflows).advice if isinstance(config, Config) else ()
    return (problem for problem in advice if problem.code in TRAPS)


def _refused(why: str) -> int:
    print(f"ghapp: {why}", file=sys.stderr)
    return 1
