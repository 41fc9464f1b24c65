"""Compares deliveries a second with other frameworks: `python -m bench.intake [--rounds 5] [--seconds 5]`.

Server on the first core, wrk on the second, 32 connections; requires wrk (a Debian package) and npm. Last come the
goals of `bench.goals`, with `/deploy` from its delivery to the dispatch. It exits with 1 where one of them is missed.
"""

import argparse
import asyncio
import hashlib
import hmac
import itertools
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bench import latency
from bench.goals import DISPATCH, GOALS
from tests.doors import payloads

HERE = Path(__file__).parent / "peers"
CACHE = Path(__file__).parents[1] / ".cache/bench"
SECRET = "0123456789abcdef0123456789abcdef"
PATH = "/webhooks/github"
CONNECTIONS = 32
DELIVERIES = 60_000  # signed in advance; a longer list slows wrk down, and a round that needs more starts over
ALONE = 10_000  # of these are for the single connection
REPOSITORIES = 500
ID, REPOSITORY = 999_000_111_222, 888_000_111_222
PORTS = 3
READY_WITHIN = 30.0  # seconds
GIVEN_UP = "10s"  # GitHub waits this long for an answer

NODE = ("probot-stores", "octokit-stores", "probot", "octokit")
PYTHON = ("verify", "gidgethub", "ghapp")
KEPT = {"ghapp": "item", **dict.fromkeys(("probot-stores", "octokit-stores"), "delivery")}  # table, where it stores
TITLES = {
    "ghapp": "ghapp: verify, project, store durably, ack, dispatch, settle",
    "probot-stores": "Probot 14, each delivery stored durably before its answer",
    "octokit-stores": "@octokit/webhooks, each stored durably before its answer",
    "probot": "Probot 14, trivial handler",
    "octokit": "@octokit/webhooks, trivial handler",
    "gidgethub": "aiohttp + gidgethub, in the request",
    "verify": "aiohttp verifying only",
}


@dataclass(frozen=True, slots=True)
class Round:
    """The results of one server in one round. Times in milliseconds, memory in MB, processor time per delivery."""

    rate: float
    p50: float
    p99: float
    ready: float
    memory: float
    cpu: float
    bad: int
    alone: float


def prepare(folder: Path) -> None:
    """Writes the two payloads, split at their ids, and a signature for each delivery."""
    merged, commented = payloads.merged(), payloads.commented()
    merged["pull_request"]["number"] = commented["comment"]["id"] = ID
    texts = []
    for payload in (merged, commented):
        payload["repository"]["id"] = REPOSITORY
        head, rest = json.dumps(payload).split(str(ID))
        texts.append((head, *rest.split(str(REPOSITORY))))
    events = ("pull_request", "issue_comment")
    (folder / "templates").write_text("".join("\t".join((e, *t)) + "\n" for e, t in zip(events, texts, strict=True)))
    with (folder / "signed").open("w") as file:
        for number in range(1, DELIVERIES + 1):
            head, middle, tail = texts[number % 2]
            repository = 1 + number % REPOSITORIES
            body = f"{head}{number}{middle}{repository}{tail}".encode()
            signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
            file.write(f"{1 + number % 2} {repository} {number} {signature}\n")
    with (folder / "examples").open("w") as file:
        for event, examples in payloads.examples().items():
            for text in map(json.dumps, examples):
                signature = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
                file.write(f"{event}\t{signature}\t{text}\n")


def key() -> str:
    """A private key, which Probot requires to start."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return made.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


def command(name: str) -> Sequence[str]:
    """The command that starts a server."""
    if name == "serve":
        return (sys.executable, "-m", "ghapp", "serve")
    if name in PYTHON:
        return (sys.executable, "-m", "bench.peers.servers", name)
    return ("node", str(CACHE / f"{name}.js"))


@contextmanager
def served(
    name: str, environ: Callable[[str], Mapping[str, str]], *, cores: str = "0"
) -> Iterator[tuple[subprocess.Popen[bytes], str, float]]:
    """The server's process, its port, and the milliseconds until it accepted connections.

    A free port may be taken before the server uses it, so up to `PORTS` are tried.
    """
    for port in (free_port() for _ in range(PORTS)):
        began = time.monotonic()
        process = subprocess.Popen(
            ("taskset", "-c", cores, *command(name)),
            env=environ(port),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            if accepts(process, port, began):
                yield process, port, (time.monotonic() - began) * 1000
                return
        finally:
            process.kill()
            process.wait()
    raise SystemExit(f"{name} does not start")


def accepts(process: subprocess.Popen[bytes], port: str, began: float) -> bool:
    """Waits until it accepts connections; False where it has ended, or takes too long."""
    while process.poll() is None and time.monotonic() - began < READY_WITHIN:
        try:
            socket.create_connection(("127.0.0.1", int(port)), 0.5).close()
        except OSError:
            time.sleep(0.002)
        else:
            return True
    return False


def loaded(
    folder: Path, port: str, *more: str, seconds: float, connections: int = CONNECTIONS, cores: str = "1"
) -> Mapping[str, float]:
    """The results of wrk. `more`: arguments of its script."""
    asked = ("taskset", "-c", cores, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", GIVEN_UP)
    url = f"http://127.0.0.1:{port}{PATH}"
    script = ("--latency", "-s", str(HERE / "load.lua"), url, "--", str(folder), *more)
    ran = subprocess.run((*asked, *script), capture_output=True, text=True, check=True)
    found: Mapping[str, float] = json.loads(ran.stdout.splitlines()[-1])
    return found


def used(pid: int) -> tuple[float, float]:
    """Processor time in seconds, and resident memory in MB."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks, pages = int(fields[11]) + int(fields[12]), int(fields[21])
    return ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def rows(store: Path, table: str) -> int:
    """The number of rows in the table."""
    with closing(sqlite3.connect(store)) as db:
        return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - one of ours


