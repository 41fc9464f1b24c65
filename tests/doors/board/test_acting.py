"""Acting from the board on the real server: a form counts once, at the number that its page showed, for the person who
is signed in; everything else does nothing."""

import asyncio
import gzip
import html
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from ghapp.demo.github import Fault, Pull, faults
from ghapp.demo.stage import PEOPLE
from ghapp.doors.board.acting import MOST, WITHIN, Acting
from ghapp.engine.leases import LEASE
from ghapp.engine.worker import TRIES
from tests.doors.board.desk import PLACE, Desk, Office, answer, forms, office, with_sign_in
from tests.doors.board.test_sign_in import said
from tests.scenarios.scene import PUBLIC_URL
from tests.scenarios.test_board import board_of

SESSION = "__Host-ghapp-session"
TWO = "language: en\nenvironments:\n  production: {workflow: deploy.yml}\n  staging: {workflow: deploy.yml}\n"


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Office]:
    """acme/shop in English, with a Slack channel."""
    async with office(tmp_path) as made:
        yield made


async def waiting(at: Office, author: str = "hanako") -> Pull:
    """A merged pull request that waits for a free production; another one is live."""
    await at.scene.released("mona")
    await at.scene.later(minutes=40)
    pull = await at.scene.opens(author)
    await at.scene.merges(author, pull)
    return pull


async def nothing_happened(at: Office, runs: int = 0) -> None:
    """No run, no lock, and nothing in the queue."""
    await at.scene.idle()
    assert len(at.scene.runs()) == runs
    assert (await at.scene.environment()).manual is None
    assert not await at.scene.dead()


# ---------------------------------------------------------------- what people do


async def test_a_deploy_is_pressed_and_answered_on_the_page(at: Office) -> None:
    """As any deploy: one run, the release's message and comment, and history with the door. Then it is cancelled."""
    shop = at.scene
    pull = await waiting(at)
    desk = await at.sign_in("mona")
    assert await desk.offered() == [f"/deploy production #{pull.number}", "/lock production"]
    assert await desk.presses("/deploy") == f"Deploying #{pull.number} to production (production-2)."
    assert len(shop.runs()) == 2
    assert "(production-2, by mona)" in shop.message(f"#{pull.number}").text
    assert shop.codes(pull) == [], "a press on the board is answered there"
    page = (await desk.opens()).text
    assert re.search(r"<td>mona</td>\s*<td>board</td>", page)
    assert await desk.offered() == ["/cancel production", "/rollback production to #41", "/lock production"]
    assert (await desk.presses("/cancel")).startswith(f"⏹ @mona production-2 (#{pull.number}) is being cancelled.")
    assert "cancel" in await shop.history()


async def test_a_rollback_is_confirmed_with_its_effect(at: Office) -> None:
    """The form stands below what is undone and what is live again; a script is not needed for it."""
    shop = at.scene
    pull = await waiting(at)
    await shop.says("mona", "/deploy", on=pull)
    await shop.ends(await shop.begins())
    desk = await at.sign_in("taro")
    page = (await desk.opens()).text
    (shown,) = re.findall(r'<details class="opens" id="rollback-.*?</details>', page, re.DOTALL)
    assert "Roll back to #41" in shown
    assert [part in shown for part in (f"#{pull.number}</a>", "Show prices with tax", "#41</a>", "/rollback")] == [
        True
    ] * 4
    assert await desk.presses("/rollback") == "production is being rolled back to #41 (production-3)."
    assert len(shop.runs()) == 3


