"""Hostile, broken and odd deliveries: each gets a short answer, and the server goes on."""

import copy
import gzip
import hashlib
import hmac
import json
import logging
import random
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from ghapp.core.model.events import CommentPosted
from ghapp.doors.github import Webhooks
from ghapp.doors.github_events import read
from ghapp.doors.guard import Guard
from ghapp.doors.limits import BODY_BYTES, Intake
from ghapp.doors.slack import SlackDoor
from tests.doors import payloads
from tests.doors.payloads import ENVELOPE, Payload
from tests.doors.site import OLD_SECRET, SECRET, Site, delivery_lines, headers, sign, site, until

MIB = 1024 * 1024
ODD = [0, -1, 1.5, "", "odd", True, [], [1], {}, {"odd": 1}, "\x00", 2**70]


def encoded(payload: Payload) -> bytes:
    return json.dumps(payload).encode()


def raw(start: str, body: bytes, *more: str, event: str = "pull_request") -> bytes:
    """A request as bytes with a correct signature, which asks the server to close the connection."""
    lines = [start, "Host: ghapp", *(f"{name}: {value}" for name, value in headers(body, event).items()), *more]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("utf-8", "surrogatepass") + body


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


# ---------------------------------------------------------------- signatures and secrets


async def test_an_unsigned_delivery_is_refused(door: Site) -> None:
    """The delivery is not stored, and wakes no worker."""
    assert await door.deliver("pull_request", payloads.merged(), X_Hub_Signature_256=None) == 401
    assert await door.queued() == []
    assert door.woken == []


@pytest.mark.parametrize("secrets", [[], [""]])
async def test_a_server_without_a_secret_refuses_every_delivery(tmp_path: Path, secrets: list[str]) -> None:
    """A signature with the empty key does not count either."""
    async with site(tmp_path, secrets=secrets) as shut:
        body = encoded(payloads.merged())
        for signature in (None, sign(body), sign(body, "")):
            assert await shut.deliver("pull_request", payloads.merged(), X_Hub_Signature_256=signature) == 401
        assert await shut.queued() == []


async def test_only_a_well_formed_signature_can_be_right(door: Site) -> None:
    """Wrong, cut, upper-case, non-hexadecimal or with another prefix: all are a wrong signature."""
    body = encoded(payloads.merged())
    right = sign(body)
    for wrong in (
        sign(body, "another secret of enough length"),
        sign(body + b" "),
        right[:-1],
        right + "0",
        right.upper(),
        "sha256=" + right[7:].upper(),
        "SHA256=" + right[7:],
        "sha256=" + "z" * 64,
        right[7:],
        "",
    ):
        response = await door.post(body, headers(body, "pull_request", X_Hub_Signature_256=wrong))
        assert response.status == 401, wrong
    assert await door.queued() == []


async def test_two_signatures_are_refused(door: Site) -> None:
    """Even where one of the two is right."""
    body = encoded(payloads.merged())
    answer = await door.exchange(
        raw("POST /webhooks/github HTTP/1.1", body, f"Content-Length: {len(body)}", "X-Hub-Signature-256: sha256=0")
    )
    assert status(answer) == 401


async def test_sha1_is_refused(door: Site) -> None:
    """GitHub's old header does not count, however correct."""
    body = encoded(payloads.merged())
    old = "sha1=" + hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()
    sent = headers(body, "pull_request", X_Hub_Signature_256=None) | {"X-Hub-Signature": old}
    assert (await door.post(body, sent)).status == 401
    assert (await door.post(body, sent | {"X-Hub-Signature-256": old})).status == 401


async def test_random_bytes_in_headers_are_refused(door: Site) -> None:
    """Three hundred random header values get 401, and the server goes on."""
    body = encoded(payloads.merged())
    dice = random.Random(8)
    for _ in range(300):
        junk = bytes(dice.choice([*range(32, 127), *range(128, 256)]) for _ in range(dice.randrange(80)))
        request = (
            b"POST /webhooks/github HTTP/1.1\r\nHost: ghapp\r\nConnection: close\r\nContent-Type: application/json\r\n"
            b"X-Hub-Signature-256: sha256=" + junk + b"\r\nX-GitHub-Event: " + junk + b"\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body)
        )
        assert status(await door.exchange(request + body)) == 401
    assert await door.deliver("ping", {}) == 200


