"""Permissions, team memberships and profiles."""

from ghapp.demo.github.rest.call import ANY, Answer, Call, Route, or_404
from ghapp.demo.github.shapes import accounts
from ghapp.demo.github.state import FOLDED, Role
from ghapp.demo.github.world import World


def permission(call: Call) -> Answer:
    login = call.params["username"]
    role: Role = or_404(call.repository.role(login))
    return Answer(200, accounts.collaborator(call.site, login, role, FOLDED[role]))


def membership(call: Call) -> Answer:
    org, slug, login = (call.params[name] for name in ("org", "team_slug", "username"))
    state = or_404(_state(call.site, (org, slug), login))
    url = f"{call.site.url}/orgs/{org}/teams/{slug}/memberships/{login}"
    return Answer(200, {"url": url, "role": "member", "state": state})


def profile(call: Call) -> Answer:
    """The public profile; a user without a repository does not exist, except the App's own account."""
    login = call.params["username"]
    known = login == call.site.app.login or any(one.role(login) for one in call.site.repositories.values())
    return Answer(200, accounts.profile(call.site, or_404(login if known else None)))


def profile_by_id(call: Call) -> Answer:
    """https://docs.github.com/rest/users/users#get-a-user-using-their-id"""
    logins = {login for one in call.site.repositories.values() for login in one.people}
    found = next((one for one in logins if str(accounts.account_id(call.site, one)) == call.params["account_id"]), None)
    return Answer(200, accounts.profile(call.site, or_404(found)))


def _state(site: World, team: tuple[str, str], login: str) -> str | None:
    """`active`, `pending` for an open invitation, or None; logins are case-insensitive."""
    kept = {"active": site.teams, "pending": site.invited}
    return next((state for state, teams in kept.items() if login.lower() in map(str.lower, teams.get(team, ()))), None)


ROUTES = (
    Route("GET", "/users/{username}", (ANY,), profile),
    Route("GET", "/user/{account_id}", (ANY,), profile_by_id),
    Route("GET", "/repos/{owner}/{repo}/collaborators/{username}/permission", (ANY,), permission),
    Route("GET", "/orgs/{org}/teams/{team_slug}/memberships/{username}", ("members: read",), membership),
)
