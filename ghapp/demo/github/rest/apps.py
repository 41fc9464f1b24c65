"""The App's own routes: the App, its installations, its tokens."""

from ghapp.demo.github import auth
from ghapp.demo.github.auth import Token
from ghapp.demo.github.rest.call import ANY, Answer, Call, Refused, Route, or_404
from ghapp.demo.github.shapes import accounts, repositories
from ghapp.demo.github.shapes.words import Json, instant
from ghapp.demo.github.world import World


def app(call: Call) -> Answer:
    return Answer(200, accounts.app(call.site) | {"installations_count": len(call.site.installations)})


def shown(call: Call) -> Answer:
    """A private App is hidden from strangers. https://docs.github.com/en/rest/apps/apps#get-an-app"""
    slug, site, known = call.params["app_slug"], call.site, call.token is not None
    if slug == site.app.slug:
        return Answer(200, or_404(accounts.app(site) if known or site.app.public else None))
    there = slug in site.apps and (known or site.apps[slug].public)
    return Answer(200, or_404(accounts.other_app(site, slug) if there else None))


def installation(call: Call) -> Answer:
    place = call.repository
    number = or_404(place.installation_id or None)
    return Answer(200, accounts.installation(call.site, place.owner, number))


def installations(call: Call) -> Answer:
    listed, links = call.page(list(call.site.installations.items()))
    return Answer(200, [_listed(accounts.installation(call.site, *one)) for one in listed], links)


def _listed(installation: Json) -> Json:
    """GitHub's list of installations has less than a single one: no client id, and no `merge_queues` permission."""
    told = {key: value for key, value in installation.items() if key != "client_id"}
    told["permissions"] = {name: level for name, level in told["permissions"].items() if name != "merge_queues"}
    return told


def reachable(call: Call) -> Answer:
    """https://docs.github.com/rest/apps/installations#list-repositories-accessible-to-the-app-installation"""
    token, found = call.token, call.site.repositories.items()
    assert token
    chosen = [one for number, one in found if token.repositories is None or number in token.repositories]
    mine = [one for one in chosen if one.installation_id == token.installation_id]
    listed, links = call.page(mine)
    shown = [repositories.whole(place) for place in listed]
    return Answer(200, {"total_count": len(mine), "repository_selection": "all", "repositories": shown}, links)


def own_installation(call: Call) -> Answer:
    number = int(call.params["installation_id"])
    account = or_404(next((name for name, known in call.site.installations.items() if known == number), None))
    return Answer(200, accounts.installation(call.site, account, number))


def access_tokens(call: Call) -> Answer:
    site, number = call.site, int(call.params["installation_id"])
    account = or_404(next((name for name, known in site.installations.items() if known == number), None))
    granted = site.granted(number)
    permissions: dict[str, str] = call.body.get("permissions") or dict(granted)
    if excess := auth.excess(granted, permissions):
        raise Refused(
            422,
            "The permissions requested are not granted to this installation.",
            *({"resource": "Installation", "field": name, "code": "invalid"} for name in excess),
        )
    token = Token(
        value=auth.token_value(site.app, len(site.tokens) + 1),
        installation_id=number,
        permissions={"metadata": "read"} | permissions,
        repositories=_chosen(site, account, call.body),
        expires_at=site.now() + site.token_life,
    )
    site.tokens[token.value] = token
    return Answer(201, _shown(token))


def _chosen(site: World, account: str, body: Json) -> frozenset[int] | None:
    mine = {place.name: number for number, place in site.repositories.items() if place.owner == account}
    ids, names = body.get("repository_ids"), body.get("repositories")
    if ids is None and names is None:
        return None
    wanted = set(ids or ()) | {mine.get(name, 0) for name in names or ()}
    if not wanted <= set(mine.values()):
        why = "There is at least one repository that does not exist or is not accessible to the parent installation."
        raise Refused(422, why)
    return frozenset(wanted)


def _shown(token: Token) -> Json:
    return {
        "token": token.value,
        "expires_at": instant(token.expires_at),
        "permissions": dict(token.permissions),
        "repository_selection": "all" if token.repositories is None else "selected",
    }


def converted(call: Call) -> Answer:
    """https://docs.github.com/rest/apps/apps#create-a-github-app-from-a-manifest"""
    if not call.site.manifests.redeem(call.params["code"]):
        raise Refused(404, "Not Found")
    return Answer(201, accounts.app_with_secrets(call.site))


ROUTES = (
    Route("POST", "/app-manifests/{code}/conversions", (), converted),
    Route("GET", "/app", ("jwt",), app),
    Route("GET", "/apps/{app_slug}", (), shown),
    Route("GET", "/app/installations", ("jwt",), installations),
    Route("POST", "/app/installations/{installation_id}/access_tokens", ("jwt",), access_tokens),
    Route("GET", "/app/installations/{installation_id}", ("jwt",), own_installation),
    Route("GET", "/repos/{owner}/{repo}/installation", ("jwt",), installation),
    Route("GET", "/installation/repositories", (ANY,), reachable),
)
