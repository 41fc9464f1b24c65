"""`POST /guard`: the fence for deploy jobs. Decides within the request: 204, or 409 with the reason."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Annotated

import msgspec
from aiohttp import web
from cachetools import TTLCache
from msgspec import Meta

from ghapp.core.model.decision import Decision
from ghapp.core.model.events import GuardAsked, GuardedJob
from ghapp.core.views import fence
from ghapp.doors.limits import PATIENCE, WAITING_BYTES_BESIDE, Intake, Refused
from ghapp.ports import Clock, Doubt, Fault, Jobs

logger = logging.getLogger(__name__)

BODY_BYTES = 8 * 1024
REFUSED_A_MINUTE = 60  # of one run attempt, and as many in progress: each is written to the history
NOT_BELIEVED_A_MINUTE = 60  # rejected tokens from one address
KEPT = 10_000  # runs, or addresses, that are counted at a time
MINUTE = 60.0  # seconds
LATER = 5  # seconds
NOT_CHECKED = frozenset({408, 429, 503})
_BEARER = re.compile(r"[Bb]earer ([A-Za-z0-9_.-]+)", re.ASCII)

Ask = Callable[[GuardAsked], Awaitable[Decision]]
"""Decides the request and records the decision. Raises Fault."""


class Paces:
    """Counts per key within a minute that begins with the key's first count."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._done: TTLCache[str, list[int], float] = TTLCache(KEPT, MINUTE)

    def take(self, whose: str) -> bool:
        """Counts one more if the limit allows it; whether it does."""
        count = self._done.setdefault(whose, [0])
        allowed = count[0] < self._most
        count[0] += allowed
        return allowed

    def give_back(self, whose: str) -> None:
        """Takes one count back."""
        count = self._done.get(whose, [0])
        count[0] = max(0, count[0] - 1)

    def forget(self, whose: str) -> None:
        """Restarts the key's minute."""
        self._done.pop(whose, None)


class Asked(msgspec.Struct):
    """The request body. `break_glass`: why the job goes on even if it is refused."""

    ticket: Annotated[str, Meta(max_length=100)]
    sha: Annotated[str, Meta(pattern=r"\A[0-9a-f]{40}\Z")]
    break_glass: Annotated[str, Meta(max_length=1000)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """The door for deploy jobs. `trusted`: whether the clock is trusted; `owners`: the accounts served, empty = all."""

    jobs: Jobs
    ask: Ask
    clock: Clock
    trusted: Callable[[], Awaitable[bool]]
    owners: Collection[str] = ()
    intake: Intake = field(default_factory=lambda: Intake(body_bytes=BODY_BYTES, waiting_bytes=WAITING_BYTES_BESIDE))
    patience: float = PATIENCE
    refused: Paces = field(default_factory=lambda: Paces(REFUSED_A_MINUTE))
    not_believed: Paces = field(default_factory=lambda: Paces(NOT_BELIEVED_A_MINUTE))

    def routes(self) -> Sequence[web.RouteDef]:
        return (web.post("/guard", self.receive),)

    async def receive(self, request: web.Request) -> web.Response:
        """204 go on; 409 do not; 401 not believed; 400, 408, 413, 415 not understood; 429, 503 not checked, ask again.

        The job must not go on at any status but 204.
        """
        try:
            event, decision = await self._answered(request)
        except Refused as refused:
            logger.info("guard", extra={"status": refused.status, "verdict": refused.why})
            return _headed(refused)
        except (Fault, TimeoutError) as fault:
            logger.warning("guard", extra={"status": 503, "verdict": str(fault) or "it took too long"})
            return _headed(Refused(503, "this could not be checked, so nothing is let through: ask again"))
        return self._told(event, decision)

    async def _answered(self, request: web.Request) -> tuple[GuardAsked, Decision]:
        until = asyncio.get_running_loop().time() + self.patience
        self.intake.check(request)
        async with asyncio.timeout_at(until):
            if not await self.trusted():
                raise Refused(503, "this server's clock is wrong, so it decides nothing: ask again")
            job = await self._believed(request)
        run = f"{job.repository}/{job.run.id}/{job.attempt}"
        if not self.refused.take(run):
            raise Refused(429, "this run asks too often: ask again in a minute", close=True)
        try:
            event, decision = await self._decided(request, job, until)
        except (Refused, Fault, TimeoutError) as unanswered:
            if not isinstance(unanswered, Refused) or unanswered.status in NOT_CHECKED:
                self.refused.give_back(run)
            raise
        if decision.refusal is None:
            self.refused.forget(run)  # the run that holds the number may ask without limit
        elif _is_early(event, decision):
            self.refused.give_back(run)  # the run may turn out to be the one that holds the number
        return event, decision

    async def _decided(self, request: web.Request, job: GuardedJob, until: float) -> tuple[GuardAsked, Decision]:
        async with self.intake.body(request, until=until) as body:
            event = _event(job, body)
        async with asyncio.timeout_at(until):
            return event, await self.ask(event)

    async def _believed(self, request: web.Request) -> GuardedJob:
        """Verifies the token before any of the body is read, so that unauthenticated requests use no body memory."""
        try:
            job = await self.jobs.believed(_token(request))
            if isinstance(job, Doubt):
                raise Refused(401, job.why, close=True)
        except Refused:
            if not self.not_believed.take(request.remote or ""):
                raise Refused(429, "too many tokens from this address are not believed", close=True) from None
            raise
        owner = job.full_name.partition("/")[0].lower()
        if self.owners and owner not in {served.lower() for served in self.owners}:
            raise Refused(409, "this server does not serve the owner of that repository", close=True)
        return job

    def _told(self, event: GuardAsked, decision: Decision) -> web.Response:
        refusal = decision.refusal
        fields = {"repository": event.job.full_name, "run": event.job.run.id, "actor": event.job.actor}
        verdict = refusal.code if refusal else "let_through"
        later = _is_early(event, decision)
        status = 503 if later else 409 if refusal else 204
        logger.info("guard", extra={**fields, "status": status, "verdict": verdict})
        if refusal is None:
            return web.Response(status=204)
        why = fence.refusal(refusal, decision.config, now=self.clock())
        return _headed(Refused(503, why)) if later else web.Response(status=409, text=f"{why}\n")


def _token(request: web.Request) -> str:
    values = request.headers.getall("Authorization", [])
    found = _BEARER.fullmatch(values[0]) if len(values) == 1 else None
    if found is None:
        raise Refused(401, "show the job's OpenID Connect token: Authorization: Bearer …", close=True)
    return found[1]


def _event(job: GuardedJob, body: bytes) -> GuardAsked:
    try:
        asked = msgspec.json.decode(body, type=Asked)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refused(400, 'the body must be like {"ticket": "128:0123456789abcdef", "sha": "<40 digits>"}') from None
    return GuardAsked(job=job, ticket=asked.ticket, sha=asked.sha, break_glass=" ".join(asked.break_glass.split()))


def _is_early(event: GuardAsked, decision: Decision) -> bool:
    """Whether the run of the number is not known yet, so that nothing is refused or written."""
    return decision.refusal is not None and decision.refusal.code == "guard.not_yet" and not event.break_glass


def _headed(refused: Refused) -> web.Response:
    response = refused.response()
    if refused.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if refused.status in NOT_CHECKED:
        response.headers["Retry-After"] = str(LATER)
    return response
