"""The fence: a deploy job asks `POST /guard` before it acts, and only the run of the current number goes on."""

import asyncio
import base64
import json
import re
import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from ghapp.demo.github import Fault, Pull, Run, faults
from ghapp.demo.github.oidc import SigningKey
from tests.scenarios.scene import PUBLIC_URL, SMALL_CONFIG, Scene
from tests.scenarios.test_guard_action import STEP
from tests.scenarios.test_trouble import merged

Answer = tuple[int, str]
FOREIGN = 99  # the number of a key that no issuer has


class Jobs:
    """A run's deploy job: it gets its token and asks."""

    def __init__(self, shop: Scene, session: aiohttp.ClientSession) -> None:
        self.shop, self._session = shop, session

    def token(self, run: Run, **claims: Any) -> str:
        """The token that GitHub signs for a job of this run."""
        return self.shop.github.issuer.token(self.shop.shop, run, claims.pop("aud", PUBLIC_URL), **claims)

    async def asks(self, run: Run, *, token: str | None = None, **body: str) -> Answer:
        """`POST /guard` with the run's own inputs unless `body` overrides them; status and text."""
        shown = self.token(run) if token is None else token
        sent = {"ticket": run.inputs["ghapp"], "sha": run.inputs["sha"], **body}
        headers = {"Authorization": f"Bearer {shown}"}
        async with self._session.post(f"{self.shop.address}/guard", json=sent, headers=headers) as answer:
            return answer.status, (await answer.text()).strip()


@pytest.fixture
async def jobs(shop: Scene) -> AsyncIterator[Jobs]:
    """The jobs of acme/shop's runs."""
    async with aiohttp.ClientSession() as session:
        yield Jobs(shop, session)


async def deploying(shop: Scene, who: str = "taro") -> tuple[Pull, Run]:
    """A release whose run has begun."""
    pull = await merged(shop, who)
    await shop.says(who, "/deploy", on=pull)
    return pull, await shop.begins()


async def unheard_of(shop: Scene) -> tuple[Pull, Run]:
    """A release whose run was created although the answer was lost; no webhook arrives from then on."""
    pull = await merged(shop)
    shop.github.faults.append(Fault("POST", re.compile("/dispatches$"), faults.drop_after))
    await shop.shop.comment(pull, by="taro", body="/deploy")
    shop.github.webhook_url = None
    await shop.idle()
    (run,) = shop.runs()
    assert (await shop.history())[-1] == "starting"
    return pull, run


# ---------------------------------------------------------------- let through


async def test_the_run_of_the_current_number_is_let_through_and_recorded_once(shop: Scene, jobs: Jobs) -> None:
    """The same job may ask again, for example after a lost answer."""
    _, run = await deploying(shop)
    assert await jobs.asks(run) == (204, "")
    assert await jobs.asks(run) == (204, "")
    assert (await shop.history()).count("let_through") == 1
    await shop.ends(run)
    assert (await shop.history())[-1] != "not_let_through"


async def test_the_guard_needs_no_call_to_github_but_for_its_keys(shop: Scene, jobs: Jobs) -> None:
    """GitHub's API may be unavailable, since the lock is in our store."""
    _, run = await deploying(shop)
    asked = len(shop.github.exchanges)
    assert (await jobs.asks(run))[0] == 204
    assert len(shop.github.exchanges) == asked


async def test_a_job_that_asks_before_its_run_is_known_is_asked_to_retry(shop: Scene, jobs: Jobs) -> None:
    """The answer to the dispatch was lost: a few seconds later our run is found, and only that one counts."""
    _, run = await unheard_of(shop)
    await shop.shop.start_run(run)
    copy = await shop.shop.dispatch("deploy.yml", by="ken", inputs=dict(run.inputs))
    assert {(await jobs.asks(one))[0] for one in (copy, run, copy)} == {503}
    assert "not_let_through" not in await shop.history()
    await shop.later(seconds=6)
    assert (await jobs.asks(run))[0] == 204
    status, why = await jobs.asks(copy)
    assert status == 409
    assert why == (
        f"production-1 belongs to another run ({shop.github.url}/acme/shop/actions/runs/{run.id}), so this one "
        "cannot continue. Start the release with `/deploy`."
    )