async def test_a_lock_with_a_reason_is_seen_by_everybody(at: Office) -> None:
    """On the page, in the channel and at the gates. Its holder unlocks without a reason, another person with one."""
    shop = at.scene
    pull = await waiting(at)
    other = await shop.opens("taro")
    mona, taro = await at.sign_in("mona"), await at.sign_in("taro")
    told = await mona.presses("/lock", "migrating <b>users</b> @taro")
    assert "migrating <b>users</b> @taro" in told
    assert any("migrating" in text for text in shop.channel())
    assert shop.gate(other) == ("pending", "production: locked by mona until 15:22 JST: migrating <b>users</b> @taro")
    (form,) = [one for one in await taro.forms() if one.line == "/unlock production"]
    page = (await taro.opens()).text
    assert re.search(r'id="why-unlock-[^>]* required', page)
    assert f"/deploy production #{pull.number}" not in await taro.offered()
    assert "reason" in await taro.reads(await taro.sends(form))
    assert (await shop.environment()).manual
    assert "mona" in await taro.presses("/unlock", "she is asleep")
    assert (await shop.environment()).manual is None
    assert any("she is asleep" in text for text in shop.channel())


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/status", "live since 13:42 JST"),
        ("status", "live since 13:42 JST"),
        ("`/status`", "live since 13:42 JST"),
        ("／status", "live since 13:42 JST"),
        ("/help", "What you can type here"),
        ("/lock 1h demo for sales", "demo for sales"),
        ("/lock", "production"),
        ("/lock production 2h x", "x"),
        ("/deploy acme/shop#41", "#41 is already live"),
        ("/deploy #999", "#999"),
        ("/deploy", "Name the pull request to deploy, such as /deploy production #42. Nothing was done."),
        ("/cancel", "nothing to cancel"),
        ("/rollback", "nothing"),
        ("/unlock", "not locked"),
        ("/unlok", "Did you mean /unlock"),
    ],
)
async def test_a_line_is_typed_as_everywhere(at: Office, line: str, expected: str) -> None:
    """The page's environment is meant where none is named, before a time or a reason too."""
    await at.scene.released("mona")
    await at.scene.later(minutes=40)
    desk = await at.sign_in("taro")
    shown = await desk.types(line)
    assert expected.lower() in shown.lower(), shown
    assert len(at.scene.runs()) == 1


async def test_a_reader_sees_no_button_and_is_refused(at: Office) -> None:
    """By GitHub's answer of that moment; each line is answered on their own page, and leaves no comment."""
    at.scene.shop.people["visitor"] = "read"
    pull = await waiting(at)
    desk = await at.sign_in("visitor")
    assert await desk.offered() == []
    form = await desk.typing(f"/deploy production #{pull.number}")
    for _ in range(5):
        told = await desk.types(f"/deploy production #{pull.number}")
        assert "You are not allowed to /deploy on production." in told
    assert "live since 13:42 JST" in await desk.types("/status")
    assert form.fields["number"] == "1"
    await nothing_happened(at, runs=1)
    assert at.scene.codes(pull) == []


async def test_rights_by_role_login_and_team_decide_what_is_offered(at: Office) -> None:
    """What only GitHub knows, such as a team, is offered and decided at the press."""
    shop = at.scene
    await shop.released("mona")
    await shop.later(minutes=40)
    desk = await at.sign_in("mona")
    for rule, offered in (
        ("[maintain]", []),
        ("[taro]", []),
        ("[mona]", ["/lock production"]),
        ("['@acme/sre']", ["/unlock production", "/lock production"]),
    ):
        text = f"environments: {{production: {{workflow: deploy.yml, deployers: {rule}}}}}\n"
        await shop.shop.commit(".github/ghapp.yml", text, by="mona", message="Change who deploys")
        await shop.idle()
        assert await desk.offered() == offered, rule
    assert "not allowed" in await desk.presses("/lock", "team?")
    await nothing_happened(at, runs=1)


# ---------------------------------------------------------------- the number


async def test_a_form_of_an_older_number_is_refused_before_and_at_the_decision(at: Office) -> None:
    """409 where the server knows it; and where a deploy was accepted between, the answer says it."""
    shop = at.scene
    pull = await waiting(at)
    desk, other = await at.sign_in("mona"), await at.sign_in("taro")
    old, late = await desk.typing("/lock 1h old"), await other.typing("/lock 1h late")
    (deploy,) = [one for one in await desk.forms() if one.line.startswith("/deploy")]
    assert (await desk.sends(deploy)).status == 303
    waits = await other.sends(late)  # both are stored, and not decided yet
    assert "Deploying" in await desk.reads(await desk.sends(deploy))
    assert await other.reads(waits) == (
        "Your page showed production-1, and production is at production-2 now, so nothing was done. "
        "Check the page of production and decide again."
    )
    over = await desk.sends(old)
    assert (over.status, "production-1" in over.text, f'href="{PLACE}"' in over.text) == (409, True, True)
    assert "production-2 まで進んでいる" in (await desk.sends(old, Accept_Language="ja")).text
    await shop.idle()
    assert (await shop.environment()).manual is None
    assert len(shop.runs()) == 2
    assert pull.number


