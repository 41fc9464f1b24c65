"""Which changes concern an environment: patterns as in `.gitignore`, of which the last that matches decides."""

from functools import lru_cache

from pathspec import PathSpec, Pattern

from ghapp.core.model.facts import Files

KEPT = 512  # compiled lists of patterns


def concern(patterns: tuple[str, ...], files: Files) -> bool:
    """Whether the patterns match one of these files. If the list is incomplete they do: too much is shown, never too
    little.

    https://git-scm.com/docs/gitignore#_pattern_format; but a file can be included again although its folder was
    excluded.
    """
    return not files.complete or any(map(_spec(patterns).match_file, files.names))


@lru_cache(maxsize=KEPT)
def _spec(patterns: tuple[str, ...]) -> PathSpec[Pattern]:
    return PathSpec.from_lines("gitignore", patterns, backend="re2")  # linear in the name, for any pattern