async def test_the_signature_is_over_the_received_bytes(door: Site) -> None:
    """Odd spacing and escapes verify: the body is not parsed and encoded anew before the check."""
    text = json.dumps(payloads.commented("/deploy production"), indent=3).replace("/deploy", "\\u002fdeploy")
    body = text.encode()
    assert (await door.post(body, headers(body, "issue_comment"))).status == 202
    (event,) = await door.queued()
    assert isinstance(event, CommentPosted)
    assert event.text == "/deploy production"


async def test_both_secrets_are_taken_while_they_rotate(tmp_path: Path) -> None:
    """Deliveries signed with the old or the new secret are kept, others are not."""
    async with site(tmp_path, secrets=[SECRET, OLD_SECRET]) as rotating:
        body = encoded(payloads.merged())
        answers = [
            await rotating.deliver("pull_request", payloads.merged(), X_Hub_Signature_256=sign(body, secret))
            for secret in (OLD_SECRET, SECRET, "canary-webhook-secret-before-that")
        ]
        assert answers == [202, 200, 401]


async def test_no_secret_is_ever_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """At the level DEBUG, with good and bad deliveries, neither secret nor payload is in the log."""
    caplog.set_level(logging.DEBUG)
    async with site(tmp_path, secrets=[SECRET, OLD_SECRET]) as talkative:
        for event, payload in payloads.each_kind():
            await talkative.deliver(event, payload | {"sender": "canary-sender"})
            await talkative.deliver(event, payload, X_Hub_Signature_256="sha256=canary-signature")
        await talkative.deliver("pull_request", {"pull_request": "canary-payload"})
    told = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert "delivery" in told
    assert "canary" not in told


# ---------------------------------------------------------------- requests


@pytest.mark.parametrize("missing", ["X_GitHub_Event", "X_GitHub_Delivery"])
@pytest.mark.parametrize("value", [None, "", "a b", "é", "x" * 65])
async def test_a_delivery_needs_an_event_name_and_an_id(door: Site, missing: str, value: str | None) -> None:
    """Without them it is malformed; an unsigned one gets 401 all the same."""
    assert await door.deliver("pull_request", payloads.merged(), **{missing: value}) == 400
    unsigned = {missing: value, "X_Hub_Signature_256": None}
    assert await door.deliver("pull_request", payloads.merged(), **unsigned) == 401


async def test_a_form_is_refused_with_a_hint(door: Site) -> None:
    """The answer to a webhook with form encoding names the right setting, signed or not."""
    body = b"payload=%7B%7D"
    response = await door.post(body, headers(body) | {"Content-Type": "application/x-www-form-urlencoded"})
    assert response.status == 415
    assert "application/json" in await response.text()


@pytest.mark.parametrize(
    "kind",
    [
        None,
        "",
        ";;;/",
        "text/plain",
        "text/json",
        "application/jsonp",
        "application/json; charset=foo",
        "application/json; charset=utf-7",
        "application/json; charset=latin-1",
        "multipart/form-data; boundary=x",
    ],
)
async def test_only_json_in_utf_8_is_taken(door: Site, kind: str | None) -> None:
    """Any other type or charset is refused before a byte of the body is read."""
    assert await door.deliver("pull_request", payloads.merged(), Content_Type=kind) == 415


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"'])
async def test_the_charset_utf_8_may_be_named(door: Site, kind: str) -> None:
    assert await door.deliver("pull_request", payloads.merged(), Content_Type=kind) == 202


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "identity", ""])
async def test_a_compressed_body_is_refused(door: Site, encoding: str) -> None:
    """Nothing is unpacked, so that nothing small becomes large; the signed bytes are the ones that count."""
    body = gzip.compress(b"0" * 5_000_000)
    answer = await door.exchange(
        raw("POST /webhooks/github HTTP/1.1", body, f"Content-Length: {len(body)}", f"Content-Encoding: {encoding}")
    )
    assert status(answer) == 415


async def test_a_large_delivery_is_not_lost(door: Site) -> None:
    """GitHub sends up to 25 MiB, and only once."""
    payload = payloads.commented() | {"padding": ""}
    payload["padding"] = "x" * (BODY_BYTES - len(encoded(payload)))
    assert len(encoded(payload)) == BODY_BYTES
    assert await door.deliver("issue_comment", payload) == 202
    assert door.intake.held == 0