async def test_of_runs_that_race_for_one_number_only_ours_goes_on(shop: Scene, jobs: Jobs) -> None:
    """All present the same ticket at the same moment, before our run is known and after."""
    _, run = await unheard_of(shop)
    copies = [await shop.shop.dispatch("deploy.yml", by="ken", inputs=dict(run.inputs)) for _ in range(5)]
    every = [*copies, run] * 2
    assert {status for status, _ in await asyncio.gather(*(jobs.asks(one) for one in every))} == {503}
    await shop.later(seconds=6)
    answers = await asyncio.gather(*(jobs.asks(one) for one in every))
    let = {one.id for one, (status, _) in zip(every, answers, strict=True) if status == 204}
    assert let == {run.id}
    assert {status for status, _ in answers} == {204, 409}
    assert (await shop.history()).count("let_through") == 1


async def test_a_rollback_is_let_through_and_the_overtaken_run_is_not(shop: Scene, jobs: Jobs) -> None:
    """The number has risen, so the run that is being stopped may not act any more."""
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    second, run = await deploying(shop, "mona")
    shop.shop.runs[run.id].stubborn = True
    await shop.says("mona", "/rollback", on=second)
    status, why = await jobs.asks(run)
    assert status == 409
    assert why.startswith("`production-2` is no longer valid: ")
    await shop.ends(run, "cancelled")
    back = await shop.begins()
    assert (await jobs.asks(back))[0] == 204


# ---------------------------------------------------------------- refused, with the reason


async def test_a_number_that_is_over_is_refused(shop: Scene, jobs: Jobs) -> None:
    """After its end, and after another release."""
    first, run = await deploying(shop)
    await shop.ends(run)
    over = (
        "`production-1` is no longer valid: its release has ended or was given up, or another one has "
        "started on production. Nothing can be deployed with it; see `/status production`."
    )
    assert await jobs.asks(run) == (409, over)
    await shop.says("taro", "/unlock", on=first)
    await deploying(shop, "mona")
    status, why = await jobs.asks(run)
    assert (status, why.split(":")[0]) == (409, "`1")
    assert "was not issued for acme/shop, or ended long ago" in why
    assert (await shop.history()).count("not_let_through") == 2


async def test_a_lost_number_and_one_given_up_are_refused(shop: Scene, jobs: Jobs) -> None:
    """The run asks while its deployment is lost, and again after a user has ended that with `/unlock`."""
    pull, run = await unheard_of(shop)
    shop.shop.runs.clear()  # GitHub does not list it either
    await shop.later(minutes=6)
    assert (await shop.history())[-1] == "lost"
    assert (await jobs.asks(run))[0] == 409
    shop.github.webhook_url = f"{shop.address}/webhooks/github"
    await shop.says("taro", "/unlock production nothing runs", on=pull)
    assert (await jobs.asks(run))[0] == 409
    assert (await shop.history()).count("not_let_through") == 2


async def test_a_cancelled_release_is_refused_while_its_run_ends(shop: Scene, jobs: Jobs) -> None:
    """The reason names the person who cancelled."""
    pull, run = await deploying(shop)
    run.stubborn = True
    await shop.says("taro", "/cancel", on=pull)
    said = "production-1 was cancelled by taro, so this run cannot continue. It will be stopped. Nothing to do."
    assert await jobs.asks(run) == (409, said)


async def test_another_commit_than_the_granted_one_is_refused(shop: Scene, jobs: Jobs) -> None:
    """The branch moved, or the workflow checks out another commit."""
    _, run = await deploying(shop)
    status, why = await jobs.asks(run, sha="f" * 40)
    assert status == 409
    assert why == (
        f"production-1 was granted for `{run.inputs['sha']}`, but this job reports `{'f' * 40}`. Check out exactly "
        "the commit in the workflow's input."
    )
    assert (await jobs.asks(run))[0] == 204


async def test_a_re_run_is_refused_with_the_command_to_type(shop: Scene, jobs: Jobs) -> None:
    """Attempt 2 has the same run and ticket, but the grant is for one attempt."""
    pull, run = await deploying(shop)
    status, why = await jobs.asks(run, token=jobs.token(run, run_attempt="2"))
    assert status == 409
    assert why == (
        "production-1 was granted for one attempt. A re-run does not take the lock, so it cannot continue. To try "
        f"again: `/deploy production #{pull.number}`"
    )


