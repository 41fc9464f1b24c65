"""Lines that an answer proposes: each is said back, in the door where it stands."""

import html
import re

from ghapp.core.commands.grammar import Invocation
from ghapp.core.handlers.run_command import parse_line
from ghapp.core.model.environment import Door
from ghapp.core.model.slack_person import aimed

_LINE = re.compile(r"`(/[a-z][^`\n]*)`(?! is not a command| というコマンド)")
_ENVIRONMENT = re.compile(r"^(/(?:ghapp )?[a-z]+ )<[^>]+>")
_IN_SLACK = re.compile(r"/(?:ghapp (?=.)|(?=(?:deploy|rollback)\b))")


def not_understood(text: str, door: Door, typed: str = "") -> list[str]:
    """Those that would not be carried out as a command, but for one that quotes what was typed.

    A usage, with its brackets, is no line to type; `<environment>` stands for one, and `<reason>` for a reason.
    """
    lines = (html.unescape(line) for line in _LINE.findall(text) if "[" not in line)
    filled = (_ENVIRONMENT.sub(r"\1production", line) for line in lines if line.replace("/ghapp ", "/") != typed)
    return [line for line in filled if not isinstance(_said(line, door), Invocation)]


def _said(line: str, door: Door) -> object:
    if door != "slack":
        return parse_line(line)
    typed, known = _IN_SLACK.subn("/", line, count=1)
    return parse_line(aimed(typed).line) if known else None
