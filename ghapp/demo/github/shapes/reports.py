"""The App's check runs."""

from ghapp.demo.github.content import Code
from ghapp.demo.github.shapes import accounts, repositories
from ghapp.demo.github.shapes.words import Json, instant, node_id, number_for
from ghapp.demo.github.state import Report

SUITE_EVENTS = ("check_run", "check_suite")  # GitHub's description of a suite lists fewer events than exist


def suite(code: Code, sha: str) -> Json:
    """The suite of the App's check runs on a commit, to be run again."""
    number, commit = number_for(sha), code.git.commits[sha]
    api = f"{repositories.api(code)}/check-suites/{number}"
    branch = next((name for name, tip in code.git.branches.items() if tip == sha), None)
    return {
        "id": number,
        "node_id": node_id("CheckSuite", number),
        "head_branch": branch,
        "head_sha": sha,
        "status": "queued",
        "conclusion": None,
        "url": api,
        "before": commit.parents[0] if commit.parents else None,
        "after": sha,
        "pull_requests": [],
        "app": accounts.app(code.site) | {"events": list(SUITE_EVENTS)},
        "created_at": instant(commit.at),
        "updated_at": instant(code.now()),
        "rerequestable": True,
        "runs_rerequestable": True,
        "latest_check_runs_count": len({one.name for one in code.reports.values() if one.sha == sha}),
        "check_runs_url": f"{api}/check-runs",
        "head_commit": repositories.simple_commit(code, commit),
    }


def report(code: Code, one: Report) -> Json:
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