async def test_a_page_of_another_tab_deploys_nothing_twice(at: Office) -> None:
    """Two tabs, two people, a double click, the form sent again: one deployment."""
    shop = at.scene
    await waiting(at)
    mona, taro = await at.sign_in("mona"), await at.sign_in("taro")
    tabs = [
        (desk, form) for desk in (mona, mona, taro) for form in await desk.forms() if form.line.startswith("/deploy")
    ]
    sent = [await desk.sends(form) for desk, form in (*tabs, *tabs)]
    assert {one.status for one in sent} == {303}
    assert len({one.location for one in sent}) == 3
    await shop.idle()
    answers = [answer(await desk.opens(one.location)) for (desk, _), one in zip(tabs, sent, strict=False)]
    assert [text.split()[0] for text in answers] == ["Deploying", "Your", "Your"]
    again = [await desk.sends(form) for desk, form in tabs]
    assert [one.location for one in again] == [one.location for one in sent[:3]], "its answer, not another event"
    assert len(shop.runs()) == 2


async def test_the_next_page_counts_anew(at: Office) -> None:
    """The same line from a newer page is another command."""
    await at.scene.released("mona")
    desk = await at.sign_in("mona")
    for _ in range(2):
        assert "until" in await desk.types("/lock 1h")
        assert (await at.scene.environment()).manual
        assert "unlocked" in (await desk.types("/unlock")).lower()


# ---------------------------------------------------------------- what does nothing


@pytest.mark.parametrize(
    ("headers", "csrf"),
    [
        ({"Origin": "https://evil.example.com"}, None),
        ({"Origin": "null", "Sec_Fetch_Site": "cross-site"}, None),
        ({"Origin": "", "Sec_Fetch_Site": ""}, None),
        ({}, ""),
        ({}, "0" * 96),
        ({}, "あ"),
        ({}, "taro"),
    ],
)
async def test_a_forged_form_is_refused(at: Office, headers: dict[str, str], csrf: str | None) -> None:
    """403 with a sentence; nothing is stored."""
    await at.scene.released("mona")
    desk, taro = await at.sign_in("mona"), await at.sign_in("taro")
    form = await desk.typing("/lock 1h forged")
    if csrf is not None:
        token = (await taro.typing("x")).fields["csrf"] if csrf == "taro" else csrf
        form = replace(form, fields={**form.fields, "csrf": token})
    refused = await desk.sends(form, **headers)
    assert (refused.status, said(refused)) == (403, "sign_in.form")
    await nothing_happened(at, runs=1)


async def test_unknown_and_invisible_environments_are_one_and_the_same(at: Office) -> None:
    """404, as a page and as a form."""
    at.scene.github.add_repository("acme/secret", files={".github/ghapp.yml": TWO}, people={"taro": "admin"})
    await at.scene.released("mona")
    desk = await at.sign_in("mona")
    form = await desk.typing("/lock 1h")
    pages = set()
    for place in ("/acme/secret/production", "/acme/shop/nothing", "/acme/none/production"):
        refused = await desk.sends(replace(form, action=place))
        pages.add(re.sub(r'value="\w+"', "", refused.text))
        assert (refused.status, (await desk.opens(place)).status) == (404, 404)
    assert len(pages) == 1
    await nothing_happened(at, runs=1)


