"""Files, comparisons and commit statuses."""

from ghapp.demo.github.git import Unrelated
from ghapp.demo.github.pulls import Unprocessable
from ghapp.demo.github.rest.call import DOCS, Answer, Call, Refused, Route, invalid, or_404
from ghapp.demo.github.shapes import conversation, events, repositories
from ghapp.demo.github.state import Status

STATES = ("error", "failure", "pending", "success")


def contents(call: Call) -> Answer:
    place, path = call.repository, call.params["path"]
    ref = call.query.get("ref", place.default_branch)
    commit = place.find(ref)
    if commit is None:
        raise Refused(404, f"No commit found for the ref {ref}")
    text = or_404(commit.files.get(path))
    if "raw" in call.headers.get("Accept", ""):
        return Answer(200, text)
    return Answer(200, repositories.file(place, path, text, ref))


def compare(call: Call) -> Answer:
    base, _, head = call.params["basehead"].partition("...")
    try:
        compared = call.repository.compare(base, head)
    except KeyError:
        raise Refused(404, "Not Found") from None
    except Unrelated:
        raise Refused(404, f"No common ancestor between {base} and {head}.") from None
    page, per_page = call.number("page", 1), call.number("per_page", 250, most=250)
    return Answer(200, repositories.comparison(call.repository, compared, page=page, per_page=per_page))


def branch(call: Call) -> Answer:
    """The branch. A renamed one redirects to its new name as long as its old name is free."""
    place, name = call.repository, call.params["branch"]
    if name in place.git.branches:
        return Answer(200, repositories.branch(place, name))
    if (now := place.renamed(name)) is None:
        raise Refused(404, "Branch not found")
    location = f"{call.site.url}/repositories/{place.id}/branches/{now}"
    body = {"message": "Moved Permanently", "url": location, "documentation_url": DOCS}
    return Answer(301, body, {"Location": location})


def activity(call: Call) -> Answer:
    """Newest first."""
    place, ref = call.repository, call.query.get("ref", "")
    branch = ref.removeprefix("refs/heads/")
    kept = [push for push in reversed(place.pushes) if not ref or push.branch == branch]
    return Answer(200, [repositories.push(place, push) for push in kept[: call.number("per_page", 30, most=100)]])


def rules(call: Call) -> Answer:
    """Rules of rulesets alone, without those of classic branch protection."""
    place, branch = call.repository, call.params["branch"]
    if place.rules_hidden:
        raise Refused(*place.rules_hidden)
    kept = [one for one in place.rules if one.branch == branch and not one.classic]
    shown, links = call.page(repositories.rules(place, kept))
    return Answer(200, shown, links)


def set_status(call: Call) -> Answer:
    place, sha, body = call.repository, call.params["sha"], call.body
    if sha not in place.git.commits:
        raise Refused(422, f"No commit found for SHA: {sha}")
    if body.get("state") not in STATES:
        raise invalid("Status", "state", "state is not included in the list")
    status = Status(
        id=call.site.next_id(),
        sha=sha,
        context=body.get("context") or "default",
        state=body["state"],
        description=body.get("description"),
        target_url=body.get("target_url"),
        creator=call.site.app.login,
        at=place.now(),
    )
    try:
        place.add_status(status)
    except Unprocessable as problem:
        raise invalid("Status", "description", str(problem)) from None
    call.site.spawn(call.site.send("status", events.status_set(place, status)))
    return Answer(201, conversation.status(place, status))


def statuses(call: Call) -> Answer:
    place = call.repository
    commit = or_404(place.find(call.params["ref"]))
    kept = [status for (sha, _), found in place.statuses.items() if sha == commit.sha for status in found]
    newest = sorted(kept, key=lambda status: status.id, reverse=True)
    shown, links = call.page(newest)
    return Answer(200, [conversation.status(place, status) for status in shown], links)


ROUTES = (
    Route("GET", "/repos/{owner}/{repo}/contents/{path}", ("contents: read",), contents),
    Route("GET", "/repos/{owner}/{repo}/compare/{basehead}", ("contents: read",), compare),
    Route("GET", "/repos/{owner}/{repo}/branches/{branch}", ("contents: read",), branch),
    Route("GET", "/repos/{owner}/{repo}/rules/branches/{branch}", ("metadata: read",), rules),
    Route("GET", "/repos/{owner}/{repo}/activity", ("contents: read",), activity),
    Route("POST", "/repos/{owner}/{repo}/statuses/{sha}", ("statuses: write",), set_status),
    Route("GET", "/repos/{owner}/{repo}/commits/{ref}/statuses", ("statuses: read",), statuses),
)
