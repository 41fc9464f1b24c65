"""The ear that listens in every test hears a secret wherever in a log it is said."""

import logging

import pytest

from ghapp.core.model.secret import Secret
from ghapp.demo.clock import Clock
from ghapp.demo.github import App
from ghapp.demo.stage import Stage
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
    """In what caused an exception that is logged."""
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


@pytest.mark.parametrize("say", [words, fields, cause, key])
def test_a_secret_that_is_logged_is_heard(ear: Ear, say: object) -> None:
    """At the level of debugging, from any logger; so where nothing was heard, none was told."""
    assert callable(say)
    logger.debug("nothing to hear")
    assert ear.heard == []
    say()
    assert len(ear.heard) == 1
    ear.heard.clear()


def test_what_is_wrapped_is_not_heard(ear: Ear) -> None:
    """The wrapper shows nothing of what is in it, however it is written out."""
    secret = Secret(CANARY)
    logger.info("%s %r", secret, [secret], extra={"secret": secret})
    assert ear.heard == []
    assert secret.reveal() == CANARY


def test_every_secret_of_the_world_is_one_that_is_heard() -> None:
    """The App's key and webhook secret, Slack's token and signing secret."""
    stage = Stage(clock=Clock(), language="en", permissions={})
    app = stage.github.app
    assert all(map(SECRETS.search, (app.private_key_pem, app.webhook_secret, stage.slack_token, stage.slack_secret)))
