"""Counts the sentences that real decisions rendered, by language: an observer of the words, which changes none of them.

It listens where all that is said comes from the product's own code, and nowhere else: `LISTENED` tells where.
"""

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import cast

from ghapp.core.words import WORDS

LISTENED = ("scenarios", "engine", "doors", "cli")  # folders of tests; tests/core listens in its builder alone
Rendered = set[tuple[str, str]]
rendered: Rendered = set()
_listening = [False]


class Observed(dict[str, str]):
    """The sentences of one language; each that is taken out to be said is noted."""

    def __init__(self, language: str, sentences: dict[str, str]) -> None:
        super().__init__(sentences)
        self._language = language

    def __getitem__(self, code: str) -> str:
        """As a plain dict has it."""
        sentence = super().__getitem__(code)
        if _listening[0]:
            rendered.add((self._language, code))
        return sentence


def observe() -> None:
    """From now on, what is said by this process is noted while it is listened to."""
    words = cast("MutableMapping[str, dict[str, str]]", WORDS)
    for language, sentences in tuple(words.items()):
        words[language] = Observed(language, sentences)


@contextmanager
def listening() -> Iterator[None]:
    """What is said meanwhile comes from real decisions."""
    before, _listening[0] = _listening[0], True
    try:
        yield
    finally:
        _listening[0] = before


def missing() -> dict[str, list[str]]:
    """The codes that were never said, by language."""
    return {
        language: [code for code in sentences if (language, code) not in rendered]
        for language, sentences in WORDS.items()
    }


def summary() -> list[str]:
    """One line with the share; and one for each language in which something is missing."""
    lacking = missing()
    shares = ", ".join(
        f"{len(sentences) - len(lacking[language])} of {len(sentences)} ({language})"
        for language, sentences in WORDS.items()
    )
    named = [f"not rendered ({language}): {' '.join(codes)}" for language, codes in lacking.items() if codes]
    return [f"sentences that real decisions rendered: {shares}", *named]
