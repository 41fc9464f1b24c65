"""Patterns of paths: what they mean, and which may be written."""

import time

import pytest

from ghapp.core import paths
from ghapp.core.config import Config
from ghapp.core.facts import Files
from tests.core.everywhere import read_config


def read(*patterns: str) -> object:
    """A config that names these patterns."""
    listed = ", ".join(f"'{pattern}'" for pattern in patterns)
    return read_config(f"environments: {{p: {{workflow: d.yml, paths: [{listed}]}}}}", "c" * 40, "main")


@pytest.mark.parametrize(
    ("patterns", "name", "meant"),
    [
        (("api/**",), "api/a.py", True),
        (("api/**",), "api/deep/er/a.py", True),
        (("api/**",), "web/api/a.py", False),
        (("api",), "web/api/a.py", True),
        (("/api",), "web/api/a.py", False),
        (("api/",), "api/a.py", True),
        (("*.sql",), "db/migrate/1.sql", True),
        (("db/*.sql",), "db/migrate/1.sql", False),
        (("**/migrate/**",), "db/migrate/1.sql", True),
        (("api/**", "!**/*.md"), "api/README.md", False),
        (("api/**", "!**/*.md"), "api/docs/README.md", False),
        (("api/**", "!**/*.md", "api/docs/must.md"), "api/docs/must.md", True),
        (("**", "!docs/**"), "docs/a.md", False),
        (("**", "!docs/**"), "a.md", True),
        (("API/**",), "api/a.py", False),
        (("api/v?.py",), "api/v1.py", True),
        (("日本語/**",), "日本語/a.md", True),
    ],
)
def test_patterns_mean_what_they_mean_in_gitignore(patterns: tuple[str, ...], name: str, meant: bool) -> None:
    """The last one that matches decides, and `!` takes out."""
    assert paths.concern(patterns, Files(frozenset({name}))) is meant


def test_one_file_among_many_is_enough() -> None:
    """And none is none."""
    assert paths.concern(("api/**",), Files(frozenset({"a", "b", "api/c"})))
    assert not paths.concern(("api/**",), Files(frozenset()))


def test_what_github_does_not_list_completely_concerns_everybody() -> None:
    """Too much is shown rather than too little."""
    assert paths.concern(("api/**",), Files(frozenset({"web/a"}), complete=False))


@pytest.mark.parametrize("pattern", ["api/**", "!x", "*.sql", "**", "/a/b", "a/", "日本語/**", "**/a/**/*.test.*"])
def test_which_patterns_are_taken(pattern: str) -> None:
    """Those that people know."""
    assert isinstance(read("**", pattern), Config)


@pytest.mark.parametrize(
    "pattern",
    ["", "#a", "a\\\\b", "!", "!!a", "./a", "//a", "a**b", "**a", "a**", "*a*a*a*a*a", "**/" * 5, " a", "x" * 201],
)
def test_which_patterns_are_refused(pattern: str) -> None:
    """What would silently match nothing, and what could be tried for hours."""
    assert not isinstance(read("**", pattern), Config)


@pytest.mark.parametrize("listed", [(), ("!docs/**",), ("!docs/**", "**")])
def test_what_takes_out_needs_something_to_take_out_of(listed: tuple[str, ...]) -> None:
    """Nothing would be meant, or not what it looks like."""
    assert not isinstance(read(*listed), Config)


def test_the_worst_pattern_that_is_taken_does_not_stop_the_server() -> None:
    """On a name as long as names of files are made by people."""
    started = time.monotonic()
    assert not paths.concern(("*a*a*a*b",), Files(frozenset({"a" * 100})))
    assert time.monotonic() - started < 5