@pytest.mark.parametrize(
    "workflow_ref",
    [
        "acme/shop/.github/workflows/other.yml@refs/heads/main",
        "acme/shop/.github/workflows/deploy.yml@refs/heads/evil",
        "acme/shop/.github/workflows/deploy.yml@refs/tags/main",
        "acme/shop/.github/workflows/sub/deploy.yml@refs/heads/main",
        "acme/else/.github/workflows/deploy.yml@refs/heads/main",
        "acme/shop/.github/workflows/deploy.yml@refs/heads/main@refs/heads/evil",
    ],
)
async def test_another_workflow_or_branch_is_refused(shop: Scene, jobs: Jobs, workflow_ref: str) -> None:
    """A workflow on another branch may contain anything, so only the default branch's is let through."""
    _, run = await deploying(shop)
    status, why = await jobs.asks(run, token=jobs.token(run, workflow_ref=workflow_ref))
    assert status == 409
    assert why.startswith("production-1 is for `deploy.yml` on `main`, ")


async def test_a_run_without_a_number_is_refused_with_the_way_to_get_one(shop: Scene, jobs: Jobs) -> None:
    """It was started by hand, past the lock."""
    _, run = await deploying(shop)
    said = "This run has no deploy number from ghapp, so it cannot continue. Start the release with `/deploy`."
    assert await jobs.asks(run, ticket="") == (409, said)


@pytest.mark.parametrize("ticket", ["1", "1:0000000000000000", "0:", "é", "1:" + "a" * 90])
async def test_a_made_up_number_is_refused(shop: Scene, jobs: Jobs, ticket: str) -> None:
    """Knowledge of the current number does not help."""
    _, run = await deploying(shop)
    status, why = await jobs.asks(run, ticket=ticket)
    assert status == 409
    assert "was not issued" in why


async def test_the_refusal_is_in_the_repositorys_language(japanese_shop: Scene) -> None:
    """The same people read the job's log."""
    _, run = await deploying(japanese_shop)
    async with aiohttp.ClientSession() as session:
        status, why = await Jobs(japanese_shop, session).asks(run, sha="f" * 40)
    assert status == 409
    assert why.startswith(f"production-1 で許可されたコミットは `{run.inputs['sha']}` ですが、")


# ---------------------------------------------------------------- tokens


WRONG_CLAIMS: tuple[dict[str, Any], ...] = (
    {"iss": "https://token.actions.githubusercontent.com"},
    {"iss": "https://evil.example.com"},
    {"iss": None},
    {"aud": "https://other.example.com"},
    {"aud": [PUBLIC_URL, "https://other.example.com"]},
    {"aud": f"{PUBLIC_URL}/"},
    {"exp": 1},
    {"exp": None},
    {"nbf": 2**33},
    {"iat": 2**33},
    {"run_id": "12x"},
    {"run_id": None},
    {"run_attempt": "0"},
    {"run_attempt": None},
    {"repository_id": "1e3"},
    {"repository_id": None},
    {"workflow_ref": None},
)


async def test_a_token_with_a_wrong_claim_is_not_accepted(shop: Scene, jobs: Jobs) -> None:
    """GitHub signed it, but not for this purpose: 401, and nothing is written."""
    _, run = await deploying(shop)
    before = await shop.history()
    for claims in WRONG_CLAIMS:
        status, _ = await jobs.asks(run, token=jobs.token(run, **claims))
        assert status == 401, claims
        assert await shop.history() == before, claims
    assert (await jobs.asks(run))[0] == 204


async def test_a_token_of_another_repository_reaches_nothing(shop: Scene, jobs: Jobs) -> None:
    """Any repository on GitHub can get a signed token, even one of the same installation."""
    _, run = await deploying(shop)
    other = shop.github.add_repository("acme/else", files={"README.md": "else\n"}, people={"ken": "admin"})
    token = shop.github.issuer.token(other, run, PUBLIC_URL)
    before = await shop.history()
    status, why = await jobs.asks(run, token=token)
    assert status == 409
    assert "was not issued for acme/else" in why
    assert await shop.history() == before
    assert await shop.history(other.id) == []
    # the repository's name alone does not help: its id counts
    status, _ = await jobs.asks(run, token=jobs.token(run, repository_id=str(other.id)))
    assert status == 409
    assert (await jobs.asks(run))[0] == 204