async def test_without_a_session_a_form_is_not_taken(at: Office) -> None:
    """No cookie, one of an old secret, and one that is over: 401 for the form, and the page leads to the sign-in."""
    await at.scene.released("mona")
    desk = await at.sign_in("mona")
    form, kept = await desk.typing("/lock 1h"), dict(desk.browser.cookies)
    strange = Desk(at.scene, replace(desk.browser, cookies={}), "nobody")
    for language in ("en", "ja"):
        refused = await strange.sends(form, Accept_Language=language)
        assert (refused.status, said(refused)) == (401, "sign_in.ended")
    assert (await strange.opens()).status == 302
    await with_sign_in(at.scene, GHAPP_SESSION_SECRET="canary-another-secret-of-this-server")
    desk.browser.server = strange.browser.server = at.scene.address
    assert (await desk.sends(form)).status == 401
    await with_sign_in(at.scene)
    desk.browser.server, desk.browser.cookies = at.scene.address, dict(kept)
    at.scene.stage.skip(timedelta(hours=8, seconds=1))
    assert (await desk.sends(form)).status == 401
    await nothing_happened(at, runs=1)


async def test_a_revoked_token_acts_no_more(at: Office) -> None:
    """A copy of the cookie after the sign-out too."""
    await at.scene.released("mona")
    desk = await at.sign_in("mona")
    form = await desk.typing("/lock 1h")
    copy = Desk(at.scene, replace(desk.browser, cookies=dict(desk.browser.cookies)), "mona")
    assert (await desk.browser.posts("/logout", {"csrf": form.fields["csrf"]})).status == 200
    assert (await copy.sends(form)).status == 401
    await nothing_happened(at, runs=1)


async def test_a_person_who_lost_access_meanwhile_is_refused_at_the_decision(at: Office) -> None:
    """The page of five minutes ago still shows it; GitHub is asked anew."""
    await at.scene.released("mona")
    desk = await at.sign_in("taro")
    form = await desk.typing("/lock 1h")
    at.scene.shop.people["taro"] = "read"
    assert "not allowed" in await desk.reads(await desk.sends(form))
    del at.scene.shop.people["taro"]
    assert "not allowed" in await desk.types("/lock 1h")
    await nothing_happened(at, runs=1)
    await at.scene.later(minutes=5)
    assert (await desk.opens()).status == 404
    assert (await desk.sends(form)).status == 404


async def test_a_login_that_passed_to_another_account_gives_no_right(at: Office) -> None:
    """Role by login and by id: the new mona is an admin, and the old one's session is not hers. The renamed person acts
    under the new login as soon as that is known."""
    shop = at.scene
    await shop.released("mona")
    desk = await at.sign_in("mona")
    form = await desk.typing("/lock 1h mine")
    shop.github.rename_user("mona", "mona-lisa")
    shop.shop.people["mona"] = "admin"
    assert "not allowed" in await desk.reads(await desk.sends(form))
    await nothing_happened(at, runs=1)
    await shop.later(minutes=5)
    assert "mine" in await desk.types("/lock 1h mine")
    manual = (await shop.environment()).manual
    assert manual
    assert manual.holders == ("mona-lisa",)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"number": ""}, 400),
        ({"number": "x"}, 400),
        ({"number": "-1"}, 400),
        ({"number": "1" * 13}, 400),
        ({"number": "999999999999"}, 409),
        ({"number": "0"}, 409),
        ({"line": ""}, 400),
        ({"line": " \n\t "}, 400),
        ({"line": "x" * 70_000}, 413),
        ({f"f{each}": "" for each in range(101)}, 400),
    ],
)
async def test_a_form_that_no_page_sends_is_refused(at: Office, fields: dict[str, str], status: int) -> None:
    """With a sentence, and before anything is stored."""
    await at.scene.released("mona")
    desk = await at.sign_in("mona")
    form = await desk.typing("/lock 1h")
    for language in ("en", "ja"):
        refused = await desk.sends(replace(form, fields={**form.fields, **fields}), Accept_Language=language)
        assert refused.status == status
        assert status == 409 or said(refused) == "board.not_read"
    await nothing_happened(at, runs=1)