async def test_a_larger_delivery_is_refused_unread(door: Site) -> None:
    """One byte more in `Content-Length` is enough: the body is not waited for, and the connection is closed."""
    answer = await door.answer(raw("POST /webhooks/github HTTP/1.1", b"", f"Content-Length: {BODY_BYTES + 1}"))
    assert status(answer) == 413
    assert b"Connection: close" in answer


async def test_without_a_length_the_limit_is_kept_too(tmp_path: Path) -> None:
    """A body in chunks is cut off at the limit, and the connection is closed."""
    async with site(tmp_path, intake=Intake(body_bytes=1000)) as narrow:
        chunk = b"1f4\r\n" + b"x" * 500 + b"\r\n"
        answer = await narrow.exchange(
            raw("POST /webhooks/github HTTP/1.1", b"", "Transfer-Encoding: chunked") + chunk * 3 + b"0\r\n\r\n"
        )
        assert status(answer) == 413
        assert b"Connection: close" in answer
        assert narrow.intake.held == 0


async def test_unchecked_bodies_together_are_bounded(tmp_path: Path) -> None:
    """While they fill the bound the next delivery gets 503; when one ends there is room again."""
    body = encoded(payloads.merged())
    async with site(tmp_path, intake=Intake(waiting_bytes=len(body) + 1000)) as crowded:
        _, stranger = await crowded.connect()
        stranger.write(raw("POST /webhooks/github HTTP/1.1", b"x" * 2000, "Content-Length: 2001"))
        await until(lambda: crowded.intake.held >= 2000)
        assert await crowded.deliver("pull_request", payloads.merged()) == 503
        stranger.close()
        await until(lambda: not crowded.intake.held)
        assert await crowded.deliver("pull_request", payloads.merged()) == 202


async def test_large_bodies_leave_room_for_the_small_ones(tmp_path: Path) -> None:
    """Further large bodies get 503, and a small delivery is taken."""
    async with site(tmp_path, intake=Intake(waiting_bytes=1_000_000)) as crowded:
        _, first = await crowded.connect()
        first.write(raw("POST /webhooks/github HTTP/1.1", b"x" * 700_000, "Content-Length: 9000000"))
        await until(lambda: crowded.intake.held == 700_000)
        reader, second = await crowded.connect()
        second.write(raw("POST /webhooks/github HTTP/1.1", b"x" * 200_000, "Content-Length: 9000000"))
        assert b" 503 " in await reader.readline()
        assert crowded.intake.held == 700_000
        assert await crowded.deliver("pull_request", payloads.merged()) == 202
        first.close()
        second.close()


def test_all_doors_together_hold_128_mib_of_unchecked_bodies() -> None:
    """Each door has a share of its own, so that a flood at one shuts no other."""
    intakes: list[Any] = [one for door in (Webhooks, SlackDoor, Guard) for one in fields(door) if one.name == "intake"]
    made = [intake.default_factory() for intake in intakes]
    assert [intake.waiting_bytes for intake in made] == [112 * MIB, 8 * MIB, 8 * MIB]
    assert all(intake.body_bytes * 4 <= intake.waiting_bytes for intake in made)


async def test_a_body_that_never_ends_is_given_up(tmp_path: Path) -> None:
    """The sender gets 408, and the connection is closed."""
    async with site(tmp_path, patience=0.05) as hurried:
        answer = await hurried.answer(raw("POST /webhooks/github HTTP/1.1", b"{", "Content-Length: 2"))
        assert status(answer) == 408
        assert hurried.intake.held == 0


async def test_a_body_that_breaks_off_is_no_bug(door: Site, caplog: pytest.LogCaptureFixture) -> None:
    """A sender that hangs up in the middle leaves one line in the log, and no bytes held."""
    _, writer = await door.connect()
    writer.write(raw("POST /webhooks/github HTTP/1.1", b"{", "Content-Length: 20"))
    await until(lambda: door.intake.held)
    writer.close()
    await until(lambda: delivery_lines(caplog))
    assert [line["why"] for line in delivery_lines(caplog)] == ["the body broke off"]
    assert door.intake.held == 0


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
async def test_only_post_is_answered(door: Site, method: str) -> None:
    async with door.client.request(method, "/webhooks/github") as response:
        assert response.status == 405


