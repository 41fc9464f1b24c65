"""Routes of a user's token: the user, and the App's installations and repositories that they may see.

https://docs.github.com/rest/apps/installations
"""

from ghapp.demo.github.repository import Repository
from ghapp.demo.github.rest.call import Answer, Call, Refused, Route, or_404
from ghapp.demo.github.shapes import accounts, repositories
from ghapp.demo.github.shapes.words import Json


def own_profile(call: Call) -> Answer:
    return Answer(200, accounts.profile(call.site, _login(call)))


def own_installations(call: Call) -> Answer:
    """Those with a repository to which the user has explicit permission: that others are public does not count."""
    site = call.site
    found = [(owner, number) for owner, number in site.installations.items() if _seen(call, number)]
    listed, links = call.page(found)
    shown = [accounts.installation(site, owner, number) for owner, number in listed]
    return Answer(200, {"total_count": len(found), "installations": shown}, links)


def own_repositories(call: Call) -> Answer:
    number = int(call.params["installation_id"])
    found = or_404(_seen(call, number) or None)
    if found[0].owner in call.site.suspended:
        raise Refused(403, "This installation has been suspended")
    listed, links = call.page(found)
    shown = [_with_role(call, place) for place in listed]
    return Answer(200, {"total_count": len(found), "repository_selection": "all", "repositories": shown}, links)


def deleted(call: Call) -> Answer:
    """https://docs.github.com/rest/apps/oauth-applications#delete-an-app-token"""
    if not call.site.authorizations.delete(str(call.body.get("access_token", ""))):
        raise Refused(422, "Validation Failed")
    return Answer(204)


def _login(call: Call) -> str:
    assert call.token
    return call.token.login


def _seen(call: Call, number: int) -> list[Repository]:
    login = _login(call).lower()
    return [
        place
        for place in call.site.repositories.values()
        if place.installation_id == number and login in map(str.lower, place.people)
    ]


def _with_role(call: Call, place: Repository) -> Json:
    role = place.role(_login(call))
    assert role
    return repositories.whole(place) | {"permissions": accounts.permissions(role)}


ROUTES = (
    Route("GET", "/user", ("user",), own_profile),
    Route("GET", "/user/installations", ("user",), own_installations),
    Route("GET", "/user/installations/{installation_id}/repositories", ("user",), own_repositories),
    Route("DELETE", "/applications/{client_id}/token", ("client",), deleted),
)
