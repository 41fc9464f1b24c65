"""Check runs of the App."""

from collections.abc import Mapping
from typing import Any

from ghapp.demo.github.rest.call import Answer, Call, Refused, Route, invalid, or_404
from ghapp.demo.github.shapes import reports as shapes
from ghapp.demo.github.state import Report

MOST_ANNOTATIONS = 50


def create(call: Call) -> Answer:
    place, body = call.repository, call.body
    if body.get("head_sha") not in place.git.commits:
        raise Refused(422, f"No commit found for SHA: {body.get('head_sha')}")
    output: Mapping[str, Any] = body.get("output") or {}
    one = Report(
        id=call.site.next_id(),
        sha=body["head_sha"],
        name=body["name"],
        external_id=body.get("external_id", ""),
        conclusion=body["conclusion"],
        title=output["title"],
        summary=output["summary"],
        annotations=_annotations(output),
        at=place.now(),
    )
    place.reports[one.id] = one
    call.site.changed.bump()
    return Answer(201, shapes.report(place, one))


def update(call: Call) -> Answer:
    """Annotations are added to those that are there."""
    one = or_404(call.repository.reports.get(int(call.params["check_run_id"])))
    output: Mapping[str, Any] = call.body.get("output") or {}
    one.annotations += _annotations(output)
    one.title, one.summary = output.get("title", one.title), output.get("summary", one.summary)
    call.site.changed.bump()
    return Answer(200, shapes.report(call.repository, one))


def listed(call: Call) -> Answer:
    place = call.repository
    commit = or_404(place.find(call.params["ref"]))
    wanted = call.query.get("check_name")
    kept = [one for one in place.reports.values() if one.sha == commit.sha and wanted in (None, one.name)]
    shown, links = call.page(kept[::-1])
    found = [shapes.report(place, one) for one in shown]
    return Answer(200, {"total_count": len(kept), "check_runs": found}, links)


def _annotations(output: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    given = output.get("annotations", [])
    if len(given) > MOST_ANNOTATIONS:
        raise invalid("CheckRun", "annotations", f"No more than {MOST_ANNOTATIONS} items are allowed")
    return list(given)


RUNS = "/repos/{owner}/{repo}/check-runs"
ROUTES = (
    Route("POST", RUNS, ("checks: write",), create),
    Route("PATCH", RUNS + "/{check_run_id}", ("checks: write",), update),
    Route("GET", "/repos/{owner}/{repo}/commits/{ref}/check-runs", ("checks: read",), listed),
)