@pytest.mark.parametrize("path", ["//webhooks/github", "/webhooks/github/", "/webhooks/../webhooks/git", "/slack"])
async def test_only_the_exact_path_is_a_door(door: Site, path: str) -> None:
    """Near misses are not found."""
    body = encoded(payloads.merged())
    answer = await door.exchange(raw(f"POST {path} HTTP/1.1", body, f"Content-Length: {len(body)}"))
    assert status(answer) == 404


async def test_old_and_careful_clients_are_served(door: Site) -> None:
    """HTTP/1.0 and `Expect: 100-continue` work; an unknown expectation gets 417 everywhere, and is not repeated."""
    body = encoded(payloads.merged())
    length = f"Content-Length: {len(body)}"
    assert status(await door.exchange(raw("POST /webhooks/github HTTP/1.0", body, length))) == 202
    asked = await door.exchange(raw("POST /webhooks/github HTTP/1.1", body, length, "Expect: 100-continue"))
    assert asked.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
    for path in ("/webhooks/github", "/nowhere"):
        for odd in ("miracles", "\ud800"):
            more = [length, f"Expect: {odd}", "Expect: miracles"]
            told = await door.exchange(raw(f"POST {path} HTTP/1.1", body, *more))
            assert status(told) == 417
            assert b"miracles" not in told


async def test_requests_in_a_row_are_each_checked(door: Site) -> None:
    """A bad request behind a good one on the same connection is refused."""
    good, bad = encoded(payloads.merged()), encoded(payloads.pushed())
    first = raw("POST /webhooks/github HTTP/1.1", good, f"Content-Length: {len(good)}")
    second = raw("POST /webhooks/github HTTP/1.1", bad, f"Content-Length: {len(bad)}")
    first = first.replace(b"Connection: close", b"Connection: keep-alive")
    answer = await door.exchange(first + second.replace(sign(bad).encode(), sign(good).encode()))
    assert [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]] == [202, 401]
    assert len(await door.queued()) == 1


@pytest.mark.parametrize(
    "more",
    [
        ["Content-Length: 5", "Transfer-Encoding: chunked"],
        ["Content-Length: 5", "Content-Length: 6"],
        ["Content-Length: -5"],
        ["Content-Length: +5"],
        ["Content-Length: 0x5"],
        ["Content-Length: 5, 6"],
        ["Transfer-Encoding: chunked, chunked"],
        ["Transfer-Encoding: chunked, identity"],
        ["Transfer-Encoding: xchunked", "Content-Length: 5"],
        ["Transfer-Encoding : chunked"],
        ["Transfer-Encoding:\x0bchunked", "Content-Length: 5"],
        ["Transfer-Encoding: identity", "Transfer-Encoding: chunked"],
        [" Content-Length: 5"],
        ["No colon at all"],
        ["Long: " + "x" * 10_000],
    ],
)
async def test_an_ambiguous_request_is_refused(door: Site, caplog: pytest.LogCaptureFixture, more: list[str]) -> None:
    """Two lengths, a length and chunks, broken headers: 400, the connection is closed, and no traceback is logged."""
    answer = await door.exchange(raw("POST /webhooks/github HTTP/1.1", b"0\r\n\r\n", *more))
    assert status(answer) == 400
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


# ---------------------------------------------------------------- bodies


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"null",
        b"true",
        b"[]",
        b'"x"',
        b"7",
        b"{",
        b"{}{}",
        b"{'a': 1}",
        b'{"a": 1,}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 01}',
        b'{"a": "\xff"}',
        b'{"\xff": 1}',
        b'{"a": "\x00"}',
        b'{"a": "\\ud800"}',
        b'\xef\xbb\xbf{"a": 1}',
        '{"a": 1}'.encode("utf-16"),
        b'{"a":' + b"[" * 1_100 + b"]" * 1_100 + b"}",
        b'{"a":' + b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a":' + b"[" * 300_000 + b"]" * 300_000 + b"}",
    ],
    ids=lambda body: repr(body[:20]),
)
@pytest.mark.parametrize("event", ["pull_request", "ping"])
async def test_a_body_that_is_not_one_strict_json_object_is_malformed(door: Site, event: str, body: bytes) -> None:
    """Another value, other encodings, loose syntax and endless nesting."""
    response = await door.post(body, headers(body, event))
    assert response.status == 400
    text = await response.text()
    assert text == "the body is not a JSON object\n"


