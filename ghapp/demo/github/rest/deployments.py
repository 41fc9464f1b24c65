"""GitHub's own record of deployments, and the environments."""

from ghapp.demo.github.descriptions import complaint
from ghapp.demo.github.rest.call import Answer, Call, Refused, Route, invalid, or_404
from ghapp.demo.github.shapes import deployments as shapes
from ghapp.demo.github.shapes.words import Json
from ghapp.demo.github.state import Deployment

STATES = ("error", "failure", "inactive", "in_progress", "queued", "pending", "success")


def listed(call: Call) -> Answer:
    place = call.repository
    asked = {name: call.query[name] for name in ("sha", "ref", "task", "environment") if name in call.query}
    kept = [one for one in place.deployments.values() if all(getattr(one, name) == asked[name] for name in asked)]
    shown, links = call.page(kept[::-1])
    return Answer(200, [shapes.deployment(place, one) for one in shown], links)


def create(call: Call) -> Answer:
    place, body = call.repository, call.body
    found = place.find(str(body.get("ref", "")))
    if found is None:
        raise Refused(422, f"No ref found for: {body.get('ref')}")
    if body.get("required_contexts") != []:
        raise Refused(409, "Conflict: Commit status checks failed for that ref.")
    if body.get("auto_merge", True):
        raise Refused(409, "Conflict merging the default branch into that ref.")
    one = Deployment(
        id=call.site.next_id(),
        sha=found.sha,
        ref=body["ref"],
        task=body.get("task", "deploy"),
        environment=body.get("environment", "production"),
        description=_taken("Deployment", body),
        payload=body.get("payload", {}),
        creator=call.site.app.login,
        at=place.now(),
    )
    return Answer(201, shapes.deployment(place, place.record(one)))


def say(call: Call) -> Answer:
    place, body = call.repository, call.body
    one = or_404(place.deployments.get(int(call.params["deployment_id"])))
    if body.get("state") not in STATES:
        raise invalid("DeploymentStatus", "state", "state is not included in the list")
    text = _taken("DeploymentStatus", body)
    one.states.append(body["state"])
    one.log_url = str(body.get("log_url") or one.log_url)
    call.site.changed.bump()
    urls = {name: str(body[name]) for name in ("log_url", "environment_url") if body.get(name)}
    return Answer(201, shapes.status(place, one, call.site.next_id(), description=text, **urls))


def said(call: Call) -> Answer:
    """A deployment's statuses, newest first."""
    place = call.repository
    one = or_404(place.deployments.get(int(call.params["deployment_id"])))
    numbered = list(enumerate(one.states, start=one.id * 100))
    shown, links = call.page(numbered[::-1])
    statuses = [
        shapes.status(place, one, number, description="", log_url=one.log_url) | {"state": state}
        for number, state in shown
    ]
    return Answer(200, statuses, links)


def delete(call: Call) -> Answer:
    """Refuses to delete an active deployment, unless it is the only one."""
    place = call.repository
    one = or_404(place.deployments.get(int(call.params["deployment_id"])))
    if len(place.deployments) > 1 and one.states[-1:] not in (["inactive"], ["failure"], ["error"]):
        raise Refused(422, "We cannot delete an active deployment unless it is the only deployment in a given repo.")
    del place.deployments[one.id]
    call.site.changed.bump()
    return Answer(204)


def environments(call: Call) -> Answer:
    """All environments: those that people have created, and those that a deployment has."""
    place = call.repository
    deployed = [one.environment for one in place.deployments.values()]
    names = list(dict.fromkeys([*place.environments, *sorted(place.protected), *deployed]))
    shown, links = call.page(names)
    listed = [shapes.environment(place, name) for name in shown]
    return Answer(200, {"total_count": len(names), "environments": listed}, links)


def _taken(resource: str, body: Json) -> str:
    text = str(body.get("description") or "")
    if wrong := complaint(text):
        raise invalid(resource, "description", wrong)
    return text


DEPLOYMENTS = "/repos/{owner}/{repo}/deployments"
ROUTES = (
    Route("GET", "/repos/{owner}/{repo}/environments", ("actions: read",), environments),
    Route("GET", DEPLOYMENTS, ("deployments: read",), listed),
    Route("POST", DEPLOYMENTS, ("deployments: write",), create),
    Route("DELETE", f"{DEPLOYMENTS}/{{deployment_id}}", ("deployments: write",), delete),
    Route("GET", f"{DEPLOYMENTS}/{{deployment_id}}/statuses", ("deployments: read",), said),
    Route("POST", f"{DEPLOYMENTS}/{{deployment_id}}/statuses", ("deployments: write",), say),
)
