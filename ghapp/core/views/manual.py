"""`docs/commands.md`: every command as its Spec states it, and every refusal with its code and sentence."""

import re
from collections.abc import Iterable, Mapping

from ghapp.core.commands import COMMANDS
from ghapp.core.commands.spec import Spec
from ghapp.core.words import WORDS

WHO: Mapping[str, str] = {
    "deploy": "`deployers`.",
    "rollback": "`rollbackers`, the deployers if nothing is said. Past somebody else's `/lock`: only an unlocker.",
    "cancel": "Whoever started it, if they still may; anybody else's: `unlockers`.",
    "lock": "`deployers`.",
    "unlock": "One's own: `deployers`. Anybody else's, and a lost one: `unlockers`, with a reason.",
    "status": "Whoever can read the repository.",
    "help": "Whoever can read the repository.",
}
DOORS = {
    "pull_request": "a pull request's conversation",
    "check_run": "a button of the check `release / <environment>`",
    "slack": "Slack",
    "timer": "the clock",
}
BUTTONS = ("button_over", "button_gone")
IN_SLACK = (
    *("slack.unlinked", "slack.guest", "slack.stranger", "slack.gone", "slack.button_over"),
    *("slack.nothing_waits", "not_awaiting"),
)
MISTAKES = (
    *("unknown_command", "not_ascii", "bad_environment", "bad_pull", "bad_with", "bad_target", "bad_span"),
    *("anyway_reason", "no_reason", "in_quote", "too_many", "too_long"),
)
ALWAYS = (
    *("edited", "stale", "unknown_environment", "environment_left", "which_environment", "environment_waits"),
    *(
        "not_allowed",
        "config_invalid",
        "policy_unread",
        "policy_left",
        "owner_not_served",
        "unreadable",
        "not_granted",
        "could_not_check",
        "slow_down",
        "broken",
    ),
)


def as_markdown() -> str:
    parts = [
        _HEAD,
        *(_command(spec) for spec in COMMANDS.values()),
        "## What every command may be answered\n",
        _refusals(ALWAYS),
        "## Mistakes in what was typed\n",
        _refusals(MISTAKES),
        "## What only a button may be answered\n",
        _refusals(BUTTONS),
        "## What only Slack may be answered\n",
        _refusals(IN_SLACK),
    ]
    return "\n".join(parts)


def _command(spec: Spec) -> str:
    examples = "\n".join(spec.examples)
    doors = ", ".join(DOORS[door] for door in spec.doors)
    told = WORDS["en"][f"help.{spec.word}"]
    parts = [
        f"## /{spec.word}\n\n`{spec.shape.usage}`\n",
        f"{told[0].upper()}{told[1:]}.\n",
        f"- **Who may:** {WHO[spec.word]}\n- **Given in:** {doors}.\n",
        f"```\n{examples}\n```\n",
    ]
    return "\n".join([*parts, _refusals(spec.refusals)] if spec.refusals else parts)


def _refusals(codes: Iterable[str]) -> str:
    rows = "\n".join(f"| `{code}` | {'<br>'.join(_sentences(code))} |" for code in codes)
    return f"| code | what is said |\n|---|---|\n{rows}\n"


def _sentences(code: str) -> list[str]:
    """All forms of a refusal, with a value's name in place of its value."""
    found = [text for key, text in WORDS["en"].items() if key == code or key.startswith(f"{code}.")]
    assert found, f"nothing is said of {code}"
    return [_shown(text) for text in found]


def _shown(text: str) -> str:
    named = re.sub(r"\{(\w+)(?::(?:(#)|\w+))?\}", lambda match: f"{match[2] or ''}‹{match[1]}›", text)
    return named.replace("{{", "{").replace("}}", "}").replace("|", "\\|").replace("\n", " ").strip()


_HEAD = """\
# Commands

A command is the first line of a comment on a pull request that is neither blank nor a quote, the whole line, and the
only one of that comment. It may stand in code marks, as it is shown here, if they hold the whole line, and below a
quote with a blank line between; in quotes, fences and code within a sentence nothing is a command. Its word may be
written in any case; its word and its operands are plain ASCII, where `／`, `＃41` and the wide blank of an input method
are taken as what they mean; a reason is free text. An environment may also be named by an alias of
[the configuration](configuration.md), in any script; width and case do not count, and any other word in its place is
refused: `/deploy 本番`, `/lock ｐｒｏｄ 30m`. An environment may be left out
where there is only one, or where the pull request concerns only one; before a reason or a time it must be written.

A time is written as `2h`, `2 hours`, `18:00` or `forever`, with `for` or `until` before it if you like; 1m to 7d, and
clock times in the repository's zone. What means a time and is none (`until tomorrow`, `6:00 pm`, `2h 30m`) is
refused, so that the default does not hold in its place; `for the demo` is a reason.

What it does is seen under the comment: 👀 it was seen, 🚀 it starts, 👍 it is done or answered, 👎 it was refused,
😕 it was not understood. A refusal says what, why, and what to do next, and carries its code for machines in a comment
that nobody sees: `<!-- ghapp:notice … code -->`. A comment that was edited since is refused, a deleted one was taken
back, one older than ten minutes has to be typed again. A word that is one letter or two exchanged neighbours away from
a command gets a hint; other bots' commands are met with silence, and so is `/help` with other words behind it, or
before the first release here by somebody who may change nothing.

A button of the check `release / <environment>` says the same as its line, by whoever pressed it: `Deploy` is
`/deploy <environment> #<pr>`, `Roll back` is `/rollback <environment>`, `Looks good, next` is `/unlock <environment>`.
One that was offered at another number, or that no longer fits, is refused and does nothing.

[In Slack](slack.md) the same lines are typed as slash commands or pressed as buttons, and answered to that person
alone.

Permissions are checked with GitHub at the moment of the decision, by the roles, teams and logins in
[the configuration](configuration.md). A person with no rights here gets three answers in ten minutes, and the same
refusal once; once they are given the right, their next line is run. Each person's commands are run at most ten times a
minute.
"""
