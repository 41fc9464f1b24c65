"""Workflow runs: dispatched once, and found again without mistaking one for another."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from msgspec.structs import replace

from ghapp.adapters.github.runs import inputs
from ghapp.core.model.environment import Grant, Run
from ghapp.core.model.events import RunObserved
from ghapp.core.model.run_jobs import RunJob
from ghapp.ports import Retryable
from tests.adapters.github.calls import API, GRAPHQL, MINT, NOON, ORDER, REPO, REPOSITORY, TERMS, Bench, bench

DISPATCH = f"{REPO}/actions/workflows/deploy.yml/dispatches"
LIST = f"{REPO}/actions/workflows/deploy.yml/runs?per_page=100"
RUN = Run(900, "https://github.test/acme/app/actions/runs/900")
JOBS = f"{REPO}/actions/runs/900/attempts/1/jobs?per_page=100"
STARTED = {"workflow_run_id": RUN.id, "run_url": "https://api/x", "html_url": RUN.url}
BOT = "ghapp[bot]"
WITHHELD = "Resource not accessible by integration"
UNKNOWN_FIELD = 'Invalid request.\n\n"return_run_details" is not a permitted key.'


@pytest.fixture
async def on() -> AsyncIterator[Bench]:
    async with bench() as made:
        made.minted()
        yield made


@pytest.fixture
def branch(on: Bench) -> None:
    on.answers({"defaultBranchRef": {"name": "trunk"}})


def saw(sight: Any, run: Run | None = None, detail: str = "") -> RunObserved:
    return RunObserved(environment="production", number=12, status=sight, run=run, detail=detail)


def listed(number: int, title: str, *, by: str = BOT, seconds: int = 1, **more: Any) -> dict[str, Any]:
    """A run in a list, created `seconds` after the intent."""
    made = (NOON + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
    actor = {"login": by, "id": 4711 if by == BOT else 1, "type": "Bot" if by == BOT else "User"}
    kept = {"id": number, "html_url": url(number), "created_at": made, "display_title": title, "actor": actor}
    kept |= {"event": "workflow_dispatch", "path": ".github/workflows/deploy.yml", "head_branch": "trunk"}
    return {"status": "in_progress", "conclusion": None, "head_sha": "f" * 40, **kept, **more}


def job(name: str, conclusion: str | None, *steps: str) -> dict[str, Any]:
    """A job of a run; the last of its steps has the job's conclusion."""
    shown = [{"name": step, "conclusion": conclusion if step == steps[-1] else "success"} for step in steps]
    return {"name": name, "conclusion": conclusion, "steps": shown}


def blob(text: str) -> dict[str, Any]:
    """A file of a commit."""
    kept = {"__typename": "Blob", "oid": "b" * 40, "byteSize": len(text), "isBinary": False, "isTruncated": False}
    return {"mode": 0o100644, "object": {**kept, "text": text}}


def url(number: int) -> str:
    return f"https://github.test/acme/app/actions/runs/{number}"


def running(number: int) -> RunObserved:
    return saw("running", Run(number, url(number)))


async def start(on: Bench, grant: Grant = ORDER) -> RunObserved:
    return await on.github.runner.start(REPOSITORY, grant)


async def look(on: Bench, run: Run | None = None, grant: Grant = ORDER) -> RunObserved:
    return await on.github.runner.look(REPOSITORY, grant, run, since=NOON)


@pytest.mark.usefixtures("branch")
async def test_a_start_names_its_run(on: Bench) -> None:
    """The dispatch is on the default branch, with the config's inputs only."""
    on.web.post(DISPATCH, payload=STARTED)
    assert await start(on) == saw("queued", RUN)
    assert on.sent("POST", "/dispatches") == [
        {
            "ref": "trunk",
            "inputs": {"sha": "a" * 40, "environment": "production", "ghapp": "12:0123456789abcdef"},
            "return_run_details": True,
        }
    ]


