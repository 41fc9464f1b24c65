"""Counts the sentences that real decisions rendered, by language: observes the words and changes none of them.

Counts only where the product's own code produces all sentences: see `LISTENED`.
"""

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import cast

from ghapp.core.words import WORDS

LISTENED = ("scenarios", "engine", "doors", "cli")  # folders of tests; tests/core counts in its builder alone
Rendered = set[tuple[str, str]]
rendered: Rendered = set()
_listening = [False]


class Observed(dict[str, str]):
    """The sentences of one language; notes each one that is looked up."""

    def __init__(self, language: str, sentences: dict[str, str]) -> None:
        super().__init__(sentences)
        self._language = language

    def __getitem__(self, code: str) -> str:
        """As in a plain dict."""
        sentence = super().__getitem__(code)
        if _listening[0]:
            rendered.add((self._language, code))
        return sentence


def observe() -> None:
    """From now on, sentences looked up in this process are noted while counting is on."""
    words = cast("MutableMapping[str, dict[str, str]]", WORDS)
    for language, sentences in tuple(words.items()):
        words[language] = Observed(language, sentences)


@contextmanager
def listening() -> Iterator[None]:
    """Counts within the block, where all sentences come from real decisions."""
    before, _listening[0] = _listening[0], True
    try:
        yield
    finally:
        _listening[0] = before


def missing() -> dict[str, list[str]]:
    """The codes that were never rendered, by language."""
    return {
        language: [code for code in sentences if (language, code) not in rendered]
        for language, sentences in WORDS.items()
    }


def summary() -> list[str]:
    """One line with the share, and one for each language in which a sentence is missing."""
    lacking = missing()
    shares = ", ".join(
        f"{len(sentences) - len(lacking[language])} of {len(sentences)} ({language})"
        for language, sentences in WORDS.items()
    )
    named = [f"not rendered ({language}): {' '.join(codes)}" for language, codes in lacking.items() if codes]
    return [f"sentences that real decisions rendered: {shares}", *named]
