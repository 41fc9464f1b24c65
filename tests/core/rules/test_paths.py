"""Patterns of paths: their meaning, and which of them are valid."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pathspec import PathSpec

from ghapp.core.config.model import Config
from ghapp.core.model.facts import Files
from ghapp.core.rules import paths
from tests.core.everywhere import read_config


def read(*patterns: str) -> object:
    """Reads a config with these patterns."""
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
def test_patterns_have_the_meaning_of_gitignore(patterns: tuple[str, ...], name: str, meant: bool) -> None:
    """The last matching pattern decides, and `!` excludes."""
    assert paths.concern(patterns, Files(frozenset({name}))) is meant


def test_one_file_among_many_is_enough() -> None:
    """No file matches no pattern."""
    assert paths.concern(("api/**",), Files(frozenset({"a", "b", "api/c"})))
    assert not paths.concern(("api/**",), Files(frozenset()))


def test_an_incomplete_list_of_files_matches_every_pattern() -> None:
    """Showing too much is better than too little."""
    assert paths.concern(("api/**",), Files(frozenset({"web/a"}), complete=False))


@pytest.mark.parametrize("pattern", ["api/**", "!x", "*.sql", "**", "/a/b", "a/", "日本語/**", "**/a/**/*.test.*"])
def test_which_patterns_are_valid(pattern: str) -> None:
    """The usual patterns."""
    assert isinstance(read("**", pattern), Config)


@pytest.mark.parametrize(
    "pattern",
    ["", "#a", "a\\\\b", "!", "!!a", "./a", "//a", "a**b", "**a", "a**", " a", "x" * 201],
)
def test_which_patterns_are_refused(pattern: str) -> None:
    """Patterns that would silently match nothing, and those longer than a line."""
    assert not isinstance(read("**", pattern), Config)


@pytest.mark.parametrize("listed", [(), ("!docs/**",), ("!docs/**", "**")])
def test_an_exclusion_needs_an_inclusion_before_it(listed: tuple[str, ...]) -> None:
    """Otherwise the list would match nothing, or not as it looks."""
    assert not isinstance(read(*listed), Config)


@pytest.mark.parametrize(
    "pattern", ["*_*_*_*_*_*_*_*.go", "**/*a*/**/*a*/**/*a*/*b", "[a_]*[a_]*[a_]*[a_]*.go", "*" + "_*" * 90 + "b"]
)
def test_no_pattern_takes_a_millisecond(pattern: str) -> None:
    """A name of a thousand characters takes less than a millisecond: the fastest of five, because of other load."""
    names = ["_" * 1000, "a/" * 500, "a" * 1000]
    assert isinstance(read(pattern), Config)
    took = []
    for name in names * 5:
        started = time.perf_counter()
        assert not paths.concern((pattern,), Files(frozenset({name})))
        took.append(time.perf_counter() - started)
    assert max(min(took[place :: len(names)]) for place in range(len(names))) < 0.001


_PARTS = st.sampled_from(["a", "b", "*", "?", "**", "/", "[ab]", "[!a]", ".", "日"])
_NAMES = st.lists(st.text("ab.日", min_size=1, max_size=3), min_size=1, max_size=4).map("/".join)


@settings(max_examples=500, deadline=None)
@given(st.lists(_PARTS, min_size=1, max_size=7).map("".join), st.booleans(), _NAMES)
def test_a_pattern_matches_as_by_pythons_own_expressions(pattern: str, out: bool, name: str) -> None:
    """The same meaning by another engine, for every pattern that a config may hold."""
    patterns = ("**", f"!{pattern}") if out else (pattern,)
    if isinstance(read(*patterns), Config):
        expected = PathSpec.from_lines("gitignore", patterns, backend="simple").match_file(name)
        assert paths.concern(patterns, Files(frozenset({name}))) is expected