async def test_the_default_branch_is_kept_some_minutes(on: Bench) -> None:
    """For five minutes; a refusal clears it, since the branch may have been renamed."""
    on.answers({"defaultBranchRef": {"name": "main"}})
    on.answers({"defaultBranchRef": {"name": "trunk"}})
    on.answers({"defaultBranchRef": {"name": "stem"}})
    on.web.post(DISPATCH, payload=STARTED)
    on.web.post(DISPATCH, status=422, payload={"message": "No ref found for: main"})
    on.web.post(DISPATCH, payload=STARTED, repeat=True)
    assert [(await start(on)).status for _ in range(4)] == ["queued", "refused", "queued", "queued"]
    on.clock.pass_by(minutes=5)
    await start(on)
    assert [body["ref"] for body in on.sent("POST", "/dispatches")] == ["main", "main", "trunk", "trunk", "stem"]


def test_placeholders_are_filled_in_one_pass() -> None:
    """Placeholders in a value are not filled, and unknown ones stay."""
    config = replace(TERMS, inputs={"all": "{environment}/{number} {pr} {actor} {ticket}{sha}", "odd": "{{sha}} {x} {"})
    grant = replace(ORDER, actor="{sha}", config=config)
    assert inputs(grant) == {
        "all": f"production/12 41 {{sha}} 12:0123456789abcdef{'a' * 40}",
        "odd": f"{{{'a' * 40}}} {{x}} {{",
    }


@pytest.mark.usefixtures("branch")
@pytest.mark.parametrize("status", [400, 422])
async def test_an_older_server_is_asked_without_the_field(on: Bench, status: int) -> None:
    """Its answer names no run, so the run is looked for."""
    on.web.post(DISPATCH, status=status, payload={"message": UNKNOWN_FIELD})
    on.web.post(DISPATCH, status=204)
    seen = await start(on)
    assert (seen.status, seen.run) == ("unknown", None)
    first, second = on.sent("POST", "/dispatches")
    assert first == second | {"return_run_details": True}
    assert "return_run_details" not in second


@pytest.mark.usefixtures("branch")
async def test_the_field_is_left_out_only_once(on: Bench) -> None:
    """A second refusal is final."""
    on.web.post(DISPATCH, status=422, payload={"message": UNKNOWN_FIELD}, repeat=True)
    assert (await start(on)).status == "refused"
    assert len(on.calls("POST", "/dispatches")) == 2


@pytest.mark.usefixtures("branch")
@pytest.mark.parametrize(
    ("status", "message", "kept"),
    [
        (404, "Not Found", "dispatch.no_workflow"),
        (404, "Somewhere else", "Somewhere else"),
        (422, "Workflow does not have 'workflow_dispatch' trigger", "dispatch.no_trigger"),
        (422, 'Unexpected inputs provided: ["sha", "ghapp"]', "dispatch.unknown_input sha, ghapp"),
        (422, f'Unexpected inputs provided: ["sha", "{"x" * 300}"]', "dispatch.unknown_input sha"),
        (422, "Required input 'region' not provided", "dispatch.missing_input region"),
        (
            422,
            "Provided value '' for input 'debug' not in the list of allowed values",
            "dispatch.input_value debug",
        ),
        (
            422,
            "Invalid Argument - failed to parse workflow: (Line: 65, Col: 26): Unexpected symbol: '??'.",
            "dispatch.unreadable (Line: 65, Col: 26): Unexpected symbol: '??'.",
        ),
        (403, "Cannot trigger a 'workflow_dispatch' on a disabled workflow", "dispatch.disabled_workflow"),
        (422, "Actions has been disabled for this user.", "dispatch.disabled_actions"),
        (422, "Event 'workflow_dispatch' is not allowed here", "dispatch.not_allowed"),
        (403, "Resource not accessible by integration", "dispatch.no_permission"),
        (422, "No ref found for: trunk", "No ref found for: trunk"),
        (409, "", "GitHub answered 409: "),
    ],
)
async def test_a_refusal_is_kept_as_a_code_or_in_githubs_words(on: Bench, status: int, message: str, kept: str) -> None:
    """No run was made, and an unknown reason is not guessed."""
    on.web.post(DISPATCH, status=status, payload={"message": message})
    assert await start(on) == saw("refused", detail=kept)
    assert len(on.calls("POST", "/dispatches")) == 1


