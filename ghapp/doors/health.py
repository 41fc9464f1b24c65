"""`/healthz`: the process answers. `/readyz`: a delivery could be stored now, and the clock can be trusted. `/` says
the same to people.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
from aiohttp import web

from ghapp.ports import Clock, Permanent, Replaced, Retryable, Store

logger = logging.getLogger(__name__)

PATIENCE = 2.0  # seconds
KNOWN_FOR = 2.0  # seconds the store's answer is cached: anyone may ask, and each check writes to the disk
CLOCK_TOLERANCE = timedelta(seconds=30)

ABOUT = (
    "This is ghapp, a GitHub App: one pull request, one release.",
    "After a merge it posts the command that releases it; while a release runs, a lock keeps all others out.",
    "",
)

Probe = Callable[[], Awaitable[str | None]]
"""Returns the problem in words, or None; raises a Fault without an answer. Called at each request: makes no calls."""

Problem = Callable[[datetime], str]
"""Returns a problem that this server has counted by itself until then, in words; empty where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The door for load balancers. `doubts`: the clock's fault, empty if there is none.

    `exposed`: why strangers would be served, empty if they would not; reported only then.
    `probes` by name (`github`, `slack`) are reported and decide nothing; so are the `problems` by name, while there are
    any, and the `notes` by name, which are no faults.
    """

    store: Store
    clock: Clock
    doubts: Callable[[], Awaitable[str]] | None = None
    exposed: Callable[[], Awaitable[str]] | None = None
    probes: Mapping[str, Probe] = field(default_factory=dict)
    problems: Mapping[str, Problem] = field(default_factory=dict)
    notes: Mapping[str, Probe] = field(default_factory=dict)
    patience: float = PATIENCE
    known_for: float = KNOWN_FOR
    _asked: "list[tuple[float, asyncio.Task[timedelta]]]" = field(default_factory=list)

    def routes(self) -> Sequence[web.RouteDef]:
        asked = {"/": self.about, "/healthz": self.healthy, "/readyz": self.ready}
        return [web.get(path, handler, allow_head=False) for path, handler in asked.items()]

    async def about(self, _request: web.Request) -> web.Response:
        """A dozen lines at most, and nothing that `/readyz` does not say."""
        (_, report), notes = await asyncio.gather(self._report(), self._noted())
        faults = [f"- {name}: {said}" for name, said in report.items() if said != "ok"]
        state = ["To be fixed:", *faults] if faults else ["It is set up, and nothing is wrong."]
        state += [f"Note: {note}." for note in notes.values()]
        slack = "" if "slack" in report else " Slack is not connected: prompts are comments on pull requests."
        checked = ", ".join(report)
        lines = [*ABOUT, *state, f"Checked: {checked}.{slack}", "For programs: /readyz and /healthz."]
        return web.Response(text="\n".join(lines) + "\n")

    async def healthy(self, _request: web.Request) -> web.Response:
        """200 as long as the process can answer."""
        return web.Response(text="ok\n")

    async def ready(self, _request: web.Request) -> web.Response:
        """200 if the store works, both clocks agree and no stranger would be served, else 503.

        The JSON body names the fault.
        """
        (ready, report), notes = await asyncio.gather(self._report(), self._noted())
        body = msgspec.json.encode({"ready": ready, **report, **notes})
        return web.Response(status=200 if ready else 503, body=body, content_type="application/json")

    async def _report(self) -> tuple[bool, Mapping[str, str]]:
        """Whether the server is ready, and by name what is wrong, or "ok"."""
        clock = "unknown"

        async def store() -> None:
            nonlocal clock
            off = abs(await self._store_clock())
            clock = "ok" if off <= CLOCK_TOLERANCE else f"{off.total_seconds():.0f} s off the store's"

            if clock == "ok" and self.doubts:
                clock = await self.doubts() or "ok"

        looks: dict[str, Probe] = {"store": store, **self.probes}
        found = await asyncio.gather(*(self._look(name, look) for name, look in looks.items()))
        report = {**dict(zip(looks, found, strict=True)), "clock": clock}
        if exposed := await self.exposed() if self.exposed else "":
            report["owners"] = exposed
        now = self.clock()
        report |= {name: problem for name, told in self.problems.items() if (problem := told(now))}
        return report["store"] == report["clock"] == "ok" and not exposed, report

    async def _noted(self) -> Mapping[str, str]:
        found = await asyncio.gather(*(self._look(name, look) for name, look in self.notes.items()))
        return {name: said for name, said in zip(self.notes, found, strict=True) if said != "ok"}

    async def _store_clock(self) -> timedelta:
        """The difference of the store's clock to ours, measured once for all requests within `known_for`."""
        now = asyncio.get_running_loop().time()
        if not self._asked or now - self._asked[0][0] >= self.known_for:
            asking = asyncio.create_task(self._ask())
            asking.add_done_callback(_heard)
            self._asked[:] = [(now, asking)]
        return await asyncio.shield(self._asked[0][1])

    async def _ask(self) -> timedelta:
        return await self.store.check() - self.clock()

    async def _look(self, name: str, look: Probe) -> str:
        try:
            async with asyncio.timeout(self.patience):
                return await look() or "ok"
        except TimeoutError:
            return "slow"
        except Replaced as replaced:
            return str(replaced)
        except Retryable:
            return "unreachable"
        except Permanent:
            return "refused"
        except Exception as error:  # noqa: BLE001 - the report must be answered whatever a probe raises
            logger.warning("probe", extra={"probe": name, "error": type(error).__name__})
            return "failing"


def _heard(asking: asyncio.Task[timedelta]) -> None:
    """Retrieves the exception: where all requests timed out, asyncio would log it as unretrieved."""
    if not asking.cancelled():
        asking.exception()