async def test_a_body_that_is_no_form_is_refused(at: Office) -> None:
    """Another type, compressed, not in UTF-8, a field that is there twice."""
    await at.scene.released("mona")
    desk = await at.sign_in("mona")
    form = await desk.typing("/lock 1h")
    good = urlencode(form.fields).encode()
    kind = "application/x-www-form-urlencoded"
    for body, headers, status in (
        (b'{"line": "/lock"}', {"Content-Type": "application/json"}, 415),
        (gzip.compress(good), {"Content-Type": kind, "Content-Encoding": "gzip"}, 415),
        (good + b"&line=%2Funlock", {"Content-Type": kind}, 400),
        (good + b"&x=%ff", {"Content-Type": kind}, 400),
        (b"\xff=1", {"Content-Type": kind}, 400),
        (b"", {"Content-Type": kind}, 403),
    ):
        own = {"Cookie": f"{SESSION}={desk.browser.cookies[SESSION]}", "Origin": PUBLIC_URL, **headers}
        async with at.session.post(f"{at.scene.address}{PLACE}", data=body, headers=own) as refused:
            assert refused.status == status
            assert "nothing was done" in await refused.text() or status == 403
    for method in ("PUT", "DELETE", "PATCH"):
        assert (await desk.browser.sends(method, PLACE, headers={})).status == 405
    await nothing_happened(at, runs=1)


async def test_what_people_wrote_is_text_beside_the_buttons_and_in_answers(at: Office) -> None:
    """Titles that look like markup, and what the answers themselves mark."""
    shop = at.scene
    await shop.released("mona", "<img src=x onerror=alert(1)> `code` **bold** [a](https://evil.example.com)")
    await shop.later(minutes=40)
    pull = await shop.opens("hanako", '"><script>alert(2)</script>')
    await shop.merges("hanako", pull)
    desk = await at.sign_in("mona")
    await desk.presses("/deploy")
    await shop.ends(await shop.begins())
    shown = await desk.types("/status")
    assert "<script>alert(2)</script>" in shown
    page = (await desk.opens()).text
    for text in (page, (await desk.opens("/")).text):
        assert "<img" not in text
        assert "<script>" not in text
        assert "evil.example.com)" in text
        assert 'href="https://evil' not in text
        assert "\0" not in text


@pytest.mark.parametrize(
    "line",
    [
        "/lock production 1h " + "x" * 10_000,
        "/lock staging 1h",
        "/deploy staging #41",
        "/deploy production acme/other#41",
        "/deploy production https://github.com/acme/other/pull/41",
        "/rollback production to acme/other#41",
        "/lock prodution 1h",
        "hello there",
        "/merge",
        "> /lock 1h",
        "/" * 500,
        "/lock\u202e production",
        "/dep\u043boy production #41",
        "/status\x00\x1b[31m",
        "<script>alert(1)</script>",
        "/deploy production #41\n/unlock production",
        "/lock production until 25:00",
        "\U0001f4a9" * 300,
    ],
)
async def test_a_line_that_is_not_meant_for_this_page_does_nothing(at: Office, line: str) -> None:
    """It is answered with a sentence; what was typed is shown as text."""
    shop = at.scene
    await shop.shop.commit(".github/ghapp.yml", TWO, by="mona", message="Add staging")
    await shop.idle()
    pull = await shop.opens("mona")
    await shop.merges("mona", pull)
    desk = await at.sign_in("mona")
    shown = await desk.reads(await desk.sends(await desk.typing(line)))
    page = await desk.opens()
    assert shown
    assert "Deploying" not in shown
    assert "<script>alert" not in page.text
    for name in ("production", "staging"):
        environment = await shop.environment(name)
        assert (environment.manual, environment.number, environment.deployment) == (None, environment.number, None)
    assert shop.runs() == []


async def test_the_owners_list_of_people_counts_here_too(at: Office) -> None:
    """Where the rules name who may act, others see no button and are refused."""
    shop = at.scene
    shop.github.add_repository(
        "acme/policies", files={".github/ghapp.yml": f"people: {{mona: {PEOPLE['mona']}}}\n"}, people={"mona": "admin"}
    )
    await with_sign_in(shop, GHAPP_POLICY="acme/policies")
    await shop.idle()
    await shop.later(seconds=11)
    await shop.released("mona")
    mona, taro = await at.sign_in("mona"), await at.sign_in("taro")
    assert await taro.offered() == []
    assert "you are not among them" in await taro.types("/lock 1h")
    await nothing_happened(at, runs=1)
    assert "/lock production" in await mona.offered()
    assert "until" in await mona.types("/lock 1h")