async def test_a_token_expires_by_the_servers_clock(shop: Scene, jobs: Jobs) -> None:
    """With half a minute of leeway, since clocks differ."""
    _, run = await deploying(shop)
    token = jobs.token(run)
    shop.stage.clock.skip(timedelta(seconds=329))
    assert (await jobs.asks(run, token=token))[0] == 204
    shop.stage.clock.skip(timedelta(seconds=2))
    assert (await jobs.asks(run, token=token))[0] == 401


def forged(token: str, header: dict[str, Any], signature: bytes | None = None) -> str:
    """The same claims under another header."""
    _, claims, signed = token.split(".")
    shown = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    last = signed if signature is None else base64.urlsafe_b64encode(signature).rstrip(b"=").decode()
    return f"{shown}.{claims}.{last}"


async def test_no_other_signature_algorithm_is_accepted(shop: Scene, jobs: Jobs) -> None:
    """The known attacks: no algorithm, and the public key as a shared secret."""
    _, run = await deploying(shop)
    token, newest = jobs.token(run), shop.github.issuer.keys[-1]
    for alg in ("none", "None", "NONE", "HS256", "RS384", "ES256", ""):
        assert (await jobs.asks(run, token=forged(token, {"alg": alg, "kid": newest.kid}, b"")))[0] == 401
        assert (await jobs.asks(run, token=forged(token, {"alg": alg, "kid": newest.kid})))[0] == 401
    claims = jwt.decode(token, options={"verify_signature": False})
    public = newest.key.public_key()
    shapes = (
        public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo),
        json.dumps(newest.listed()).encode(),
    )
    for secret in shapes:
        body = jwt.encode(claims, "x" * 64, algorithm="HS256", headers={"kid": newest.kid}).rsplit(".", 1)[0]
        signature = jwt.get_algorithm_by_name("HS256").sign(body.encode(), secret)
        mixed = f"{body}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
        assert (await jobs.asks(run, token=mixed))[0] == 401
        assert (await jobs.asks(run, token=forged(mixed, {"alg": "RS256", "kid": newest.kid})))[0] == 401


async def test_a_token_without_a_known_key_is_not_accepted(shop: Scene, jobs: Jobs) -> None:
    """No key id, an odd one, an unused one, or a foreign key under the right id."""
    _, run = await deploying(shop)
    token, newest = jobs.token(run), shop.github.issuer.keys[-1]
    for header in ({}, {"kid": None}, {"kid": 7}, {"kid": ""}, {"kid": "../jwks"}, {"kid": ["a"]}):
        assert (await jobs.asks(run, token=forged(token, {"alg": "RS256", **header})))[0] == 401
    claims = jwt.decode(token, options={"verify_signature": False})
    stolen = jwt.encode(claims, SigningKey(FOREIGN).key, algorithm="RS256", headers={"kid": newest.kid})
    assert (await jobs.asks(run, token=stolen))[0] == 401
    # a key that the token brings along or links to is ignored
    brought = SigningKey(FOREIGN)
    for more in ({"jwk": brought.listed()}, {"jku": "https://evil.example.com/jwks"}):
        signed = jwt.encode(claims, brought.key, algorithm="RS256", headers={"kid": brought.kid, **more})
        assert (await jobs.asks(run, token=signed))[0] == 401
    assert (await jobs.asks(run))[0] == 204


async def test_github_may_rotate_its_keys(shop: Scene, jobs: Jobs) -> None:
    """A new key is fetched when a token first names it; a removed one is no longer accepted."""
    _, run = await deploying(shop)
    old = jobs.token(run)
    assert (await jobs.asks(run, token=old))[0] == 204
    shop.stage.clock.skip(timedelta(seconds=61))
    shop.github.issuer.rotate()
    assert (await jobs.asks(run))[0] == 204
    assert (await jobs.asks(run, token=old))[0] == 401