async def test_strange_but_legal_json_is_read(door: Site) -> None:
    """A huge number in an unused field, a repeated field, an escaped NUL."""
    body = encoded(payloads.merged())
    for extra in (b'"a": ' + b"9" * 5_000, b'"action": "closed"', b'"a": "\\u0000"', b'"a": 1e400'):
        odd = body[:-1] + b", " + extra + b"}"
        response = await door.post(odd, headers(odd, "pull_request"))
        assert response.status in (200, 202)


@pytest.mark.parametrize("place", [(), ("pull_request",), ("pull_request", "head"), ("repository",), ("installation",)])
def test_the_last_of_two_equal_fields_counts(place: tuple[str, ...]) -> None:
    """For every reader alike, so that the checked value is the used one."""
    other = payloads.merged()
    other["pull_request"] |= {"number": 9, "merged": False, "merge_commit_sha": "0" * 40}
    for place_of_one in ("repository", "installation"):
        other[place_of_one]["id"] = 9
    other["pull_request"]["head"]["sha"] = "0" * 40
    first, last = (encoded(_within(payload, place)) for payload in (other, payloads.merged()))
    assert first != last
    body = encoded(payloads.merged())
    twice = body.replace(last, first[:-1] + b", " + last[1:])
    assert len(twice) == len(body) + len(first)
    assert read("pull_request", ENVELOPE, twice) == read("pull_request", ENVELOPE, body)


@pytest.mark.parametrize("other", ["opened", "no action of ours"])
def test_a_body_with_two_actions_is_ignored(other: str) -> None:
    """The action decides how the rest is read."""
    body = encoded(payloads.merged())
    for twice in (
        body.replace(b"{", f'{{"action": "{other}", '.encode(), 1),
        body[:-1] + f', "action": "{other}"}}'.encode(),
    ):
        reading = read("pull_request", ENVELOPE, twice)
        assert reading.event is None
        assert other not in reading.why


def _within(payload: Payload, place: tuple[str, ...]) -> Payload:
    for key in place:
        payload = payload[key]
    return payload


def _spoiled(payload: Payload) -> Iterator[tuple[str, Payload]]:
    """Each field of the first two levels: gone, null, and of another type."""
    paths: list[tuple[str, ...]] = [(field,) for field in payload]
    paths += [(field, inner) for field, value in payload.items() if isinstance(value, dict) for inner in value]
    dice = random.Random(16)
    for path in paths:
        for change in ("delete", "null", "retype"):
            copied = copy.deepcopy(payload)
            holder: dict[str, Any] = copied
            for key in path[:-1]:
                holder = holder[key]
            if change == "delete":
                del holder[path[-1]]
            else:
                holder[path[-1]] = None if change == "null" else dice.choice(ODD)
            yield f"{'.'.join(path)} {change}", copied


@pytest.mark.parametrize("which", [0, 1, 2, 3, 5, 6])
async def test_no_missing_or_odd_field_breaks_the_door(door: Site, which: int) -> None:
    """Every field of a merge, a close, a push, a removal from the queue, a comment and a run is deleted, null or of
    another type."""
    event, payload = payloads.each_kind()[which]
    answers = {name: await door.deliver(event, spoiled) for name, spoiled in _spoiled(payload)}
    assert len(answers) > 150
    assert {name: answer for name, answer in answers.items() if answer not in (200, 202)} == {}
    for needed in ("repository delete", "repository null", "installation delete", "installation.id retype"):
        assert answers[needed] == 200, needed


async def test_an_unreadable_delivery_is_logged(door: Site, caplog: pytest.LogCaptureFixture) -> None:
    """A merge of an unknown shape is ignored, with a warning that names the field."""
    payload = payloads.merged()
    payload["pull_request"]["merged_at"] = 5
    assert await door.deliver("pull_request", payload, X_GitHub_Delivery="guid-7") == 200
    (told,) = delivery_lines(caplog)
    assert (told["levelname"], told["delivery_id"], told["verdict"]) == ("WARNING", "guid-7", "ignored")
    assert told["why"].endswith("at `$.pull_request.merged_at`")


