"""The terminal. Without one, nothing is asked; a secret is neither shown nor repeated."""

import getpass
import sys
from typing import TextIO

from ghapp.core.views.markup import Terminal


class Console:
    """`asks`: whether a person sits there."""

    def __init__(self) -> None:
        self.asks = sys.stdin is not None and sys.stdin.isatty()

    def say(self, text: str = "") -> None:
        print("\n".join(_shown(line, sys.stdout) for line in text.split("\n")), flush=True)

    def warn(self, text: str) -> None:
        print(f"ghapp: {_shown(text, sys.stderr)}", file=sys.stderr, flush=True)

    def ask(self, question: str, default: str = "") -> str:
        """The line that was typed, or the default."""
        return input(f"{question}{f' [{default}]' if default else ''}: ").strip() or default

    def agrees(self, question: str) -> bool:
        """Whether the person says yes; no without a terminal."""
        return self.asks and self.ask(f"{question} [y/N]").lower() in ("y", "yes")

    def ask_secret(self, question: str) -> str:
        """A line that is not shown while it is typed; empty to skip."""
        return getpass.getpass(f"{question} (not shown; Enter skips): ").strip()


def _shown(line: str, stream: TextIO) -> str:
    """The line without what moves a cursor, and without what the terminal's encoding lacks."""
    encoding = stream.encoding or "utf-8"
    return Terminal().escape(line).encode(encoding, "replace").decode(encoding)