async def test_nobody_acts_while_the_owners_rules_cannot_be_read(at: Office) -> None:
    """They say who may: no button, and a line is refused. The way back is in the pull request."""
    shop = at.scene
    pull = await waiting(at)
    await with_sign_in(shop, GHAPP_POLICY="acme/policies")  # there is no such repository
    await shop.idle()
    await shop.later(minutes=6)
    mona = await at.sign_in("mona")
    assert await mona.offered() == []
    for line in ("/lock 1h", f"/deploy #{pull.number}", "/rollback", "/unlock"):
        assert "The owner's rules cannot be read" in await mona.types(line)
    await nothing_happened(at, runs=1)
    await shop.says("mona", "/lock production 1h by hand", on=pull)
    assert (await shop.environment()).manual


async def test_a_page_before_a_lock_cannot_unlock_it(at: Office) -> None:
    """A page without a script may show a lock that is over, and another person's has begun."""
    shop = at.scene
    pull = await waiting(at)
    await shop.says("mona", "/lock production 1h migrating", on=pull)
    taro = await at.sign_in("taro")
    (form,) = [one for one in await taro.forms() if one.line == "/unlock production"]
    await shop.later(minutes=1)
    await shop.says("mona", "/unlock production", on=pull)
    await shop.says("hanako", "/lock production 1h incident", on=pull)
    old = replace(form, fields={**form.fields, "reason": "mona said so"})
    assert "What holds production has changed since your page was loaded" in await taro.reads(await taro.sends(old))
    assert (await shop.environment()).manual
    assert "hanako" in await taro.presses("/unlock", "hanako said so")
    assert (await shop.environment()).manual is None


async def test_a_person_who_sends_too_much_is_slowed_down(at: Office) -> None:
    """Ten a minute, over all doors: a comment counts too. Each page gets its answer."""
    await at.scene.released("mona")
    desk = await at.sign_in("mona")
    told = [await desk.types("/status") for _ in range(13)]
    assert [("live since 13:42 JST" in text) for text in told] == [True] * 9 + [False] * 4
    assert told[10] == told[12] != ""


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_a_flood_of_forms_is_refused_before_it_fills_the_queue(at: Office, language: str) -> None:
    """Another person's command is decided at once; what was stored is answered, and in a while they can act again."""
    await at.scene.released("mona")
    flooding, desk = await at.sign_in("taro", language), await at.sign_in("mona")
    form = await flooding.typing("/status")
    lines = [replace(form, fields={**form.fields, "line": f"/lock 1h {each}"}) for each in range(MOST + 20)]
    sent = [await flooding.sends(each) for each in lines]
    assert [one.status for one in sent] == [303] * MOST + [429] * 20
    limit = {"en": "more than 50 commands within 10 minutes, so", "ja": "10分間に 50回を超えるコマンドが送信されたため"}
    assert limit[language] in sent[-1].text
    assert (await flooding.sends(lines[0])).location == sent[0].location
    assert "production" in await desk.types("/status")
    at.scene.stage.skip(WITHIN)
    assert (await flooding.sends(await flooding.typing("/status"))).status == 303


# ---------------------------------------------------------------- when something fails


async def test_a_page_waits_for_its_answer_and_renews_itself(at: Office) -> None:
    """While the worker has not decided; another person's address shows nothing of it."""
    await at.scene.released("mona")
    desk, taro = await at.sign_in("mona"), await at.sign_in("taro")
    sent = await desk.sends(await desk.typing("/status"))
    pending = await desk.opens(sent.location)
    assert answer(pending) == "Your command is being processed. This page shows the answer as soon as there is one."
    assert await renewals(desk, sent.location, 42) == [1] * 10 + [5] * 10 + [30] * 22
    assert "処理しています" in answer(await desk.browser.gets(sent.location, Accept_Language="ja"))
    await at.scene.idle()
    decided = await desk.opens(sent.location)
    assert "live since 13:42 JST" in answer(decided)
    assert "http-equiv" not in decided.text
    assert "13:42" in answer(await desk.browser.gets(sent.location, Accept_Language="ja"))
    assert "live since 13:42 JST" in answer(await desk.browser.gets(f"{sent.location}&range=day", HX_Request="true"))
    assert answer(await taro.opens(sent.location)) == ""
    assert answer(await desk.opens(f"{PLACE}?answer={'0' * 32}")) == ""
    assert (await desk.opens(f"{PLACE}?answer=%00'")).status == 200