@pytest.mark.parametrize(
    "text",
    ["/deploy " + "x" * 65_000, "\n" * 65_000 + "/deploy", "`" * 65_000, "/deploy production\n" * 1_000, "/" * 65_000],
)
async def test_a_huge_comment_is_one_line_at_most(door: Site, text: str) -> None:
    """At most its first line is kept, cut to a thousand characters."""
    assert await door.deliver("issue_comment", payloads.commented(text)) in (200, 202)
    for event in await door.queued():
        assert isinstance(event, CommentPosted)
        assert len(event.text) <= 1_001


# ---------------------------------------------------------------- repetition, order, and other Apps


async def test_a_repeated_delivery_is_known(door: Site) -> None:
    """A redelivery under its own id, or of a repeatable kind under a new one, gets 200 and is kept once."""
    for number, (event, payload) in enumerate(payloads.each_kind()):
        answers = [await door.deliver(event, payload, X_GitHub_Delivery=f"guid-{number}") for _ in range(2)]
        assert answers == [202, 200]
    # these have no key of their own, so their delivery's id counts
    by_guid = ("synchronize", "dequeued", "edited", "requested_action", "rerequested", "new_permissions_accepted")
    others = [one for one in payloads.each_kind() if one[1].get("action") not in (*by_guid, "added", None)]
    by_business_key = [one for one in others if one[1] != payloads.closed()]
    assert [await door.deliver(event, payload) for event, payload in by_business_key] == [200] * 5
    keys = {event.key for event in await door.queued()}
    named = {"pull/2/merged", "comment/492700400", "run/1589141559/1/completed", "waits/30433642/145988746"}
    named.add(f"group/{payloads.grouped()['merge_group']['head_sha']}")
    kept = {f"delivery/guid-{number}" for number in (1, 2, 3, 7, 8, 9, 11, 12, 13, 14)}
    assert keys == named | kept | {"delivery/guid-2/left"}


async def test_the_order_of_arrival_does_not_matter_here(door: Site) -> None:
    """A merge before its pull request was opened, a run's end before its start: all are kept."""
    assert await door.deliver("pull_request", payloads.merged()) == 202
    assert await door.deliver("pull_request", payloads.pushed() | {"action": "opened"}) == 202
    assert await door.deliver("workflow_run", payloads.ran("completed")) == 202
    assert await door.deliver("workflow_run", payloads.ran("requested", "queued", None)) == 202
    assert len(await door.queued()) == 4


async def test_a_command_on_a_merged_or_closed_pull_request_is_kept(door: Site) -> None:
    """The decision about it is not the door's."""
    payload = payloads.commented()
    payload["issue"] |= {"state": "closed", "draft": True}
    assert await door.deliver("issue_comment", payload) == 202


@pytest.mark.parametrize(
    "event",
    [
        "ping",
        "installation",
        "installation_repositories",
        "github_app_authorization",
        "marketplace_purchase",
        "brand_new_event",
        "push",
    ],
)
async def test_an_event_that_no_rule_uses_is_ignored(door: Site, event: str) -> None:
    """GitHub adds events and actions without notice: they get 200 and are not kept."""
    assert await door.deliver(event, payloads.merged() | {"action": "created"}) == 200
    assert await door.deliver("pull_request", payloads.merged() | {"action": event}) == 200
    assert await door.queued() == []


@pytest.mark.parametrize("target", ["4712", "", "04711", "octo", "4711, 4711"])
async def test_another_apps_delivery_is_ignored_and_logged(
    door: Site, caplog: pytest.LogCaptureFixture, target: str
) -> None:
    """Two Apps may share a secret."""
    answer = await door.deliver("pull_request", payloads.merged(), X_GitHub_Hook_Installation_Target_ID=target)
    assert answer == 200
    assert await door.queued() == []
    (told,) = delivery_lines(caplog)
    assert (told["levelname"], told["why"]) == ("WARNING", "meant for another App")


async def test_no_answer_repeats_the_request(door: Site) -> None:
    """Every refusal is a short line of ours."""
    body = b'{"parrot": "parrot'
    attempts = [
        headers(body, "parrot"),
        headers(body, "parrot-parrot parrot"),
        headers(body, Content_Type="parrot/parrot; charset=parrot"),
        headers(body, X_Hub_Signature_256="sha256=parrot"),
        headers(body, X_GitHub_Hook_Installation_Target_ID="parrot"),
    ]
    for sent in attempts:
        response = await door.post(body, sent)
        text = await response.text()
        assert 200 <= response.status < 500
        assert len(text) <= 200
        assert "parrot" not in text