@pytest.mark.usefixtures("branch")
@pytest.mark.parametrize("status", [429, 403])
async def test_a_limit_makes_no_run(on: Bench, status: int) -> None:
    """GitHub rejects the dispatch before it is carried out."""
    on.web.post(DISPATCH, status=status, headers={"Retry-After": "30"}, payload={"message": "secondary rate limit"})
    assert await start(on) == saw("refused", detail=f"GitHub answered {status}: secondary rate limit")


@pytest.mark.usefixtures("branch")
@pytest.mark.parametrize("status", [500, 502, 503])
async def test_an_error_status_may_have_made_a_run(on: Bench, status: int) -> None:
    """The status is kept, and the dispatch is never sent again here."""
    on.web.post(DISPATCH, status=status, payload={"message": "Server Error"})
    assert await start(on) == saw("error", detail=f"GitHub answered {status}: Server Error")
    assert len(on.calls("POST", "/dispatches")) == 1


@pytest.mark.usefixtures("branch")
@pytest.mark.parametrize(
    "answer",
    [
        {"exception": TimeoutError()},
        {"exception": aiohttp.ServerDisconnectedError()},
        {"body": "<html>"},
        {"payload": {"html_url": "x"}},
        {"status": 204},
    ],
)
async def test_a_dispatch_without_an_answer_is_unknown(on: Bench, answer: dict[str, Any]) -> None:
    """So is a dispatch whose answer names no run."""
    on.web.post(DISPATCH, **answer)
    assert (await start(on)).status == "unknown"
    assert len(on.calls("POST", "/dispatches")) == 1


@pytest.mark.usefixtures("branch")
async def test_a_connection_never_made_made_no_run(on: Bench) -> None:
    """The dispatch was certainly not sent."""
    key = ConnectionKey("api.github.test", 443, True, True, None, None, None)
    on.web.post(DISPATCH, exception=aiohttp.ClientConnectorError(key, OSError(111, "refused")))
    assert (await start(on)).status == "refused"


@pytest.mark.parametrize("answer", [{"status": 502}, {"exception": TimeoutError()}, {"status": 403}])
async def test_a_failure_before_the_dispatch_made_no_run(on: Bench, answer: dict[str, Any]) -> None:
    """Here the read of the default branch fails."""
    on.web.post(GRAPHQL, **answer)
    assert (await start(on)).status == "refused"
    assert not on.calls("POST", "/dispatches")


@pytest.mark.parametrize("status", [404, 500])
async def test_without_a_token_no_run_is_made(status: int) -> None:
    """Here an earlier token has just come too near its end."""
    async with bench() as on:
        on.minted(lasts=6)
        on.answers({"defaultBranchRef": {"name": "main"}})
        on.web.post(DISPATCH, payload=STARTED)
        assert (await start(on)).status == "queued"
        on.clock.pass_by(minutes=2)
        on.web.post(MINT, status=status, payload={"message": "no"})
        assert await start(on) == saw("refused", detail=f"no token: GitHub answered {status}: no")
        assert len(on.calls("POST", "/dispatches")) == 1


async def test_an_empty_repository_has_nothing_to_dispatch(on: Bench) -> None:
    """An empty repository has no branch."""
    on.answers({"defaultBranchRef": None})
    assert (await start(on)).status == "refused"