async def renewals(desk: Desk, address: str, times: int) -> list[int]:
    """The seconds after which the page renews itself, as a browser follows it."""
    spans: list[int] = []
    for _ in range(times):
        page = html.unescape((await desk.opens(address)).text)
        (found,) = re.findall(r'<meta http-equiv="refresh" content="([0-9]+);url=([^"]+)">', page)
        spans.append(int(found[0]))
        address = found[1]
    return spans


async def test_github_away_is_answered_and_nothing_is_done(at: Office) -> None:
    """No request of the browser waits for it; after ten minutes the answer says that it could not be checked."""
    shop = at.scene
    await shop.released("mona")
    desk = await at.sign_in("mona")
    form = await desk.typing("/lock 1h")
    stuck = Fault("GET", re.compile("/collaborators/"), faults.status(502), times=9999)
    shop.github.faults.append(stuck)
    sent = await desk.sends(form)
    assert sent.status == 303
    await shop.idle()
    assert "being processed" in answer(await desk.opens(sent.location))
    for _ in range(12):
        await shop.later(minutes=1)
    assert "Could not check" in answer(await desk.opens(sent.location))
    shop.github.faults.clear()
    await nothing_happened(at, runs=1)


async def test_a_store_that_takes_nothing_is_said_and_the_same_form_counts_once(at: Office) -> None:
    """Another process holds its file: the browser waits two seconds, and learns that it is not certain."""
    shop = at.scene
    await shop.released("mona")
    desk = await at.sign_in("mona")
    form = await desk.typing("/lock 1h certainly")
    with closing(sqlite3.connect(shop.store_path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for language in ("en", "ja"):
            failed = await desk.sends(form, Accept_Language=language)
            assert (failed.status, said(failed)) == (424, "board.not_kept")
        other.execute("ROLLBACK")
    assert "certainly" in await desk.reads(await desk.sends(form))
    assert (await shop.history()).count("locked") == 1


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_too_many_bodies_at_once_are_refused_with_a_sentence(at: Office, language: str) -> None:
    """429, where other doors answer 503; the next form counts."""
    await at.scene.released("mona")
    desk = await at.sign_in("mona", language)
    form = await desk.typing("/lock 1h")
    assert at.scene._components
    routes = at.scene._components.application.router.routes()
    owners = (getattr(one.handler, "__self__", None) for one in routes)
    (acting,) = [owner for owner in owners if isinstance(owner, Acting)]
    acting.intake.waiting_bytes = 100  # as if others' bodies left no more
    refused = await desk.sends(form)
    assert (refused.status, said(refused)) == (429, "board.too_much")
    acting.intake.waiting_bytes = 1000
    assert (await desk.sends(form)).status == 303


async def test_a_restart_between_press_and_decision_loses_nothing(at: Office) -> None:
    """The command is stored before the browser is sent on."""
    await at.scene.released("mona")
    desk = await at.sign_in("mona")
    sent = await desk.sends(await desk.typing("/lock 1h after the restart"))
    await at.scene.restart()
    desk.browser.server = at.scene.address
    await at.scene.idle()
    assert "after the restart" in answer(await desk.opens(sent.location))
    manual = (await at.scene.environment()).manual
    assert manual
    assert manual.reason == "after the restart"


async def test_a_command_that_is_given_up_is_answered(at: Office) -> None:
    """Where every server that takes it up dies: the page neither waits nor renews itself for ever."""
    await at.scene.released("mona")
    desk = await at.sign_in("mona")
    sent = await desk.sends(await desk.typing("/lock 1h"))
    for _ in range(TRIES):
        assert len(await at.scene.claims()) == 1
        at.scene.stage.skip(LEASE + timedelta(seconds=1))
    assert "/lock 1h failed because of an error in ghapp itself. Nothing was done." in await desk.reads(sent)
    assert "http-equiv" not in (await desk.opens(sent.location)).text
    assert len(await at.scene.dead()) == 1
    assert (await at.scene.environment()).manual is None


async def test_an_environment_that_left_the_config_is_answered(at: Office) -> None:
    """And gets no buttons once nothing holds it."""
    shop = at.scene
    await shop.shop.commit(".github/ghapp.yml", TWO, by="mona", message="Add staging")
    await shop.idle()
    pull = await shop.opens("mona")
    await shop.merges("mona", pull)
    desk = await at.sign_in("mona")
    form = await desk.typing("/lock 1h", "/acme/shop/staging")
    one = "environments: {production: {workflow: deploy.yml}}\n"
    await shop.shop.commit(".github/ghapp.yml", one, by="mona", message="Remove staging")
    await shop.idle()
    assert "staging" in await desk.reads(await desk.sends(form))
    assert await desk.offered("/acme/shop/staging") == []
    assert (await shop.environment("staging")).manual is None


async def test_an_environment_of_a_newer_server_takes_no_form(at: Office) -> None:
    """It counts as locked, and its document stays as it is."""
    await at.scene.released("mona")
    desk = await at.sign_in("mona")
    form = await desk.typing("/lock 1h")
    newer = await at.scene.overwrite_document(b'{"schema": 9, "environment": {"holds": "of another kind"}}')
    assert await desk.forms() == []
    refused = await desk.sends(form)
    assert (refused.status, said(refused)) == (424, "card.unreadable.why")
    await at.scene.idle()
    assert await at.scene.document() == newer


async def test_a_form_that_arrives_twice_at_the_same_moment_counts_once(at: Office) -> None:
    """Both get the way to its one answer."""
    await waiting(at)
    desk = await at.sign_in("mona")
    (form,) = [one for one in await desk.forms() if one.line.startswith("/deploy")]
    sent = await asyncio.gather(*(desk.sends(form) for _ in range(5)))
    assert [one.status for one in sent] == [303] * 5
    assert len({one.location for one in sent}) == 1
    assert "Deploying" in await desk.reads(sent[0])
    assert len(at.scene.runs()) == 2
    assert (await at.scene.history()).count("accepted") == 2


async def test_the_internal_board_only_reads(at: Office) -> None:
    """No button, no line, and no form is taken there."""
    await at.scene.released("mona")
    desk = await at.sign_in("mona")
    form = await desk.typing("/lock 1h")
    async with board_of(at.scene) as browser:
        async with browser.get(PLACE) as page:
            assert forms(await page.text()) == []
        async with browser.post(PLACE, data=dict(form.fields)) as refused:
            assert refused.status == 405
    await nothing_happened(at, runs=1)


async def test_the_part_that_a_change_brings_has_card_and_buttons(at: Office) -> None:
    """On the environment's page and on the board, so that a page that stays open never offers what is over."""
    pull = await waiting(at)
    desk = await at.sign_in("mona")
    for path in (PLACE, "/"):
        part = (await desk.browser.gets(path, HX_Request="true")).text
        assert "<html" not in part
        assert f"/deploy production #{pull.number}" in [form.line for form in forms(part)]
        assert {form.fields["number"] for form in forms(part)} == {"1"}
    await desk.presses("/deploy")
    for path in (PLACE, "/"):
        part = (await desk.browser.gets(path, HX_Request="true")).text
        assert {form.fields["number"] for form in forms(part)} == {"2"}
        assert not [form for form in forms(part) if form.line.startswith("/deploy")]


async def test_the_buttons_speak_the_browsers_language(at: Office) -> None:
    """The answer too, whatever the repository's language is."""
    pull = await waiting(at)
    desk = await at.sign_in("mona", "ja")
    page = (await desk.opens()).text
    assert [f">{label}<" in page for label in (f"#{pull.number} をデプロイ", "ロック", "送信")] == [True] * 3
    assert await desk.presses("/deploy") == f"#{pull.number} を production にデプロイします (production-2)。"
    assert "production-2 を中止" in (await desk.opens()).text
