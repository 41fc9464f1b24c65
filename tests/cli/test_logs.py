"""Log lines: one for each event whatever its texts contain, with secrets masked."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ghapp.cli import logs

HOSTILE = 'Fix\r\n12:00:00 error   forged\x1b[31m\x00\u2028\u0085"quoted" {0.__class__} %s'
TOKENS = (
    "ghs_" + "a" * 36,
    "ghs_4711_7." + "b" * 500,
    "xoxb-1-2-abcdefgh",
    "xoxe.xoxp-1-abcdefgh",
    "xapp-1-A0GHAPP-abcdefgh",
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiI0NzExIn0.c2lnbmF0dXJl",
    "AKIAIOSFODNN7EXAMPLE",
    "ASIAIOSFODNN7EXAMPLE",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKCAQEA",
    "github_pat_" + "c" * 80,
)


@contextmanager
def written(form: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The log of `ghapp serve`; the tests' own handlers are restored afterwards."""
    text, root = io.StringIO(), logging.getLogger()
    before = root.level, root.handlers[:]
    root.handlers[:] = []
    monkeypatch.setattr("sys.stderr", text)
    logs.configure("debug", form)
    try:
        yield text
    finally:
        root.handlers[:] = before[1]
        root.setLevel(before[0])


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_hostile_text_cannot_forge_a_log_line(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Line breaks and control characters are escaped."""
    with written(form, monkeypatch) as text:
        logging.getLogger("ghapp").info(HOSTILE, extra={"title": HOSTILE})
    (line,) = text.getvalue().split("\n")[:-1]
    assert not [sign for sign in line if ord(sign) < 32]
    if form == "json":
        assert json.loads(line)["title"] == HOSTILE


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("token", TOKENS, ids=lambda token: token[:14])
def test_texts_that_look_like_secrets_are_masked(form: str, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of any length, at any place, an exception's message included."""
    with written(form, monkeypatch) as text:
        logger = logging.getLogger("ghapp")
        logger.info(f"got {token}", extra={"why": {"said": [token]}})
        try:
            raise ValueError(f"bad credentials: {token}")
        except ValueError:
            logger.exception("failed")
    told = text.getvalue()
    assert "***" in told
    assert not [part for part in token.split("\n") if len(part) > 11 and part in told]