async def test_a_key_that_github_revoked_is_accepted_for_an_hour_at_most(shop: Scene, jobs: Jobs) -> None:
    """For example after a leak, even if no token with the new key arrives."""
    _, run = await deploying(shop)
    assert (await jobs.asks(run))[0] == 204
    (stolen,) = shop.github.issuer.keys
    shop.github.issuer.rotate()
    shop.stage.clock.skip(timedelta(minutes=61))
    claims = jwt.decode(jobs.token(run), options={"verify_signature": False})
    forgery = jwt.encode(claims, stolen.key, algorithm="RS256", headers={"kid": stolen.kid})
    assert (await jobs.asks(run, token=forgery))[0] == 401


async def test_made_up_key_ids_cost_at_most_one_fetch_a_minute(shop: Scene, jobs: Jobs) -> None:
    """Known keys are cached for an hour."""
    _, run = await deploying(shop)
    token = jobs.token(run)
    await asyncio.gather(
        *(jobs.asks(run, token=forged(token, {"alg": "RS256", "kid": f"made-up-{n}"})) for n in range(20))
    )
    assert (await jobs.asks(run))[0] == 204
    assert len(shop.github.issuer.asked) == 2  # the discovery document and the keys
    shop.stage.clock.skip(timedelta(seconds=61))
    for n in range(5):
        assert (await jobs.asks(run, token=forged(token, {"alg": "RS256", "kid": f"again-{n}"})))[0] == 401
    assert len(shop.github.issuer.asked) == 4


# ---------------------------------------------------------------- unable to check


async def test_without_keys_nothing_is_let_through_and_nothing_is_refused(shop: Scene, jobs: Jobs) -> None:
    """The issuer does not answer: the answer is 503, and the job asks again."""
    _, run = await deploying(shop)
    token = jobs.token(run)
    shop.github.issuer.broken = True
    status, why = await jobs.asks(run, token=token)
    assert (status, why) == (503, "this could not be checked, so nothing is let through: ask again")
    shop.github.issuer.broken = False
    shop.stage.clock.skip(timedelta(seconds=61))
    assert (await jobs.asks(run, token=token))[0] == 204
    assert "not_let_through" not in await shop.history()


async def test_known_keys_are_accepted_for_a_day_without_the_issuer(shop: Scene, jobs: Jobs) -> None:
    """The issuer may be down for an hour; a key unconfirmed for a day is no longer accepted."""
    _, run = await deploying(shop)
    assert (await jobs.asks(run))[0] == 204
    shop.github.issuer.broken = True
    shop.stage.clock.skip(timedelta(hours=23))
    assert (await jobs.asks(run))[0] == 204
    shop.stage.clock.skip(timedelta(hours=2))
    assert (await jobs.asks(run))[0] == 503


async def test_with_a_wrong_clock_nothing_is_decided(shop: Scene, jobs: Jobs) -> None:
    """A server whose clock differs from GitHub's does not answer here either."""
    _, run = await deploying(shop)
    await shop.stop()
    await shop.start(clock=lambda: shop.stage.clock() + timedelta(minutes=10))
    assert (await jobs.asks(run))[0] == 503


async def test_a_run_that_asks_without_end_does_not_affect_another(shop: Scene, jobs: Jobs) -> None:
    """After sixty requests in a minute the store is no longer read for that run."""
    _, run = await deploying(shop)
    unexpected_run = await shop.shop.dispatch("deploy.yml", by="ken", inputs=dict(run.inputs))
    answers = [await jobs.asks(unexpected_run) for _ in range(61)]
    assert {status for status, _ in answers[:60]} == {409}
    assert answers[60][0] == 429
    assert (await shop.history()).count("not_let_through") <= 60
    again = jobs.token(unexpected_run, run_attempt="2")  # a re-run has a limit of its own, and no number
    assert (await jobs.asks(unexpected_run, token=again))[0] == 409
    assert [(await jobs.asks(run))[0] for _ in range(65)] == [204] * 65  # for example a matrix of jobs


async def test_a_job_asks_for_as_long_as_its_run_is_searched(shop: Scene, jobs: Jobs) -> None:
    """The answer to the start was lost, no webhook arrives, and GitHub lists the run only after a hundred seconds."""
    _, run = await unheard_of(shop)
    unlisted = shop.shop.runs.pop(run.id)
    asked = 0
    while (answer := await jobs.asks(run))[0] == 503 and asked < int(STEP["env"]["PATIENCE"]):
        await shop.later(seconds=int(STEP["env"]["PAUSE"]))
        asked += int(STEP["env"]["PAUSE"])
        if asked == 100:
            shop.shop.runs[run.id] = unlisted
    assert answer == (204, "")


