"""Starting, finding and cancelling workflow runs."""

from collections.abc import Callable
from datetime import UTC, datetime

from ghapp.demo.github.rest.call import Answer, Call, Refused, Route, invalid, or_404
from ghapp.demo.github.runs import NotFound
from ghapp.demo.github.shapes import actions, repositories
from ghapp.demo.github.state import Run
from ghapp.demo.github.workflows import Unstartable

LONGEST_COMMENT = 1024
FILTERS: dict[str, Callable[[Run], str]] = {
    "event": lambda run: run.event,
    "branch": lambda run: run.branch,
    "status": lambda run: run.conclusion or run.status,
    "head_sha": lambda run: run.head_sha,
    "actor": lambda run: run.actor,
}


def dispatch(call: Call) -> Answer:
    place, ref = call.repository, call.body.get("ref")
    if not isinstance(ref, str):
        raise Refused(422, 'Invalid request.\n\n"ref" wasn\'t supplied.')
    if ref.removeprefix("refs/heads/") not in place.git.branches:
        raise Refused(422, f"No ref found for: {ref}")
    try:
        run = place.add_run(_file(call), ref=ref, given=call.body.get("inputs") or {}, by=call.site.app.login)
    except NotFound:
        raise Refused(404, "Not Found") from None
    except Unstartable as problem:
        raise Refused(422, str(problem)) from None
    place.announce_later(run)
    return Answer(200, actions.started(place, run)) if call.body.get("return_run_details") else Answer(204)


def run(call: Call) -> Answer:
    return Answer(200, actions.run(call.repository, _run(call)))


def attempt(call: Call) -> Answer:
    run, number = _run(call), int(call.params["attempt_number"])
    or_404(1 <= number <= run.attempt or None)
    return Answer(200, actions.attempt(call.repository, run, number))


def jobs(call: Call) -> Answer:
    """Of the newest attempt, or of the one in the path."""
    run = _run(call)
    number = int(call.params.get("attempt_number", run.attempt))
    or_404(1 <= number <= run.attempt or None)
    kept = [run.jobs, *reversed(run.past)][run.attempt - number]
    shown, links = call.page(list(kept))
    listed = [actions.job(call.repository, run, one, number) for one in shown]
    return Answer(200, {"total_count": len(kept), "jobs": listed}, links)


def runs(call: Call) -> Answer:
    place, file = call.repository, _file(call)
    path = f".github/workflows/{file}"
    known = {run.workflow for run in place.runs.values()} | set(place.files())
    or_404(path if path in known else None)
    return _listed(call, [run for run in place.runs.values() if run.workflow == path])


def all_runs(call: Call) -> Answer:
    """Of all workflow files."""
    return _listed(call, list(call.repository.runs.values()))


def _listed(call: Call, found: list[Run]) -> Answer:
    kept = [run for run in found if _wanted(call, run)]
    shown, links = call.page(kept[::-1])
    body = {"total_count": len(kept), "workflow_runs": [actions.run(call.repository, run) for run in shown]}
    return Answer(200, body, links)


def cancel(call: Call) -> Answer:
    return _cancelled(call, force=False)


def force_cancel(call: Call) -> Answer:
    return _cancelled(call, force=True)


def review(call: Call) -> Answer:
    """Decides on a waiting job. Without a state the comment is required, and the job still waits."""
    run, body = _run(call), call.body
    state, comment = body.get("state", ""), body.get("comment", "")
    if state not in ("", "approved", "rejected") or not (state or comment) or len(comment) > LONGEST_COMMENT:
        raise invalid("DeploymentProtectionRule", "comment", "is required, and at most 1024 characters long")
    if not call.repository.say_at_gate(run, str(body.get("environment_name")), state, comment):
        raise invalid("DeploymentProtectionRule", "environment_name", "is not waiting")
    return Answer(204)


def _cancelled(call: Call, *, force: bool) -> Answer:
    if not call.repository.cancel(_run(call), force=force):
        raise Refused(409, "Cannot cancel a workflow run that is completed.")
    return Answer(202, {})


def _run(call: Call) -> Run:
    number = int(call.params["run_id"])
    return or_404(call.repository.runs.get(number) or _reported(call, number))


def _reported(call: Call, number: int) -> Run | None:
    """The run of a check that a test reported: a user started it, and no list has it."""
    place = call.repository
    check = next((one for one in place.checks if number and one.run == number), None)
    if check is None:
        return None
    began = check.began or place.now()
    return Run(
        id=number,
        number=1,
        workflow=check.workflow,
        name=check.name,
        display_title=check.name,
        event=check.event,
        branch=place.default_branch,
        head_sha=check.sha,
        inputs={},
        jobs=(),
        actor=next(iter(place.people)),
        created_at=began,
        began_at=began,
        updated_at=began,
        status="completed" if check.conclusion else "in_progress",
        conclusion=check.conclusion,
    )


def _file(call: Call) -> str:
    """The workflow's file name, given as name or id."""
    place, given = call.repository, call.params["workflow_id"]
    paths = {str(repositories.workflow_id(place, path)): path for path in place.files()}
    return paths.get(given, given).rsplit("/", 1)[-1]


def _wanted(call: Call, run: Run) -> bool:
    if call.repository.search_lags and call.query.keys() & {*FILTERS, "created"}:
        return False
    matches = all(call.query.get(name, read(run)) == read(run) for name, read in FILTERS.items())
    return matches and _created(call.query.get("created", "*..*"), run.created_at)


def _created(asked: str, at: datetime) -> bool:
    """GitHub's search syntax for dates: `>=T`, `<=T`, `>T`, `<T`, `T..T` with `*` for an open end."""
    for sign, holds in (
        (">=", datetime.__ge__),
        ("<=", datetime.__le__),
        (">", datetime.__gt__),
        ("<", datetime.__lt__),
    ):
        if asked.startswith(sign):
            return holds(at.replace(microsecond=0), _instant(asked.removeprefix(sign)))
    first, _, last = asked.partition("..")
    return (first == "*" or at >= _instant(first)) and (last in ("", "*") or at <= _instant(last))


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise Refused(422, f"'{text}' is not a recognized date/time format.") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


WORKFLOW, RUN = "/repos/{owner}/{repo}/actions/workflows/{workflow_id}", "/repos/{owner}/{repo}/actions/runs/{run_id}"
ROUTES = (
    Route("POST", f"{WORKFLOW}/dispatches", ("actions: write",), dispatch),
    Route("GET", f"{WORKFLOW}/runs", ("actions: read",), runs),
    Route("GET", "/repos/{owner}/{repo}/actions/runs", ("actions: read",), all_runs),
    Route("GET", RUN, ("actions: read",), run),
    Route("GET", f"{RUN}/attempts/{{attempt_number}}", ("actions: read",), attempt),
    Route("GET", f"{RUN}/jobs", ("actions: read",), jobs),
    Route("GET", f"{RUN}/attempts/{{attempt_number}}/jobs", ("actions: read",), jobs),
    Route("POST", f"{RUN}/deployment_protection_rule", ("deployments: write",), review),
    Route("POST", f"{RUN}/cancel", ("actions: write",), cancel),
    Route("POST", f"{RUN}/force-cancel", ("actions: write",), force_cancel),
)
