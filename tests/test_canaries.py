"""The log handler that runs in every test finds a secret anywhere in a log record."""

import logging

import pytest
from aiohttp import web

from ghapp.core.model.secret import Secret
from ghapp.demo.clock import Clock
from ghapp.demo.github import App
from ghapp.demo.stage import Stage
from ghapp.doors.board.session import Cookies, Session
from tests.canaries import SECRETS, Ear

logger = logging.getLogger("ghapp.somewhere.deep")
CANARY = "canary-of-this-test"


def words() -> None:
    """In the sentence."""
    logger.debug("got %s", CANARY)


def fields() -> None:
    """In one of its fields."""
    logger.info("delivery", extra={"why": {"said": CANARY}})


def cause() -> None:
    """In the cause of a logged exception."""
    try:
        try:
            raise ValueError(CANARY)
        except ValueError as error:
            raise KeyError("other words") from error
    except KeyError:
        logger.exception("failed")


def key() -> None:
    """The private key, without its head and tail."""
    logger.debug("".join(App.make().private_key_pem.splitlines()[1:-1]))


def cookie() -> None:
    """The session of a signed-in person."""
    made = web.Response()
    session = Cookies.by(["s" * 32], "https://ghapp.example.com", Clock()).session
    session.write(made, Session("1" * 32, 1, "mona", "ghu_of_this_test", 2**33))
    logger.debug("sent %s", made.cookies.output())


@pytest.mark.parametrize("say", [words, fields, cause, key, cookie])
def test_a_logged_secret_is_found(ear: Ear, say: object) -> None:
    """At debug level, from any logger; so if the handler found nothing, nothing was logged."""
    assert callable(say)
    logger.debug("nothing to hear")
    assert ear.heard == []
    say()
    assert len(ear.heard) == 1
    ear.heard.clear()


def test_a_wrapped_secret_is_not_logged(ear: Ear) -> None:
    """The wrapper hides its content in any form of output."""
    secret = Secret(CANARY)
    logger.info("%s %r", secret, [secret], extra={"secret": secret})
    assert ear.heard == []
    assert secret.reveal() == CANARY


def test_every_secret_of_the_demo_is_recognized() -> None:
    """The App's key and webhook secret, Slack's token and signing secret."""
    stage = Stage(clock=Clock(), language="en", permissions={})
    app = stage.github.app
    assert all(map(SECRETS.search, (app.private_key_pem, app.webhook_secret, stage.slack_token, stage.slack_secret)))
