"""Patterns of paths: what they mean, and which may be written."""

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
    ["", "#a", "a\\\\b", "!", "!!a", "./a", "//a", "a**b", "**a", "a**", " a", "x" * 201],
)
def test_which_patterns_are_refused(pattern: str) -> None:
    """What would silently match nothing, and what is longer than a line."""
    assert not isinstance(read("**", pattern), Config)


@pytest.mark.parametrize("listed", [(), ("!docs/**",), ("!docs/**", "**")])
def test_what_takes_out_needs_something_to_take_out_of(listed: tuple[str, ...]) -> None:
    """Nothing would be meant, or not what it looks like."""
    assert not isinstance(read(*listed), Config)


@pytest.mark.parametrize(
    "pattern", ["*_*_*_*_*_*_*_*.go", "**/*a*/**/*a*/**/*a*/*b", "[a_]*[a_]*[a_]*[a_]*.go", "*" + "_*" * 90 + "b"]
)
def test_no_pattern_stops_the_server(pattern: str) -> None:
    """On a name of a thousand characters it takes no millisecond: the fastest of several, whatever else runs."""
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
def test_a_pattern_means_what_it_means_by_pythons_own_expressions(pattern: str, out: bool, name: str) -> None:
    """Another engine, the same meaning, for every pattern that a config may hold."""
    patterns = ("**", f"!{pattern}") if out else (pattern,)
    if isinstance(read(*patterns), Config):
        expected = PathSpec.from_lines("gitignore", patterns, backend="simple").match_file(name)
        assert paths.concern(patterns, Files(frozenset({name}))) is expected
