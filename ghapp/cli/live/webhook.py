"""The webhook: its configuration on GitHub, a request of our own to the server, and a delivery that GitHub sends again.

GitHub masks the secret. Our own request proves that the server at the public address knows GITHUB_WEBHOOK_SECRET, as
seen from here; only a delivery proves that GitHub signs with it, and reaches the server.
"""

import asyncio
import hmac
import json
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

import aiohttp
from msgspec import Struct

from ghapp.adapters.github.deliveries import GitHubDeliveries, Hook
from ghapp.adapters.github.faults import Refused
from ghapp.cli.live.findings import Finding, Status, Subject
from ghapp.engine.redelivery import UNDATED
from ghapp.ports import Sent
from ghapp.settings import is_this_machine

SUBJECT: Subject = "Webhook"
PATH = "/webhooks/github"
EVENT = "ghapp_check"  # an event that no rule uses: the server verifies the signature, and ignores it
TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5)
ANSWERED = b"ignored\n"
REFUSED = b"the signature"
LOOKS = (0.1, 0.4, 0.5, 1.0, 1.0, 2.0, 2.0, 3.0)  # seconds between two looks for the attempt that GitHub makes


class Answer(Struct, frozen=True):
    """The server's answer to our own request; status 0: none, and `body` says why."""

    status: int
    body: bytes = b""


async def check_hook(deliveries: GitHubDeliveries, public_url: str, page: str) -> Sequence[Finding]:
    """`page`: of the App's settings. Raises `Retryable` or `Permanent`."""
    try:
        hook = await deliveries.hook()
    except Refused as refusal:
        if refusal.status != 404:
            raise
        hook = Hook()  # GitHub knows none of this App
    return judge_hook(hook, f"{public_url}{PATH}", page)


def judge_hook(hook: Hook, address: str, page: str) -> Sequence[Finding]:
    """Compares GitHub's configuration of the webhook with the server's address."""
    if not hook.url:
        return [_finding("todo", "hook.address", f"the webhook's address is not set: set {address} on {page}")]
    found = []
    if hook.url.rstrip("/") != address:
        if is_this_machine(address):  # GitHub cannot reach it, and takes no such address
            text = f"GitHub sends to {hook.url}: what listens there has to forward to {address}"
            found.append(_finding("hint", "hook.address", text))
        else:
            text = f"the webhook's address is {hook.url}: set {address} on {page}"
            found.append(_finding("todo", "hook.address", text))
    if hook.content_type != "json":
        text = f"the webhook's content type is {hook.content_type or 'form'}: set application/json on {page}"
        found.append(_finding("todo", "hook.content_type", text))
    if str(hook.insecure_ssl) not in ("0", "0.0") and address.startswith("https:"):
        text = f"GitHub does not check the server's certificate: enable SSL verification on {page}"
        found.append(_finding("todo", "hook.certificate", text))
    return found or [_finding("ok", "hook.address", f"GitHub sends to {address}, as JSON")]


async def check_server(session: aiohttp.ClientSession, public_url: str, secrets: Sequence[str], app_id: int) -> Finding:
    """Sends the server a request that is signed like GitHub's, once with each secret."""
    address = f"{public_url}{PATH}"
    answers = [await _posted(session, address, secret, app_id) for secret in secrets]
    return judge_answers(answers, address)


def judge_answers(answers: Sequence[Answer], address: str) -> Finding:
    """Reads the server's answers to our own requests."""
    wrong = next((one for one in answers if (one.status, one.body) != (200, ANSWERED)), None)
    if wrong is None:
        text = f"the server at {address} answers, and takes what GITHUB_WEBHOOK_SECRET signs"
        return _finding("ok", "hook.server", text)
    if wrong.status == 0:
        text = f"nothing answers at {address} ({wrong.body.decode()}): start `ghapp serve`, and make it reachable there"
    elif wrong.status == 401 and wrong.body.startswith(REFUSED):
        text = f"the server at {address} runs with another GITHUB_WEBHOOK_SECRET: restart it with this one"
    elif wrong.status == 200:
        text = f"another server than ghapp answers at {address}: set GHAPP_PUBLIC_URL, or what forwards to it"
    else:
        text = f"{address} answers {wrong.status} instead of 200: look at the server's log, and at what forwards to it"
    return _finding("todo", "hook.server", text)


async def check_delivery(
    deliveries: GitHubDeliveries, page: str, *, again: bool, looks: Sequence[float] = LOOKS
) -> Finding:
    """`again`: has GitHub send a delivery again, and waits for its result, at most 10 seconds. The server knows it
    already, or had missed it and sends for it anyway. Raises `Retryable` or `Permanent`.
    """
    known = await deliveries.newest()
    chosen = choose(known)
    if chosen is None or not again:
        return judge_log(known, page)
    await deliveries.again(chosen.id)
    ids = {one.id for one in known}
    for seconds in looks:
        await asyncio.sleep(seconds)
        attempts = [one for one in await deliveries.newest() if one.guid == chosen.guid and one.id not in ids]
        if attempts:
            return judge_attempt(attempts[0], page)
    return _finding("not asked", "hook.delivery", "GitHub has not sent a delivery again within 10 seconds")


def choose(known: Sequence[Sent]) -> Sent | None:
    """The delivery to send again: a ping, else the newest. A press of a button would count as a new one."""
    may = [one for one in known if one.event not in UNDATED]
    return next((one for one in may if one.event == "ping"), next(iter(may), None))


def judge_attempt(sent: Sent, page: str) -> Finding:
    """The result of a delivery."""
    what = f"a delivery ({sent.event}) that GitHub sent at {_clock(sent.at)}"
    if 200 <= sent.status < 400:
        text = f"{what} was answered {sent.status}: GitHub reaches the server, and signs with a secret that it knows"
        return _finding("ok", "hook.delivery", text)
    if sent.status == 401:
        text = f"{what} was answered 401: set GITHUB_WEBHOOK_SECRET as the secret on {page}"
    elif sent.status == 0:
        text = f"{what} got no answer: GitHub does not reach the server"
    else:
        text = f"{what} was answered {sent.status}: look at the server's log, and at what forwards to it"
    return _finding("todo", "hook.delivery", text)


def judge_log(known: Sequence[Sent], page: str) -> Finding:
    """GitHub's log of deliveries, while the server does not answer us."""
    if not known:
        text = f"GitHub has sent nothing for three days, so its secret is not proven. `Active` must be set on {page}"
        return _finding("not asked", "hook.delivery", text)
    if 200 <= known[0].status < 400:
        text = f"GitHub's newest delivery, at {_clock(known[0].at)}, was answered {known[0].status}"
        return _finding("hint", "hook.delivery", text)
    return judge_attempt(known[0], page)


async def _posted(session: aiohttp.ClientSession, address: str, secret: str, app_id: int) -> Answer:
    body = json.dumps({"zen": "ghapp check --live"}).encode()
    headers = {
        "Content-Type": "application/json",
        "X-GitHub-Event": EVENT,
        "X-GitHub-Delivery": f"{uuid4()}",
        "X-GitHub-Hook-Installation-Target-ID": f"{app_id}",
        "X-Hub-Signature-256": f"sha256={hmac.digest(secret.encode(), body, 'sha256').hex()}",
    }
    try:
        async with session.post(
            address, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
        ) as response:
            return Answer(response.status, await response.content.read(100))
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return Answer(0, type(error).__name__.encode())


def _clock(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _finding(status: Status, code: str, text: str) -> Finding:
    return Finding(subject=SUBJECT, status=status, code=code, text=text)
