"""What is a command and what is not: total, linear, and never more than was typed."""

import time
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ghapp.core.commands import COMMANDS, LATER
from ghapp.core.grammar import LINE_LIMIT, Clock, Invocation, Mistake, command_line, parse

SHAPES = {word: spec.shape for word, spec in COMMANDS.items()}


def read(body: str) -> Invocation | Mistake | None:
    """A comment as the street reads it."""
    line = command_line(body)
    return parse(line, SHAPES, later=LATER) if line is not None else None


@pytest.mark.parametrize(
    "body",
    [
        "",
        "   \n\n",
        "deploy",
        "please /deploy",
        "> /deploy production",
        "`/deploy`",
        "```\n/deploy\n```",
        "    /deploy",
        "\t/deploy",
        "<!-- /deploy -->",
        "<!--\n/deploy\n-->",
        "hello\n/deploy",
        "/usr/bin/env",
        "/approve",
        "/lgtm cancel",
        "//deploy",
        "/ deploy",
        "/deploy/production",
        "/deploy,production",
        "/dеploy",  # a Cyrillic letter
        "／deploy",  # full width
        "\u200b/deploy",
        "/deploy\u00a0production",
    ],
)
def test_not_for_us(body: str) -> None:
    """Prose, quotes, code, comments, paths, other bots' words and look-alikes are met with silence."""
    assert not isinstance(read(body), Invocation)


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("/deploy", Invocation(word="deploy")),
        ("\n\n  /deploy  \nmore text", Invocation(word="deploy")),
        ("/DEPLOY Production", Invocation(word="deploy", environment="production")),
        ("/deploy #42", Invocation(word="deploy", pull=42)),
        ("/deploy production #42", Invocation(word="deploy", environment="production", pull=42)),
        ("/deploy\tproduction", Invocation(word="deploy", environment="production")),
        (
            "/unlock production 障害対応のため",
            Invocation(word="unlock", environment="production", reason="障害対応のため"),
        ),
        ("/unlock production  two  spaces", Invocation(word="unlock", environment="production", reason="two  spaces")),
        ("/status\r\n", Invocation(word="status")),
        ("/help", Invocation(word="help")),
        ("/lock production", Invocation(word="lock", environment="production")),
        ("/lock production 2h", Invocation(word="lock", environment="production", span=timedelta(hours=2))),
        (
            "/lock production 18:00 demo",
            Invocation(word="lock", environment="production", span=Clock(18, 0), reason="demo"),
        ),
        (
            "/lock production forever 調査中",
            Invocation(word="lock", environment="production", span="forever", reason="調査中"),
        ),
        ("/lock production migrating", Invocation(word="lock", environment="production", reason="migrating")),
    ],
)
def test_commands(body: str, meant: Invocation) -> None:
    """The first non-blank line, whole, in any case of letters."""
    assert read(body) == meant


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("/deploi", "unknown_command"),
        ("/unlok production", "unknown_command"),
        ("/rollback", "not_yet"),
        ("/lock production 10abc", "bad_span"),
        ("/lock production 0m", "bad_span"),
        ("/lock production 8d", "bad_span"),
        ("/lock production 24:00", "bad_span"),
        ("/lock production 1e9h", "bad_span"),
        ("/deploy production --force", "bad_pull"),
        ("/deploy production 42", "bad_pull"),
        ("/deploy production #0", "bad_pull"),
        ("/deploy production #42 now", "too_many"),
        ("/deploy prod;rm", "bad_environment"),
        ("/deploy ../etc", "bad_environment"),
        ("/deploy prоduction", "bad_environment"),  # a Cyrillic letter
        ("/deploy " + "x" * 65, "bad_environment"),
        ("/status production please", "too_many"),
        ("/help me", "too_many"),
        ("/deploy production\u3000#42", "bad_environment"),
        ("/unlock production " + "x" * LINE_LIMIT, "too_long"),
    ],
)
def test_mistakes_are_named_and_nothing_is_guessed(body: str, code: str) -> None:
    """What cannot be carried out whole is not carried out at all."""
    said = read(body)
    assert isinstance(said, Mistake)
    assert said.code == code


@given(st.text(max_size=400) | st.text(alphabet="/deploy #4\n\t`>unlcksta", max_size=60))
def test_any_text_is_read_without_an_exception(body: str) -> None:
    """And nothing becomes a command whose first word was not typed in ASCII."""
    said = read(body)
    if isinstance(said, Invocation):
        line = next(line for line in body.splitlines() if line.strip())
        assert line.strip().lower().startswith(f"/{said.word}")


@pytest.mark.parametrize("body", ["/deploy " + "a" * 65_000, "\n" * 65_536, "`" * 65_536, "/" * 65_536, " " * 65_536])
def test_the_largest_comment_is_read_in_no_time(body: str) -> None:
    """65,536 characters of anything take less than 10 ms."""
    begun = time.perf_counter()
    read(body)
    assert time.perf_counter() - begun < 0.05  # 10 ms, with room for a busy machine


def test_every_example_of_every_command_is_that_command() -> None:
    """What help shows can be typed."""
    for word, spec in COMMANDS.items():
        for example in spec.examples:
            said = read(example)
            assert isinstance(said, Invocation)
            assert said.word == word
