"""Check runs that the App makes."""

from ghapp.demo.github.content import Code
from ghapp.demo.github.shapes import accounts
from ghapp.demo.github.shapes.words import Json, instant, node_id, number_for
from ghapp.demo.github.state import Report


def report(code: Code, one: Report) -> Json:
    """A check run."""
    api = f"{code.site.url}/repos/{code.full_name}/check-runs/{one.id}"
    page = f"{code.site.web_url}/{code.full_name}/runs/{one.id}"
    return {
        "id": one.id,
        "head_sha": one.sha,
        "node_id": node_id("CheckRun", one.id),
        "external_id": one.external_id,
        "url": api,
        "html_url": page,
        "details_url": one.details_url or page,
        "status": one.status,
        "conclusion": one.conclusion,
        "started_at": instant(one.at),
        "completed_at": instant(one.completed_at) if one.completed_at else None,
        "output": {
            "title": one.title,
            "summary": one.summary,
            "text": None,
            "annotations_count": len(one.annotations),
            "annotations_url": f"{api}/annotations",
        },
        "name": one.name,
        "check_suite": {"id": number_for(one.sha)},
        "app": accounts.app(code.site),
        "pull_requests": [],
    }
