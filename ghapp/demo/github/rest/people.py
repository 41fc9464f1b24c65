"""Who may do what."""

from ghapp.demo.github.rest.call import ANY, Answer, Call, Route, or_404
from ghapp.demo.github.shapes import accounts
from ghapp.demo.github.state import FOLDED, Role


def permission(call: Call) -> Answer:
    login = call.params["username"]
    role: Role = or_404(call.repository.role(login))
    return Answer(200, accounts.collaborator(call.site, login, role, FOLDED[role]))


def membership(call: Call) -> Answer:
    org, slug, login = (call.params[name] for name in ("org", "team_slug", "username"))
    members = {known.lower() for known in call.site.teams.get((org, slug), ())}
    or_404(login if login.lower() in members else None)
    url = f"{call.site.url}/orgs/{org}/teams/{slug}/memberships/{login}"
    return Answer(200, {"url": url, "role": "member", "state": "active"})


ROUTES = (
    Route("GET", "/repos/{owner}/{repo}/collaborators/{username}/permission", (ANY,), permission),
    Route("GET", "/orgs/{org}/teams/{team_slug}/memberships/{username}", ("members: read",), membership),
)
