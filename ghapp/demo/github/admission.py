"""Authenticates a request, finds its repository and checks its permissions: GitHub's 401, 301, 403 and 404."""

from collections.abc import Mapping

from aiohttp import encode_basic_auth, web

from ghapp.demo.github import auth
from ghapp.demo.github.auth import Token
from ghapp.demo.github.repository import Repository
from ghapp.demo.github.rest.call import Answer, Refused, Route
from ghapp.demo.github.world import World

FORBIDDEN = "Resource not accessible by integration"
ARCHIVED = "Repository was archived so is read-only."
VERSION = "2022-11-28"


class Moved(Refused):
    """The repository was renamed: a 301 to its id."""

    def __init__(self, location: str) -> None:
        super().__init__(301, "Moved Permanently")
        body = {"message": "Moved Permanently", "url": location, "documentation_url": "https://docs.github.com/rest"}
        self.answer = Answer(301, body, {"Location": location})


def admit(world: World, route: Route, request: web.Request) -> tuple[Token | None, Repository | None]:
    """The token and the repository of an admitted request. Raises Refused or Moved."""
    if request.headers.get("X-GitHub-Api-Version", VERSION) != VERSION:
        raise Refused(410, "This API version is not served here")
    token = _caller(world, route, request.headers.get("Authorization", ""))
    found = _repository(world, request.match_info, request.path_qs)
    if token is not None:
        _permit(token, route, found)
    if found is not None and found.archived and route.method != "GET":
        raise Refused(403, ARCHIVED)
    return token, found


def reaches(token: Token, place: Repository) -> bool:
    """Whether the repository is among those of the token."""
    chosen = token.repositories is None or place.id in token.repositories
    return chosen and token.installation_id == place.installation_id


def _caller(world: World, route: Route, header: str) -> Token | None:
    if not route.needs and not header:
        return None
    scheme, _, credential = header.partition(" ")
    if route.needs == ("client",):
        _check_client(world, header)
        return None
    if scheme.lower() not in ("bearer", "token") or not credential:
        raise Refused(401, "Requires authentication")
    if route.needs == ("jwt",):
        try:
            auth.verify_jwt(credential, world.app, world.now())
        except auth.Denied as problem:
            raise Refused(401, str(problem)) from None
        return None
    if route.needs == ("user",):
        return _user(world, credential)
    token = world.tokens.get(credential)
    if token is None or token.expires_at <= world.now():
        raise Refused(401, "Bad credentials")
    return token


def _check_client(world: World, header: str) -> None:
    """The App's client id and secret."""
    if header != encode_basic_auth(world.app.client_id, world.app.client_secret):
        raise Refused(401, "Bad credentials")


def _user(world: World, credential: str) -> Token:
    """A user's token; an installation's is refused."""
    token = world.authorizations.tokens.get(credential)
    if token is None or token.expires_at <= world.now():
        raise Refused(403, FORBIDDEN) if credential in world.tokens else Refused(401, "Bad credentials")
    return token


def _repository(world: World, params: Mapping[str, str], path: str) -> Repository | None:
    if "repository_id" in params:
        found = world.repositories.get(int(params["repository_id"]))
    elif "owner" in params:
        full_name = f"{params['owner']}/{params['repo']}"
        found = world.named(full_name)
        if found is None and (moved := world.moved(full_name)):
            api, _, rest = path.partition(f"/repos/{full_name}")
            raise Moved(f"{world.url}{api}/repositories/{moved.id}{rest}")
    else:
        return None
    if found is None:
        raise Refused(404, "Not Found")
    return found


def _permit(token: Token, route: Route, found: Repository | None) -> None:
    allowed = not route.needs or token.login or any(token.allows(permission) for permission in route.needs)
    if not allowed or (found is not None and not reaches(token, found)):
        raise Refused(403, FORBIDDEN)