@pytest.mark.parametrize(
    ("status", "conclusion", "sight", "detail"),
    [
        ("queued", None, "queued", ""),
        ("requested", None, "queued", ""),
        ("waiting", None, "waiting", ""),
        ("pending", None, "queued", ""),
        ("in_progress", None, "running", ""),
        ("completed", "success", "succeeded", ""),
        ("completed", "cancelled", "cancelled", ""),
        ("completed", "failure", "failed", ""),
        ("completed", "timed_out", "failed", "timed_out"),
        ("completed", "startup_failure", "failed", "startup_failure"),
        ("completed", "action_required", "failed", "action_required"),
        ("completed", "skipped", "failed", "skipped"),
        ("completed", "neutral", "failed", "neutral"),
        ("completed", "stale", "failed", "stale"),
        ("completed", "something new", "failed", "something new"),
        ("something new", None, "running", ""),
    ],
)
async def test_a_known_run(on: Bench, status: str, conclusion: str | None, sight: str, detail: str) -> None:
    """Only `success` is success. The jobs of a completed run are read with it."""
    found = listed(900, "whatever", status=status, conclusion=conclusion)
    on.web.get(f"{REPO}/actions/runs/900", payload=found)
    on.web.get(JOBS, payload={"jobs": [job("release", "success")]})
    ended = (RunJob(name="release", ended="success", began=True),) if status == "completed" else None
    assert await look(on, RUN) == replace(saw(sight, RUN, detail), jobs=ended)


@pytest.mark.parametrize(
    ("jobs", "read"),
    [
        ([job("build", "failure", "Run make"), job("deploy", "skipped")], [("build", True), ("deploy", False)]),
        ([job("build", "cancelled", "Run make"), job("deploy", "cancelled")], [("build", True), ("deploy", False)]),
        ([job("build", "timed_out"), job("deploy", None)], [("build", True), ("deploy", False)]),
        ([job("build", "success", "Run make"), job("deploy", "failure")], [("build", True), ("deploy", False)]),
        ([job("build", "failure") | {"runner_id": 21}], [("build", True)]),
        ([job("deploy (tokyo)", "success"), job("deploy / notify", "neutral")], None),
    ],
)
async def test_the_jobs_of_a_failed_run_that_deploy(
    on: Bench, jobs: list[dict[str, Any]], read: list[tuple[str, bool]] | None
) -> None:
    """The workflow file at the run's own commit shows them. A job that no runner took up has no steps."""
    on.web.get(f"{REPO}/actions/runs/900", payload=listed(900, "whatever", status="completed", conclusion="failure"))
    on.web.get(JOBS, payload={"jobs": jobs})
    on.answers({"object": {"file": blob("jobs: {build: {}, deploy: {environment: Production}}")}})
    found = (await look(on, RUN)).jobs
    assert found
    assert [job.deploys for job in found] == [job.name.startswith("deploy") for job in found]
    if read:
        assert [(job.name, job.began) for job in found] == read
    asked = json.loads(on.calls("POST", "graphql")[-1]["data"])["variables"]
    assert (asked["sha"], asked["path"]) == (listed(900, "")["head_sha"], ".github/workflows/deploy.yml")


@pytest.mark.parametrize("answer", [{"status": 403}, {"status": 404}, {"status": 502}, {"payload": {"jobs": []}}])
async def test_a_run_whose_jobs_cannot_be_read_has_ended(on: Bench, answer: dict[str, Any]) -> None:
    """The jobs are read again later, for a limited time. A green run without jobs does not count as read."""
    on.web.get(f"{REPO}/actions/runs/900", payload=listed(900, "whatever", status="completed", conclusion="success"))
    on.web.get(JOBS, **answer)
    found = await look(on, RUN)
    assert (found.status, found.jobs) == ("succeeded", None)
    assert found.unread


@pytest.mark.parametrize("status", [404, 410])
async def test_a_known_run_that_is_gone(on: Bench, status: int) -> None:
    """The status is `missing`; no fault is raised."""
    on.web.get(f"{REPO}/actions/runs/900", status=status, payload={"message": "Not Found"})
    assert await look(on, RUN) == saw("missing", RUN, "Not Found")


