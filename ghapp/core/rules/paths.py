"""Which changes an environment is concerned by: patterns as in `.gitignore`, of which the last that matches decides."""

from functools import lru_cache

from pathspec import PathSpec, Pattern

from ghapp.core.model.facts import Files

KEPT = 512  # lists of patterns, compiled


def concern(patterns: tuple[str, ...], files: Files) -> bool:
    """Whether one of these files is meant. Where not all of them are known, it is: too much is shown, never too little.

    https://git-scm.com/docs/gitignore#_pattern_format; but a file is meant again although its folder was not.
    """
    return not files.complete or any(map(_spec(patterns).match_file, files.names))


@lru_cache(maxsize=KEPT)
def _spec(patterns: tuple[str, ...]) -> PathSpec[Pattern]:
    return PathSpec.from_lines("gitignore", patterns, backend="re2")  # linear in the name, whatever the pattern