def settled(store: Path) -> float:
    """Seconds until every answered delivery is worked, so that this work counts in the rate."""
    began = time.monotonic()
    while rows(store, "item WHERE state = 'open'"):
        time.sleep(0.01)
    return time.monotonic() - began


def free_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def environment(store: Path, private_key: str, port: str) -> Mapping[str, str]:
    """The environment variables of our server and of the peers."""
    own = {"PORT": port, "STORE": str(store), "WEBHOOK_SECRET": SECRET, "WEBHOOK_PATH": PATH}
    probot = {"APP_ID": "4711", "PRIVATE_KEY": private_key, "LOG_LEVEL": "fatal", "NODE_ENV": "production"}
    return {**os.environ, **own, **probot}


def one_round(name: str, folder: Path, private_key: str, seconds: int) -> Round:
    """A new server with a new store: first one connection, then load."""
    with tempfile.TemporaryDirectory() as fresh:
        store = Path(fresh) / "bench.db"
        with served(name, partial(environment, store, private_key)) as (process, port, ready):
            alone = loaded(folder, port, seconds=1, connections=1)
            before, _ = used(process.pid)
            many = loaded(folder, port, str(ALONE), seconds=seconds)
            behind = settled(store) if name == "ghapp" else 0.0
            spent, memory = used(process.pid)
            if table := KEPT.get(name):
                told(name, rows(store, table), alone["requests"] + many["requests"])
    requests = many["requests"]
    rate, cpu = requests / (many["seconds"] + behind), (spent - before) / requests * 1000
    return Round(rate, many["p50"], many["p99"], ready, memory, cpu, int(many["bad"]), alone["p50"])


def told(whose: str, kept: int, answered: float) -> None:
    """Checks that every answered delivery is stored, and no other but those that wrk left unanswered."""
    if not answered <= kept <= answered + CONNECTIONS + 2:
        raise SystemExit(f"{whose}: {kept} rows for {answered:.0f} answers")


def examples_in_turn(folder: Path, private_key: str, seconds: int) -> None:
    """Sends GitHub's published payloads, most of which no rule uses: they are read and discarded."""
    with tempfile.TemporaryDirectory() as fresh, ExitStack() as stack:
        environ = partial(environment, Path(fresh) / "bench.db", private_key)
        _, port, _ = stack.enter_context(served("ghapp", environ))
        seen = loaded(folder, port, "0", "examples", seconds=seconds)
    count = sum(map(len, payloads.examples().values()))
    print(f"the {count} published examples in turn: {seen['requests'] / seen['seconds']:.0f} a second", end="")
    print(f", p99 {seen['p99']:.1f} ms, {seen['bad']:.0f} errors")


def several_against_one(folder: Path, private_key: str, seconds: int) -> None:
    """Several web processes with one store on all cores, which they share with the load."""
    rates = [at_once(count, folder, private_key, seconds) for count in (1, 2)]
    print(f"two web processes on one file: {rates[1]:.0f} a second, one: {rates[0]:.0f}", end="")
    print(f" ({rates[1] / rates[0]:.2f} x, both cores shared with the load)")


