"""Commands that an answer proposes must be valid at the door where it appears."""

import html
import re

from ghapp.core.commands.grammar import Invocation
from ghapp.core.handlers.run_command import parse_line
from ghapp.core.model.environment import Door
from ghapp.core.model.slack_link import said_of_links
from ghapp.core.model.slack_person import aimed

_LINE = re.compile(r"`(/[a-z][^`\n]*)`(?! is not a command| というコマンド)")
_ENVIRONMENT = re.compile(r"^(/(?:ghapp )?[a-z]+ )<[^>]+>")
_IN_SLACK = re.compile(r"/(?:ghapp (?=.)|(?=(?:deploy|rollback)\b))")


def not_understood(text: str, door: Door, typed: str = "") -> list[str]:
    """The proposed lines that are no valid command, except a quotation of `typed`.

    A usage with brackets is not typed; `<environment>` is replaced by a name, and `<reason>` counts as a reason.
    """
    lines = (html.unescape(line) for line in _LINE.findall(text) if "[" not in line)
    filled = (_ENVIRONMENT.sub(r"\1production", line) for line in lines if line.replace("/ghapp ", "/") != typed)
    return [line for line in filled if not (_is_about_links(line) or isinstance(_said(line, door), Invocation))]


def _is_about_links(line: str) -> bool:
    """`/ghapp link` is a command of Slack alone: its first word names the place."""
    return line.startswith("/ghapp ") and said_of_links(line.replace("ghapp ", "", 1)) in ("ask", "remove")


def _said(line: str, door: Door) -> object:
    if door != "slack":
        return parse_line(line)
    typed, known = _IN_SLACK.subn("/", line, count=1)
    return parse_line(aimed(typed).line) if known else None
