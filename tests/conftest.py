"""Fixtures for all tests, and one local DynamoDB per process, started by the first test that needs it."""

import asyncio
import gc
import logging
import os
import shutil
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

# the duration of an example depends on the machine, not on the code
settings.register_profile("everywhere", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("everywhere")


IN_MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3  # bytes; the tests take a small part of that


def pytest_configure() -> None:
    """The tests' files are in memory, where there is room: SQLite then waits for no disk, though it does all else as
    on one. PYTEST_DEBUG_TEMPROOT names another place."""
    if os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free >= ROOM and _runs_programs(IN_MEMORY):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))


def _runs_programs(place: Path) -> bool:
    """Containers often forbid it there, and some tests run a script of their own."""
    return not os.statvfs(place).f_flag & os.ST_NOEXEC


LONG = 3600  # seconds for a longer proof without a timeout of its own, on a machine with other work


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The ordinary timeout is too short for a soak test. Tests with a timeout of their own are long, so they begin
    first: none of them is left alone at the end."""
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)
    for item in items:
        if item.get_closest_marker("soak") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(LONG))


def pytest_collection_finish() -> None:
    """All modules and tests stay until the end: no collection need look at them again.

    With Python's own thresholds, collections took a twelfth of the scenarios' time.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(autouse=True)
def ear() -> Iterator[Ear]:
    """Fails any test in which a log record of any level contains a secret.

    The handler is added for each test, since a test that configures logs as a server does removes all handlers.
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
    """Counts rendered sentences in the folders where real code produces them all."""
    folder = request.path.relative_to(TESTS).parts[0]
    with sentences.listening() if folder in sentences.LISTENED else nullcontext():
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    """For a part of the tests, too."""
    parser.addoption("--sentences", action="store_true", help="name the sentences that no real decision rendered")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Collects the sentences rendered by one of several processes."""
    sentences.rendered.update(map(tuple, getattr(node, "workeroutput", {}).get("sentences", ())))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A whole run in which a sentence was never rendered fails."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["sentences"] = sorted(sentences.rendered)
    elif _whole(session) and any(sentences.missing().values()) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The figures that the proofs log; the tests left out; the share of rendered sentences, and the missing ones."""
    for report in terminalreporter.getreports("passed"):
        for line in report.caplog.splitlines():
            if "tests.proofs." in line:
                terminalreporter.write_line(f"{report.nodeid}: {line.partition('.py:')[2].partition(' ')[2]}")
    skipped = (report.nodeid.partition("::")[0] for report in terminalreporter.getreports("skipped"))
    if left_out := sorted({file for file in skipped if file.startswith("tests/browser/")}):
        told = f"left out, since this machine has no Chromium: {', '.join(left_out)}"
        terminalreporter.write_line(told)
    session, config = terminalreporter._session, terminalreporter.config
    if config.option.sentences or (session and _whole(session)):
        terminalreporter.write_line("")
        for line in sentences.summary():
            terminalreporter.write_line(line)


def _whole(session: pytest.Session) -> bool:
    """Whether all tests were requested, and none was skipped by an early end."""
    asked = session.config.option
    last_failed = getattr(asked, "lf", False)  # unknown to pytest without its cache
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
    """An empty table: local, unless a table in Amazon's service is named for tests."""
    if name := amazons_table():
        return emptied(name)
    request.getfixturevalue("local_dynamodb")
    return asyncio.run(new_table())


@pytest.fixture
async def proxy(local_dynamodb: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    """A proxy in front of the local service, for every store made from now on."""
    async with Proxy(local_dynamodb).serving() as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", proxy.address)
        yield proxy


@pytest.fixture(params=["sqlite", "dynamodb"])
def ground(request: pytest.FixtureRequest, tmp_path: Path) -> Ground:
    """A folder, and a technology whose stores are made there."""
    if request.param == "dynamodb":
        request.getfixturevalue("local_dynamodb")
    return Ground(tmp_path, request.param)
