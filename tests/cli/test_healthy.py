"""`ghapp healthy`: what a container or a supervisor learns about the server beside it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ghapp.cli import healthy
from ghapp.demo.github.auth import App
from ghapp.settings import SettingsError, load_health
from tests.cli.running import born


def free_ports(count: int) -> list[int]:
    """Ports that no socket uses at the moment."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports


async def test_web_and_worker_on_one_host_have_a_health_address_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the settings of a process, `ghapp healthy` asks that process: 0 ready, 1 not ready, 3 no answer."""
    public, of_web, of_worker = (f"127.0.0.1:{port}" for port in free_ports(3))
    shared = {
        "GHAPP_PUBLIC_URL": "https://ghapp.example.com",
        "GITHUB_APP_ID": "1",
        "GITHUB_PRIVATE_KEY": App.make().private_key_pem,
        "GITHUB_WEBHOOK_SECRET": "canary-0123456789",
        "GITHUB_API_URL": "http://127.0.0.1:9",
        "GHAPP_STORE": f"sqlite:///{tmp_path / 'ghapp.db'}",
        "PORT": public.rpartition(":")[2],
    }
    web, worker = ({**shared, "GHAPP_INTERNAL_LISTEN": at} for at in (of_web, of_worker))

    async def asked(its: dict[str, str]) -> tuple[int, str, str]:
        with monkeypatch.context() as patch:
            for name, value in its.items():
                patch.setenv(name, value)
            return (await asyncio.to_thread(healthy.healthy), *capsys.readouterr())

    async with born(shared) as processes:
        await processes.start("web", GHAPP_INTERNAL_LISTEN=of_web)
        await processes.start("worker", GHAPP_INTERNAL_LISTEN=of_worker)
        for its, at in ((web, of_web), (worker, of_worker), (shared, public)):
            code, out, err = await asked(its)
            assert (code, err) == (0, "")
            assert out.startswith(f"ready at {at}; github: ")  # which is down, and decides nothing
        (tmp_path / "ghapp.db").unlink()
        for _ in range(200):  # for two seconds the server repeats what it knows of the store
            code, out, err = await asked(web)
            if code:
                break
            await asyncio.sleep(0.1)
        assert (code, out) == (1, "")
        assert err.startswith(f"ghapp: the server at {of_web} is not ready: store: ")
        assert err.count("\n") == 1
    assert await asked(worker) == (3, "", f"ghapp: no ghapp answers at {of_worker}: Connection refused\n")


@asynccontextmanager
async def answering(answer: bytes, host: str = "127.0.0.1") -> AsyncIterator[int]:
    """The port of a server that answers every request like this, and closes."""

    async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(answers, host, 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-other\r\n",
        b"HTTP/1.1 200 OK\r\n\r\nready\n",
        b"HTTP/1.1 200 OK\r\n\r\n[true]",
        b'HTTP/1.1 200 OK\r\n\r\n{"ready": "yes"}',
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
    ],
)
async def test_another_server_at_the_address_is_not_taken_for_ghapp(
    answer: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 3, with the address."""
    async with answering(answer) as port:
        monkeypatch.setenv("GHAPP_INTERNAL_LISTEN", f"127.0.0.1:{port}")
        assert await asyncio.to_thread(healthy.healthy) == 3
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"ghapp: no ghapp answers at 127.0.0.1:{port}: the answer is not ghapp's\n")


async def test_what_a_server_reports_cannot_move_the_cursor(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is one line, whatever it contains."""
    async with answering(b'HTTP/1.1 503 Wait\r\n\r\n{"ready": false, "store": "\\u001b[2J\\nx"}') as port:
        monkeypatch.setenv("GHAPP_INTERNAL_LISTEN", f"127.0.0.1:{port}")
        assert await asyncio.to_thread(healthy.healthy) == 1
    assert capsys.readouterr().err == (
        f"ghapp: the server at 127.0.0.1:{port} is not ready: store: \N{REPLACEMENT CHARACTER}[2J"
        "\N{REPLACEMENT CHARACTER}x\n"
    )


@pytest.mark.parametrize(
    ("environ", "place"),
    [
        ({}, ("0.0.0.0", 8080)),
        ({"PORT": "9000", "HOST": "::"}, ("::", 9000)),
        ({"PORT": "9000", "GHAPP_INTERNAL_LISTEN": "10.0.0.5:9090"}, ("10.0.0.5", 9090)),
        ({"PORT": "none", "GHAPP_INTERNAL_LISTEN": ":9090"}, ("127.0.0.1", 9090)),
    ],
)
def test_the_address_comes_from_the_settings_alone(environ: dict[str, str], place: tuple[str, int]) -> None:
    """No key and no secret is needed to ask."""
    assert load_health(environ, dotenv=None) == place


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"PORT": "0"}, "PORT is 0, so the system chose the port: set PORT or GHAPP_INTERNAL_LISTEN"),
        ({"PORT": "http"}, "PORT must be a whole number from 0 to 65535"),
        ({"GHAPP_INTERNAL_LISTEN": "9090"}, "GHAPP_INTERNAL_LISTEN must be like 127.0.0.1:9090"),
    ],
)
def test_an_address_that_cannot_be_asked_is_named(
    environ: dict[str, str], says: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """By its setting."""
    monkeypatch.chdir(tmp_path)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^{says}$"):
        healthy.healthy()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "nowhere.invalid", "a" * 70, "\N{SNOWMAN}.invalid"])
def test_a_host_without_a_server_has_no_answer(
    host: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """All addresses of a machine are asked at its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOST", host)
    monkeypatch.setenv("PORT", str(free_ports(1)[0]))
    assert healthy.healthy() == 3
    assert capsys.readouterr().err.startswith("ghapp: no ghapp answers at ")