async def test_early_questions_do_not_use_up_the_answers_of_a_run(shop: Scene, jobs: Jobs) -> None:
    """Eighty jobs of a matrix ask five times before the run is known, and so does a copy of it; then the answer is yes.

    No time passes between them, so all of these questions fall into one minute.
    """
    _, run = await unheard_of(shop)
    await shop.shop.start_run(run)
    copy = await shop.shop.dispatch("deploy.yml", by="ken", inputs=dict(run.inputs))
    for _ in range(5):
        every = [run] * 80 + [copy] * 20
        assert {status for status, _ in await asyncio.gather(*(jobs.asks(one) for one in every))} <= {503, 429}
    await shop.later(seconds=6)
    assert {(await jobs.asks(run))[0] for _ in range(80)} == {204}
    assert (await jobs.asks(copy))[0] == 409


async def test_questions_that_were_not_answered_do_not_count(shop: Scene, jobs: Jobs, tmp_path: Path) -> None:
    """The store takes no write for a while: then the run that holds the number is let through at once."""
    _, run = await deploying(shop)
    with sqlite3.connect(tmp_path / "ghapp.db", isolation_level=None) as neighbour:
        neighbour.execute("BEGIN IMMEDIATE")
        answers = await asyncio.gather(*(jobs.asks(run) for _ in range(70)))
        assert {status for status, _ in answers} == {503, 429}, "sixty are in progress at most"
        neighbour.execute("ROLLBACK")
    assert (await jobs.asks(run))[0] == 204


async def test_every_job_of_the_largest_matrix_is_let_through(shop: Scene, jobs: Jobs) -> None:
    """256 jobs ask at the same moment, each again until it has an answer, as the action does: at most six times."""
    _, run = await deploying(shop)
    waiting = 256
    for _ in range(6):
        answers = [status for status, _ in await asyncio.gather(*(jobs.asks(run) for _ in range(waiting)))]
        assert set(answers) <= {204, 429}
        waiting -= answers.count(204)
    assert waiting == 0


async def test_rejected_tokens_do_not_count_against_a_run(shop: Scene, jobs: Jobs) -> None:
    """From the same address, such as a company's proxy: rejected tokens are limited, and the run is answered."""
    _, run = await deploying(shop)
    other = jobs.token(run, aud="https://elsewhere.example.com")
    answers = [await jobs.asks(run, token=other) for _ in range(62)]
    assert [status for status, _ in answers] == [401] * 60 + [429] * 2
    assert (await jobs.asks(run))[0] == 204


# ---------------------------------------------------------------- break glass


async def test_breaking_the_glass_is_reported_once(shop: Scene, jobs: Jobs) -> None:
    """The answer stays a refusal; the reason is in history, in the channel and on the pull request, once."""
    _, run = await deploying(shop)
    copy = await shop.shop.dispatch("deploy.yml", by="ken", inputs=dict(run.inputs))
    for _ in range(2):
        assert (await jobs.asks(copy, break_glass="the site is  down\n@everyone"))[0] == 409
    await shop.idle()
    told = [text for text in shop.channel() if "bypassed the lock" in text]
    assert len(told) == 1
    assert "ken" in told[0]
    assert "the site is down" in told[0]
    assert "glass_broken" in await shop.history()


async def test_a_run_that_is_let_through_breaks_no_glass(shop: Scene, jobs: Jobs) -> None:
    """The reason was given in advance, and was not needed."""
    _, run = await deploying(shop)
    assert await jobs.asks(run, break_glass="just in case") == (204, "")
    assert "glass_broken" not in await shop.history()


async def test_a_release_from_another_branch_is_let_through(shop: Scene, jobs: Jobs) -> None:
    """An environment may have its own branch, but its workflow is the default branch's."""
    shop.shop.git.branches["stable"] = shop.shop.head
    config = SMALL_CONFIG.replace("deploy.yml", "deploy.yml, branch: stable")
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Release from stable")
    await shop.idle()
    pull = await shop.opens("taro", base="stable")
    await shop.merges("taro", pull)
    await shop.says("taro", "/deploy production", on=pull)
    assert (await jobs.asks(await shop.begins()))[0] == 204