@pytest.mark.parametrize("run", [RUN, None])
@pytest.mark.parametrize(
    "answer", [{"status": 429}, {"status": 500}, {"exception": TimeoutError()}, {"body": "<html>"}]
)
async def test_a_failed_look_is_retried(on: Bench, run: Run | None, answer: dict[str, Any]) -> None:
    on.web.get(f"{REPO}/actions/runs/900" if run else LIST, **answer)
    with pytest.raises(Retryable):
        await look(on, run)


@pytest.mark.parametrize("run", [RUN, None])
async def test_a_look_without_permission_is_denied(on: Bench, run: Run | None) -> None:
    """The state does not pass by itself, so a person may have to decide."""
    on.web.get(f"{REPO}/actions/runs/900" if run else LIST, status=403, payload={"message": WITHHELD})
    assert await look(on, run) == saw("denied", run, WITHHELD)


async def test_without_a_token_no_run_counts_as_missing() -> None:
    """The mint's 404 is not the run's."""
    async with bench() as on:
        on.web.post(MINT, status=404, payload={"message": "Not Found"})
        with pytest.raises(Retryable, match="no token"):
            await look(on, RUN)


def known(on: Bench) -> None:
    """GitHub returns the account that our App acts as."""
    on.web.get(f"{API}/app", payload={"slug": "ghapp"})
    on.web.get(f"{API}/users/ghapp%5Bbot%5D", payload={"login": BOT, "id": 4711})


def only(number: int) -> RunObserved:
    """Found as the only candidate, without a ticket."""
    return replace(running(number), unnamed=True)


@pytest.mark.parametrize("title", ["12:0123456789abcdef", "Deploy (12:0123456789abcdef)"])
async def test_a_run_is_found_by_its_ticket(on: Bench, title: str) -> None:
    """Among other runs that our App dispatched, such as those for other environments."""
    runs = [listed(903, "128:0123456789abcde0"), listed(902, title), listed(901, "production-12")]
    on.web.get(LIST, payload={"workflow_runs": runs})
    known(on)
    assert await look(on) == running(902)


@pytest.mark.parametrize("title", ["12:0123456789abcdef", "production-12", "Deploy"])
@pytest.mark.parametrize(
    "more",
    [
        {"by": "mona"},
        {"by": "release[bot]"},
        {"by": "ghapp"},
        {"head_branch": "mona/41"},
        {"event": "push"},
        {"path": ".github/workflows/test.yml"},
        {"seconds": -61},
        {"actor": None},
    ],
)
async def test_a_run_that_our_app_did_not_dispatch_is_never_ours(on: Bench, title: str, more: dict[str, Any]) -> None:
    """The run is by another account, of another branch, event or file, or from before the intent, under any name."""
    on.web.get(LIST, payload={"workflow_runs": [listed(900, title, **more)]})
    known(on)
    assert await look(on) == saw("missing")


@pytest.mark.parametrize("title", ["12:0123456789abcdef", "11:fedcba9876543210", "production-12"])
async def test_another_accounts_run_does_not_hide_ours(on: Bench, title: str) -> None:
    """Another account's run is no second candidate, under any name."""
    runs = [listed(902, title, by="mona"), listed(901, "Deploy"), listed(900, title, head_branch="mona/41")]
    on.web.get(LIST, payload={"workflow_runs": runs})
    known(on)
    assert await look(on) == only(901)


async def test_a_workflow_that_shows_tickets_shows_ours(on: Bench) -> None:
    """A run of our bot that shows another ticket is not ours, even if it is the only candidate."""
    on.web.get(LIST, payload={"workflow_runs": [listed(901, "11:fedcba9876543210"), listed(900, "Deploy")]})
    known(on)
    assert await look(on) == saw("missing")


async def test_without_tickets_our_bots_only_run_counts(on: Bench) -> None:
    """Runs by people and from before the intent are no candidates; a name like a number is no ticket."""
    runs = [listed(902, "Deploy", by="mona"), listed(901, "production-7"), listed(900, "Deploy", seconds=-30)]
    on.web.get(LIST, payload={"workflow_runs": runs})
    known(on)
    assert await look(on) == only(901)


