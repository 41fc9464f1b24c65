"""`ghapp demo` in a process of its own: its address stays in sight, whatever the environment sets."""

import asyncio
import json
import os
import re
import select
import signal
import sys
import time
from pathlib import Path

import aiohttp

from tests.cli.test_wrong_starts import complaint

# none of these may reach the demo: a real server's settings, wrong ones among them, and ways to other machines
OTHERS = {
    "GHAPP_PUBLIC_URL": "ftp://nowhere",
    "GHAPP_STORE": "dynamodb://ghapp-production",
    "GHAPP_OWNERS": "somebody-else",
    "GHAPP_POLL_SECONDS": "never",
    "GITHUB_APP_ID": "none",
    "GITHUB_API_URL": "http://127.0.0.1:9",
    "SLACK_BOT_TOKEN": "xoxb-000",
    "SLACK_API_URL": "http://127.0.0.1:9/api/",
    "HOST": "192.0.2.1",
    "PORT": "none",
    "LOG_LEVEL": "loud",
    **dict.fromkeys(("HTTP_PROXY", "https_proxy", "ALL_PROXY"), "http://127.0.0.1:9"),
    "no_proxy": "example.com",
    "AWS_PROFILE": "production",
    "AWS_SESSION_TOKEN": "000",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
}


def contains(log: Path, part: str) -> None:
    """Waits until the file contains it: a line in another process's log sets no event."""
    while part not in log.read_text():
        time.sleep(0.01)


def listed(folder: Path) -> list[str]:
    """The names in a folder."""
    return [path.name for path in folder.iterdir()]


async def test_the_address_is_the_last_line_and_the_servers_log_is_a_file(tmp_path: Path) -> None:
    """The server works, with its requests to the local GitHub and Slack; the terminal shows none of that."""
    (tmp_path / ".env").write_text("GHAPP_STORE=nonsense\nnot a setting\n")
    process, shown = await started(tmp_path)
    log = Path(re.findall(r"\S+\.log", shown)[0])
    address = re.findall(r"http://\S+", shown)[0]
    async with aiohttp.ClientSession() as session, session.get(address) as page:
        assert page.status == 200
    await asyncio.wait_for(asyncio.to_thread(contains, log, "verdict="), 30)
    process.send_signal(signal.SIGINT)
    rest, errors = await asyncio.wait_for(process.communicate(), 30)
    assert (process.returncode, rest.decode().strip(), errors.decode()) == (0, "", "")
    assert shown.rstrip().splitlines()[-1].endswith(address)
    assert not [one for one in listed(tmp_path) if one.startswith("ghapp-demo-")]


def child_of(process: int) -> int:
    """The id of its only child."""
    (child,) = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return int(child)


async def started(folder: Path) -> tuple[asyncio.subprocess.Process, str]:
    """`ghapp demo` with other settings in its environment, and what it shows up to its address."""
    environ = {"PATH": "/usr/bin:/bin", "TMPDIR": str(folder), **OTHERS}
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "ghapp", "demo")
    process = await asyncio.create_subprocess_exec(*command, env=environ, cwd=folder, stdout=pipe, stderr=pipe)
    assert process.stdout
    shown = ""
    while "http://" not in shown:
        line = await asyncio.wait_for(process.stdout.readline(), 30)
        assert line, shown
        shown += line.decode()
    return process, shown


async def test_its_server_ends_with_it_however_it_ends(tmp_path: Path) -> None:
    """Killed, it can end nothing itself: the server sees that its parent is gone."""
    process, _ = await started(tmp_path)
    ended = os.pidfd_open(child_of(process.pid))
    process.kill()
    await process.communicate()
    try:
        assert await asyncio.to_thread(select.select, [ended], [], [], 30) == ([ended], [], [])
    finally:
        os.close(ended)


async def test_a_reset_begins_the_world_anew_in_the_language_of_the_visitor(tmp_path: Path) -> None:
    """GitHub, Slack and the page change with it; a language that there is not changes nothing."""
    process, shown = await started(tmp_path)
    address = re.findall(r"http://\S+", shown)[-1]
    try:
        async with aiohttp.ClientSession(address) as session:
            await said(session, "merge", {"number": 41, "by": "taro"})
            assert "There are: en, ja." in await said(session, "reset", {"language": "fr"})
            assert await world(session) == ("en", "merged", "Reword notifications")
            assert await said(session, "reset", {"language": "ja"}) == ""
            assert await world(session) == ("ja", "open", "通知文言の変更")
            assert await said(session, "reset", {}) == ""
            assert (await world(session))[0] == "ja"
            async with session.get("/") as page:
                assert '<html lang="ja">' in await page.text()
    finally:
        process.send_signal(signal.SIGINT)
        await process.communicate()


async def said(session: aiohttp.ClientSession, verb: str, arguments: dict[str, object]) -> str:
    """The sentence with which an act is refused; empty if it is not."""
    async with session.post(f"/do/{verb}", json=arguments) as answer:
        return "" if answer.status == 204 else str((await answer.json())["error"])


async def world(session: aiohttp.ClientSession) -> tuple[str, str, str]:
    """Its language, and the state and title of its first pull request."""
    async with session.get("/state") as answer:
        state = await answer.json()
    first = next(pull for pull in state["pulls"] if pull["number"] == 41)
    return state["language"], first["state"], first["title"]


async def test_a_reset_begins_a_new_world_at_the_same_address(tmp_path: Path) -> None:
    """An open page sees it; what was merged is open again, and the old server has ended."""
    process, shown = await started(tmp_path)
    old, address = os.pidfd_open(child_of(process.pid)), re.findall(r"http://\S+", shown)[0]
    async with aiohttp.ClientSession(read_bufsize=2**20) as session, session.get(f"{address}events") as events:
        assert await _merged(events) == []
        async with session.post(f"{address}do/merge", json={"number": 41, "by": "taro"}) as answer:
            assert answer.status == 204
        while await _merged(events) != [41]:
            pass
        async with session.post(f"{address}do/reset", json={}) as answer:
            assert answer.status == 204
        assert select.select([old], [], [], 0)[0]
        while await _merged(events) != []:
            pass
        async with session.get(f"{address}state") as answer:
            state = await answer.json()
        assert (state["counts"]["kills"], state["faults"]["server"], len(state["board"])) == (0, "up", 2)
    os.close(old)
    process.send_signal(signal.SIGINT)
    await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0


async def _merged(events: aiohttp.ClientResponse) -> list[int]:
    """The merged pull requests of the next state that the page is sent."""
    while not (line := await asyncio.wait_for(events.content.readline(), 30)).startswith(b"data: "):
        assert line
    state = json.loads(line.removeprefix(b"data: "))
    return [pull["number"] for pull in state["pulls"] if pull["state"] == "merged"]


async def test_a_missing_extra_is_named(tmp_path: Path) -> None:
    """It is an extra, so a server's installation lacks it."""
    (tmp_path / "graphql.py").write_text("raise ModuleNotFoundError(\"No module named 'graphql'\", name='graphql')\n")
    said = await complaint(tmp_path, "demo", settings={"PYTHONPATH": str(tmp_path)})
    assert said == "ghapp: the demo needs a package that is not installed: pip install 'ghapp[demo]'"
