"""`docs/commands.md` and its Japanese twin: every command as its Spec states it, every refusal with its sentence."""

import re
from collections.abc import Iterable

from ghapp.core.commands import COMMANDS
from ghapp.core.commands.spec import Spec
from ghapp.core.config.model import Language
from ghapp.core.views.manual_text import TEXTS, WHO
from ghapp.core.words import WORDS

BUTTONS = ("button_over", "button_gone")
IN_SLACK = (
    *("slack.unlinked", "slack.guest", "slack.stranger", "slack.gone", "slack.button_over"),
    *("slack.account_gone", "slack.not_among_people"),
    *("slack.nothing_waits", "not_awaiting"),
)
ON_THE_BOARD = (
    "board.no_command",
    "board.elsewhere",
    "board.which_pull",
    "board.over",
    "board.held_since",
    "board.not_listed",
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


def as_markdown(language: Language) -> str:
    text = TEXTS[language]
    parts = [
        text.head,
        *(_command(spec, language) for spec in COMMANDS.values()),
        f"## {text.always}\n",
        _refusals(ALWAYS, language),
        f"## {text.mistakes}\n",
        _refusals(MISTAKES, language),
        f"## {text.buttons}\n",
        _refusals(BUTTONS, language),
        f"## {text.slack}\n",
        _refusals(IN_SLACK, language),
        f"## {text.board}\n",
        _refusals(ON_THE_BOARD, language),
    ]
    return "\n".join(parts)


def _command(spec: Spec, language: Language) -> str:
    text, words = TEXTS[language], WORDS[language]
    examples = "\n".join(spec.examples)
    doors = words["word.and"].join(text.doors[door] for door in spec.doors)
    about = words[f"help.{spec.word}"]
    parts = [
        f"## /{spec.word}\n\n`{spec.shape.usage}`\n",
        f"{about[0].upper()}{about[1:]}{text.stop}\n",
        f"- **{text.who}** {WHO[spec.word][language]}{text.stop}\n- **{text.where}** {doors}{text.stop}\n",
        f"```\n{examples}\n```\n",
    ]
    return "\n".join([*parts, _refusals(spec.refusals, language)] if spec.refusals else parts)


def _refusals(codes: Iterable[str], language: Language) -> str:
    text = TEXTS[language]
    rows = "\n".join(f"| `{code}` | {'<br>'.join(_sentences(code, language))} |" for code in codes)
    return f"| {text.code} | {text.answer} |\n|---|---|\n{rows}\n"


def _sentences(code: str, language: Language) -> list[str]:
    """All forms of a refusal, with a value's name in place of its value."""
    found = [text for key, text in WORDS[language].items() if key == code or key.startswith(f"{code}.")]
    assert found, f"nothing is said of {code}"
    return [_shown(text) for text in found]


def _shown(text: str) -> str:
    named = re.sub(r"\{(\w+)(?::(?:(#)|\w+))?\}", lambda match: f"{match[2] or ''}‹{match[1]}›", text)
    return named.replace("{{", "{").replace("}}", "}").replace("|", "\\|").replace("\n", " ").strip()
