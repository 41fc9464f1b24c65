"""Check runs of the App."""

from collections.abc import Mapping
from typing import Any

from ghapp.demo.github.repository import Repository
from ghapp.demo.github.rest.call import Answer, Call, Refused, Route, invalid, or_404
from ghapp.demo.github.shapes import events
from ghapp.demo.github.shapes import reports as shapes
from ghapp.demo.github.state import Report

MOST_ANNOTATIONS = 50
MOST_ACTIONS = 3


def create(call: Call) -> Answer:
    place, body = call.repository, call.body
    if body.get("head_sha") not in place.git.commits:
        raise Refused(422, f"No commit found for SHA: {body.get('head_sha')}")
    one = Report(id=call.site.next_id(), sha=body["head_sha"], name=body["name"], at=place.now())
    _say(place, one, body)
    place.reports[one.id] = one
    _tell(call, one, "created")
    if one.status == "completed":
        _tell(call, one, "completed")
    return Answer(201, shapes.report(place, one))


def update(call: Call) -> Answer:
    """Members that are not sent stay. Annotations are added to the existing ones.

    A completed check run does not begin again: GitHub answers 200 and changes nothing.
    """
    one = or_404(call.repository.reports.get(int(call.params["check_run_id"])))
    before = one.status, one.conclusion
    again = "conclusion" not in call.body and call.body.get("status", "completed") != "completed"
    if one.status == "completed" and again:
        return Answer(200, shapes.report(call.repository, one))
    _say(call.repository, one, call.body)
    if one.status == "completed" and before != (one.status, one.conclusion):
        _tell(call, one, "completed")
    return Answer(200, shapes.report(call.repository, one))


def listed(call: Call) -> Answer:
    """Newest first; `filter=latest`, the default, shows one of each name."""
    place = call.repository
    commit = or_404(place.find(call.params["ref"]))
    wanted = call.query.get("check_name")
    ours = call.query.get("app_id") in (None, str(call.site.app.id))
    kept = [one for one in place.reports.values() if one.sha == commit.sha and wanted in (None, one.name) and ours]
    if call.query.get("filter", "latest") == "latest":
        kept = list({one.name: one for one in kept}.values())
    shown, links = call.page(kept[::-1])
    found = [shapes.report(place, one) for one in shown]
    return Answer(200, {"total_count": len(kept), "check_runs": found}, links)


def _say(place: Repository, one: Report, body: Mapping[str, Any]) -> None:
    """Applies a body to a check run. A conclusion completes it."""
    output: Mapping[str, Any] = body.get("output") or {}
    one.annotations += _annotations(output)
    one.title, one.summary = output.get("title", one.title), output.get("summary", one.summary)
    for name in ("name", "external_id", "details_url", "status", "conclusion"):
        setattr(one, name, body.get(name, getattr(one, name)))
    one.actions = _actions(body.get("actions", one.actions))
    one.status = "completed" if body.get("conclusion") else one.status
    if one.status != "completed":
        one.conclusion = None
    elif one.conclusion is None:
        raise invalid("CheckRun", "conclusion", "is missing")
    one.completed_at = (one.completed_at or place.now()) if one.status == "completed" else None
    place.site.changed.bump()


def _tell(call: Call, one: Report, action: str) -> None:
    told = events.reported(call.repository, one, action, by=call.site.app.login)
    call.site.spawn(call.site.send("check_run", told))


def _annotations(output: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    given = output.get("annotations", [])
    if len(given) > MOST_ANNOTATIONS:
        raise invalid("CheckRun", "annotations", f"No more than {MOST_ANNOTATIONS} items are allowed")
    return list(given)


def _actions(given: list[Mapping[str, str]]) -> list[Mapping[str, str]]:
    long = any(len(one["label"]) > 20 or len(one["description"]) > 40 or len(one["identifier"]) > 20 for one in given)
    if len(given) > MOST_ACTIONS or long:
        raise invalid("CheckRun", "actions", "There are too many, or one says too much")
    return list(given)


RUNS = "/repos/{owner}/{repo}/check-runs"
ROUTES = (
    Route("POST", RUNS, ("checks: write",), create),
    Route("PATCH", RUNS + "/{check_run_id}", ("checks: write",), update),
    Route("GET", "/repos/{owner}/{repo}/commits/{ref}/check-runs", ("checks: read",), listed),
)