async def test_a_run_made_in_the_second_of_the_intent_counts(on: Bench) -> None:
    """GitHub's times are whole seconds."""
    on.web.get(LIST, payload={"workflow_runs": [listed(900, "Deploy", seconds=0)]})
    known(on)
    seen = await on.github.runner.look(REPOSITORY, ORDER, None, since=NOON + timedelta(milliseconds=900))
    assert seen == only(900)


@pytest.mark.parametrize(
    ("title", "why"),
    [
        ("Deploy", "dispatch.no_ticket"),
        ("production-12", "dispatch.no_ticket"),
        ("12:0123456789abcdef", "dispatch.several"),
    ],
)
async def test_two_candidates_are_ambiguous(on: Bench, title: str, why: str) -> None:
    """Both are named, for a person to look at."""
    on.web.get(LIST, payload={"workflow_runs": [listed(901, title), listed(900, title)]})
    known(on)
    assert await look(on) == saw("ambiguous", detail=f"{why} {url(901)} {url(900)}")


async def test_a_failed_read_of_our_account_is_retried(on: Bench) -> None:
    """Without our account's id no run is known to be ours."""
    on.web.get(LIST, payload={"workflow_runs": [listed(900, "12:0123456789abcdef")]})
    on.web.get(f"{API}/app", payload={"slug": "ghapp"})
    on.web.get(f"{API}/users/ghapp%5Bbot%5D", status=404, payload={"message": "Not Found"})
    with pytest.raises(Retryable, match="account"):
        await look(on)


async def test_no_run_at_all(on: Bench) -> None:
    """Our account is not asked for."""
    on.web.get(LIST, payload={"workflow_runs": []})
    assert await look(on) == saw("missing")


async def test_a_workflow_that_is_gone_has_no_run(on: Bench) -> None:
    on.web.get(LIST, status=404, payload={"message": "Not Found"})
    assert await look(on) == saw("missing", detail="Not Found")


async def test_no_page_of_older_runs_is_read(on: Bench) -> None:
    """GitHub lists the newest first. A run that a push started is never ours."""
    link = {"Link": f'<{REPO}/actions/runs?page=2>; rel="next"'}
    runs = [listed(902, "12:0123456789abcdef", event="push"), listed(901, "12:0123456789abcdef", seconds=-61)]
    on.web.get(LIST, payload={"workflow_runs": runs}, headers=link)
    assert await look(on) == saw("missing")


async def test_every_page_of_runs_is_read(on: Bench) -> None:
    """Ours may be on the last."""
    link = {"Link": f'<{REPO}/actions/runs?page=2>; rel="next"'}
    on.web.get(LIST, payload={"workflow_runs": [listed(901, "13:0123456789abcdef")]}, headers=link)
    on.web.get(f"{REPO}/actions/runs?page=2", payload={"workflow_runs": [listed(900, "12:0123456789abcdef")]})
    known(on)
    assert await look(on) == running(900)


@pytest.mark.parametrize(("force", "path"), [(False, "cancel"), (True, "force-cancel")])
@pytest.mark.parametrize(("status", "acted"), [(202, True), (409, False), (404, False)])
async def test_a_run_is_cancelled(on: Bench, status: int, acted: bool, force: bool, path: str) -> None:
    """The answer is False if the run has ended already or is gone."""
    on.web.post(f"{REPO}/actions/runs/{RUN.id}/{path}", status=status, payload={})
    assert await on.github.runner.cancel(REPOSITORY, RUN, force=force) is acted


@pytest.mark.parametrize("status", [403, 422, 500, 502])
async def test_a_cancellation_that_fails_is_retried(on: Bench, status: int) -> None:
    """A missing permission is retried too, since the run may go on."""
    on.web.post(f"{REPO}/actions/runs/{RUN.id}/cancel", status=status, payload={"message": "no"})
    with pytest.raises(Retryable):
        await on.github.runner.cancel(REPOSITORY, RUN, force=False)