def at_once(count: int, folder: Path, private_key: str, seconds: int) -> float:
    """Deliveries a second of `count` servers together, each with its share of the connections."""
    with tempfile.TemporaryDirectory() as fresh, ExitStack() as stack, ThreadPoolExecutor(count) as pool:
        store = Path(fresh) / "bench.db"
        environ = partial(environment, store, private_key)
        servers = [stack.enter_context(served("ghapp", environ, cores="0,1")) for _ in range(count)]
        ports = [port for _, port, _ in servers]
        load = partial(loaded, folder, seconds=seconds, connections=CONNECTIONS // count, cores="0,1")
        firsts = [str(DELIVERIES // count * place) for place in range(count)]
        asked = [pool.submit(load, *each) for each in zip(ports, firsts, strict=True)]
        seen = [each.result() for each in asked]
        behind = settled(store)
        answered = sum(each["requests"] for each in seen)
        told(f"{count} at once", rows(store, "item"), answered)
        return answered / (max(each["seconds"] for each in seen) + behind)


def whole(private_key: str, times: int) -> None:
    """Start time and memory of `ghapp serve` as a whole, without a GitHub that answers."""
    found: list[tuple[float, float]] = []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as fresh:
            own = {
                "GHAPP_STORE": f"sqlite:///{fresh}/ghapp.db",
                "GITHUB_API_URL": f"http://127.0.0.1:{free_port()}",
                "GITHUB_APP_ID": "4711",
                "GITHUB_PRIVATE_KEY": private_key,
                "GITHUB_WEBHOOK_SECRET": SECRET,
                "HOST": "127.0.0.1",
            }
            with served("serve", partial(_at, {**os.environ, **own})) as (process, _, ready):
                found.append((ready, used(process.pid)[1]))
    ready, memory = map(median, zip(*found, strict=True))
    print(f"`ghapp serve` as a whole: takes connections after {ready:.0f} ms, {memory:.0f} MB before any load")


def _at(own: Mapping[str, str], port: str) -> Mapping[str, str]:
    return {**own, "GHAPP_PUBLIC_URL": f"http://127.0.0.1:{port}", "PORT": port}


def install() -> None:
    """Installs the peers, again only where a version has changed."""
    CACHE.mkdir(parents=True, exist_ok=True)
    for file in HERE.glob("*.js"):
        shutil.copy(file, CACHE)
    installed, pinned = CACHE / "installed.json", (HERE / "package.json").read_text()
    if not installed.exists() or installed.read_text() != pinned:
        (CACHE / "package.json").write_text(pinned)
        npm = ("npm", "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock")
        subprocess.run(npm, cwd=CACHE, check=True)
        installed.write_text(pinned)


def report(rounds: Mapping[str, Sequence[Round]]) -> None:
    """Prints medians, their spread, and the ratios of each round."""
    print(f"{'':62}{'a second':>18}{'of Probot':>16}{'of verify':>11}  p50/p99 ms  alone   ready   MB  cpu ms")
    for name, seen in rounds.items():
        rates = [one.rate for one in seen]

        def middle(field: str, seen: Sequence[Round] = seen) -> float:
            return float(median(getattr(one, field) for one in seen))

        ratios = {}
        for peer in ("probot", "verify"):
            pairs = zip(seen, rounds.get(peer, ()), strict=False)
            ratios[peer] = [own.rate / other.rate for own, other in pairs] or [float("nan")]
        noise = f"{median(rates):6.0f} ({min(rates):.0f}-{max(rates):.0f})"
        against = f"{median(ratios['probot']):.2f} ({min(ratios['probot']):.2f}-{max(ratios['probot']):.2f})"
        print(
            f"{TITLES[name]:62}{noise:>18}{against:>17}{median(ratios['verify']):>10.2f}"
            f"  {middle('p50'):5.1f}/{middle('p99'):5.1f} {middle('alone'):6.2f} {middle('ready'):7.0f}"
            f" {middle('memory'):5.0f} {middle('cpu'):6.2f}"
        )
        if bad := sum(one.bad for one in seen):
            print(f"{'':62}{bad} answers that were none or an error")


def goals(rounds: Mapping[str, Sequence[Round]], releases: int) -> bool:
    """Prints each goal with its result; returns whether all measured goals are reached."""
    print(f"{'':62}{'found':>26}  {'must':9} aim")
    measured = [(goal, found) for goal in GOALS if (found := goal.found(rounds))]
    for goal, found in measured:
        print(goal.line(found), flush=True)
    stories = asyncio.run(latency.releases("at work", releases))
    measured.append((DISPATCH, [story.dispatched * 1000 for story in stories]))
    print(DISPATCH.line(measured[-1][1]))
    return all(goal.reached(found, goal.must) for goal, found in measured)


def main() -> int:
    """Runs all peers in turn, so that disturbances of the machine affect all alike."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5, help="of load in each round")
    parser.add_argument("--only", nargs="*", choices=tuple(TITLES), default=tuple(TITLES))
    parser.add_argument("--releases", type=int, default=5, help="by /deploy")
    asked = parser.parse_args()
    if set(asked.only) & set(NODE):
        install()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # compiling all modules would distort the start time
    private_key = key()
    rounds: dict[str, list[Round]] = {name: [] for name in asked.only}
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        for _, name in itertools.product(range(asked.rounds), asked.only):
            rounds[name].append(one_round(name, Path(folder), private_key, asked.seconds))
        report(rounds)
        examples_in_turn(Path(folder), private_key, asked.seconds)
        several_against_one(Path(folder), private_key, asked.seconds)
        whole(private_key, asked.rounds)
        return 0 if goals(rounds, asked.releases) else 1


if __name__ == "__main__":
    sys.exit(main())
