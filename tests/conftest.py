"""What holds for all tests; and one local DynamoDB for those of a process, started by the first that asks for it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from ghapp.cli.logs import CHATTY
from tests import sentences
from tests.adapters.aws.dynamodb_proxy import Proxy
from tests.adapters.aws.dynamodb_server import amazons_table, emptied, environ_for, local_service, new_table
from tests.adapters.ground import Ground
from tests.canaries import Ear

TESTS = Path(__file__).parent
AMAZONS_OWN = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL")

# how long an example takes says something of the machine, not of the code
settings.register_profile("everywhere", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("everywhere")


LONG = 3600  # seconds for one of the longer proofs that says nothing of its own, on a machine that does other work too


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What keeps an ordinary test from hanging is too short for a long one."""
    for item in items:
        if item.get_closest_marker("soak") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(LONG))


@pytest.fixture(autouse=True)
def ear() -> Iterator[Ear]:
    """In every test: whatever it does, no log hears a secret, at the level of debugging.

    It is put there anew each time, since a test that sets up logs as a server does takes away what was there.
    """
    assert logging.root.manager.disable == logging.NOTSET, "a test before has silenced all logs"
    heard, root = Ear(), logging.getLogger()
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    root.addHandler(heard)
    root.setLevel(logging.DEBUG)
    yield heard
    root.removeHandler(heard)
    assert not heard.heard, "a secret was logged"


sentences.observe()


@pytest.fixture(autouse=True)
def said(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where everything that is said comes from real code, each sentence counts as rendered."""
    folder = request.path.relative_to(TESTS).parts[0]
    with sentences.listening() if folder in sentences.LISTENED else nullcontext():
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    """For a part of the tests, too."""
    parser.addoption("--sentences", action="store_true", help="name the sentences that no real decision rendered")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """What one of several processes has rendered."""
    sentences.rendered.update(map(tuple, getattr(node, "workeroutput", {}).get("sentences", ())))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A whole run in which a sentence was never rendered has failed."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["sentences"] = sorted(sentences.rendered)
    elif _whole(session) and any(sentences.missing().values()) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The figures of the proofs, which log them; the share of the sentences, and what is missing."""
    for report in terminalreporter.getreports("passed"):
        for line in report.caplog.splitlines():
            if "tests.proofs." in line:
                terminalreporter.write_line(f"{report.nodeid}: {line.partition('.py:')[2].partition(' ')[2]}")
    session, config = terminalreporter._session, terminalreporter.config
    if config.option.sentences or (session and _whole(session)):
        terminalreporter.write_line("")
        for line in sentences.summary():
            terminalreporter.write_line(line)


def _whole(session: pytest.Session) -> bool:
    """Whether all tests were asked for, and none of them was left out before the end."""
    asked = session.config.option
    last_failed = getattr(asked, "lf", False)  # which pytest does not know without its cache
    part = (asked.keyword, asked.deselect, asked.ignore, asked.ignore_glob, asked.collectonly, last_failed)
    everything = session.config.args_source is pytest.Config.ArgsSource.TESTPATHS and asked.markexpr == "not soak"
    return everything and not any(part) and not session.shouldstop and not session.shouldfail


@pytest.fixture(scope="session")
def local_dynamodb() -> Iterator[str]:
    """The address of the local service, which this process and its children use from now on."""
    if amazons_table():
        pytest.skip("needs a service of its own, to lose its answers or to change its table")
    with local_service() as address, pytest.MonkeyPatch.context() as patch:
        for name in AMAZONS_OWN:
            patch.delenv(name, raising=False)
        for name, value in environ_for(address).items():
            patch.setenv(name, value)
        yield address


@pytest.fixture
def table(request: pytest.FixtureRequest) -> str:
    """An empty table, local unless one in Amazon's service is named for tests."""
    if name := amazons_table():
        return emptied(name)
    request.getfixturevalue("local_dynamodb")
    return asyncio.run(new_table())


@pytest.fixture
async def proxy(local_dynamodb: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    """In front of the local service, for every store that is made from now on."""
    async with Proxy(local_dynamodb).serving() as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", proxy.address)
        yield proxy


@pytest.fixture(params=["sqlite", "dynamodb"])
def ground(request: pytest.FixtureRequest, tmp_path: Path) -> Ground:
    """A folder, and a technology whose stores are made there."""
    if request.param == "dynamodb":
        request.getfixturevalue("local_dynamodb")
    return Ground(tmp_path, request.param)
