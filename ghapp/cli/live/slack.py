"""Slack: the token and its scopes, the signing secret, the channels, and people who are not linked yet."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime

import aiohttp

from ghapp.adapters.slack import SlackChat, SlackRefused
from ghapp.cli.live.findings import Finding, Status, Subject, asked
from ghapp.cli.live.webhook import TIMEOUT
from ghapp.ports import Complaint

SUBJECT: Subject = "Slack"
PATH = "/slack/commands"
MOST_PEOPLE = 40  # look-ups; Slack allows about 50 a minute

Channels = Mapping[str, Sequence[str]]
"""The places that name a channel, such as `acme/shop production`, by its id."""


async def check_slack(chat: SlackChat, channels: Channels, names: Channels) -> Sequence[Finding]:
    """The token, its scopes, and the bot's place in each channel. `names`: what stands in a config instead of a
    channel's id. Raises `Retryable`."""
    complaints = await chat.complaints()
    try:
        workspace, bot = await chat.workspace(), await chat.bot()
    except SlackRefused:
        return judge_token("", complaints)
    found = list(judge_token(workspace, complaints))
    for channel, places in channels.items():
        found += await asked(SUBJECT, "slack.channel", channel, _channel(chat, channel, places, bot))
    for name, places in names.items():
        found += await asked(SUBJECT, "slack.channel", name, _name(chat, name, places))
    return found


def judge_token(workspace: str, complaints: Sequence[Complaint]) -> Sequence[Finding]:
    """`workspace`: empty where Slack refuses the token."""
    lines = [line for one in complaints for line in one.logged or (one.shown,)]
    if not workspace:
        more = ": copy the Bot User OAuth Token of the app's page `OAuth & Permissions` again"
        return [_finding("todo", "slack.token", f"{line}{more}") for line in lines]
    found = [_finding("ok", "slack.token", f"the token belongs to the workspace {workspace}")]
    if lines:
        more = ": add them on the app's page `OAuth & Permissions`, and install it again"
        return [*found, *(_finding("todo", "slack.scopes", f"{line}{more}") for line in lines)]
    return [*found, _finding("ok", "slack.scopes", "the scopes are as in slack-app.yml")]


async def _channel(chat: SlackChat, channel: str, places: Sequence[str], bot: str) -> Finding:
    return judge_channel(await chat.closed(channel), channel, places, bot)


async def _name(chat: SlackChat, name: str, places: Sequence[str]) -> Finding:
    """A config takes ids alone: a name can pass to another channel. The mistake is a finding of its repository."""
    of = f"`{name}` ({', '.join(places)})"
    try:
        identity = await chat.channel_named(name.removeprefix("#"))
    except SlackRefused:
        identity = None
    if identity:
        return _finding(
            "hint", "slack.channel", f"the id of {of}, to write instead:", (f"slack: {{channel: {identity}}}",)
        )
    return _finding("hint", "slack.channel", f"the id of {of} is at the end of the channel's details in Slack")


def judge_channel(code: str, channel: str, places: Sequence[str], bot: str) -> Finding:
    """`code`: with which Slack refuses to show the channel's messages; empty where it shows them."""
    of = f"{channel} ({', '.join(places)})"
    match code:
        case "":
            return _finding("ok", "slack.channel", f"the bot is in {of}")
        case "not_in_channel":
            text = f"the bot is not in {of}, and cannot read what it posts there: type `/invite @{bot}` there"
        case "channel_not_found":
            text = (
                f"{of} does not exist, or it is private and the bot is not in it: type `/invite @{bot}` there, or "
                "correct `slack.channel`; its id is at the end of the channel's details"
            )
        case "missing_scope":
            text = f"whether the bot is in {of} cannot be asked without the scopes channels:history and groups:history"
            return _finding("hint", "slack.channel", text)
        case _:
            text = f"Slack answers {code} to {of}"
    return _finding("todo", "slack.channel", text)


async def check_signing(session: aiohttp.ClientSession, public_url: str, secret: str, now: datetime) -> Finding:
    """Sends the server a request that is signed like Slack's check of a certificate."""
    address, body = f"{public_url}{PATH}", b"ssl_check=1"
    stamp = f"{int(now.timestamp())}"
    signed = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={signed}",
    }
    try:
        async with session.post(
            address, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
        ) as response:
            return judge_signing(response.status, address)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return judge_signing(0, address, type(error).__name__)


def judge_signing(status: int, address: str, why: str = "") -> Finding:
    """Reads the server's answer; status 0: none. Slack shows the signing secret to no program."""
    if status == 200:
        text = (
            "the server takes what SLACK_SIGNING_SECRET signs. Whether Slack signs with it, only a command shows: type "
            "`/ghapp help` in Slack"
        )
        return _finding("ok", "slack.signing", text)
    if status == 0:
        text = f"nothing answers at {address} ({why}): start `ghapp serve`, and make it reachable there"
    elif status == 401:
        text = f"the server at {address} runs with another SLACK_SIGNING_SECRET: restart it with this one"
    elif status == 404:
        text = f"{address} does not exist there: restart the server with SLACK_SIGNING_SECRET set"
    else:
        text = f"{address} answers {status} instead of 200: look at the server's log, and at what forwards to it"
    return _finding("todo", "slack.signing", text)


async def check_people(chat: SlackChat, unlinked: Mapping[str, Mapping[str, str]]) -> Sequence[Finding]:
    """Committers with the e-mail of a Slack member. `unlinked`: e-mails by login, by repository; they are not shown.

    Raises `Retryable`.
    """
    found: list[Finding] = []
    members: dict[str, str | None] = {}
    for repository, people in unlinked.items():
        links = []
        for login, email in people.items():
            if email not in members:
                if len(members) == MOST_PEOPLE:
                    break
                try:
                    members[email] = await chat.member(email)
                except SlackRefused as refusal:
                    return [*found, _no_lookup(refusal)]
            if member := members[email]:
                links.append(f"{login}: {member}")
        if links:
            text = f"committers of {repository} who are in Slack, to add under `people`:"
            found.append(_finding("hint", "slack.people", text, tuple(links)))
    return found


def _no_lookup(refusal: SlackRefused) -> Finding:
    lacking = " without the scope users:read.email" if refusal.code == "missing_scope" else f": {refusal}"
    return _finding("hint", "slack.people", f"who of the committers is in Slack cannot be asked{lacking}")


def _finding(status: Status, code: str, text: str, paste: tuple[str, ...] = ()) -> Finding:
    return Finding(subject=SUBJECT, status=status, code=code, text=text, paste=paste)


ABSENT = _finding("hint", "slack.token", "SLACK_BOT_TOKEN is not set: prompts are comments on pull requests")
NO_SIGNING = _finding("hint", "slack.signing", "SLACK_SIGNING_SECRET is not set: commands and buttons are not heard")
