"""Users, bots, organizations and Apps."""

from ghapp.demo.github.auth import App
from ghapp.demo.github.context import Site
from ghapp.demo.github.shapes.words import Json, instant, node_id, number_for

EPOCH = "2024-01-01T00:00:00Z"


def kind(site: Site, login: str) -> str:
    """`Bot` or `User`; owners are rendered by `owner`."""
    return "Bot" if login == site.app.login or login.endswith("[bot]") else "User"


def account_id(site: Site, login: str) -> int:
    """It stays with a user who takes another login; who takes the former login is another user."""
    if (first := site.first_logins.get(login)) is not None:
        return number_for(first)
    return number_for(f"{login}, again" if login in site.first_logins.values() else login)


def user(site: Site, login: str, *, type: str | None = None) -> Json:  # noqa: A002
    number, api = account_id(site, login), f"{site.url}/users/{login}"
    return {
        "login": login,
        "id": number,
        "node_id": node_id("User", number),
        "avatar_url": f"{site.web_url}/{login}.png",
        "gravatar_id": "",
        "url": api,
        "html_url": f"{site.web_url}/{login}",
        "followers_url": f"{api}/followers",
        "following_url": f"{api}/following{{/other_user}}",
        "gists_url": f"{api}/gists{{/gist_id}}",
        "starred_url": f"{api}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{api}/subscriptions",
        "organizations_url": f"{api}/orgs",
        "repos_url": f"{api}/repos",
        "events_url": f"{api}/events{{/privacy}}",
        "received_events_url": f"{api}/received_events",
        "type": type or kind(site, login),
        "site_admin": False,
    }


def profile(site: Site, login: str) -> Json:
    """A user's public profile; `email` if they show one."""
    unsaid = dict.fromkeys(("bio", "blog", "company", "hireable", "location", "name"))
    counts = dict.fromkeys(("followers", "following", "public_gists", "public_repos"), 0)
    dates = {"created_at": EPOCH, "updated_at": EPOCH, "user_view_type": "public"}
    return user(site, login) | unsaid | counts | dates | {"email": site.emails.get(login)}


def owner(site: Site, login: str) -> Json:
    """The organization that owns a repository."""
    return user(site, login, type="Organization")


def maybe_user(site: Site, login: str | None) -> Json | None:
    """A simple user, or null."""
    return None if login is None else user(site, login)


def app(site: Site) -> Json:
    """The App, as on its own page and in its comments."""
    made = site.app
    own = {"name": made.name or made.slug, "permissions": dict(made.permissions), "events": list(made.events)}
    return _app(site, made.id, made.slug, made.owner) | {"client_id": made.client_id} | own


def app_with_secrets(site: Site) -> Json:
    """The App as it is shown once, in exchange for the code of its manifest."""
    made = site.app
    secret = {"client_secret": made.client_secret, "webhook_secret": made.webhook_secret, "pem": made.private_key_pem}
    return app(site) | secret


def other_app(site: Site, slug: str) -> Json | None:
    """Another App, in the same form."""
    known = site.apps.get(slug)
    return _app(site, known.id, known.slug, known.owner) if known else None


def _app(site: Site, number: int, slug: str, whose: str) -> Json:
    return {
        "id": number,
        "slug": slug,
        "client_id": f"Iv23li{number:014d}",
        "node_id": node_id("App", number),
        "owner": owner(site, whose),
        "name": slug,
        "description": "",
        "external_url": f"{site.web_url}/apps/{slug}",
        "html_url": f"{site.web_url}/apps/{slug}",
        "created_at": EPOCH,
        "updated_at": EPOCH,
        "permissions": {"issues": "write", "metadata": "read"},
        "events": [],
    }


def installation(site: Site, login: str, number: int) -> Json:
    """The App's installation on an account."""
    app: App = site.app
    return {
        "id": number,
        "account": owner(site, login),
        "repository_selection": "all",
        "access_tokens_url": f"{site.url}/app/installations/{number}/access_tokens",
        "repositories_url": f"{site.url}/installation/repositories",
        "html_url": f"{site.web_url}/organizations/{login}/settings/installations/{number}",
        "app_id": app.id,
        "app_slug": app.slug,
        "client_id": app.client_id,
        "target_id": number_for(login),
        "target_type": "Organization",
        "permissions": dict(site.granted(number)),
        "events": list(app.events),
        "created_at": EPOCH,
        "updated_at": instant(site.now()),
        "single_file_name": None,
        "suspended_by": owner(site, login) if login in site.suspended else None,
        "suspended_at": instant(site.now()) if login in site.suspended else None,
    }


def collaborator(site: Site, login: str, role: str, folded: str) -> Json:
    """A user's role and permissions on a repository."""
    person = user(site, login) | {"permissions": permissions(role), "role_name": role}
    return {"permission": folded, "role_name": role, "user": person}


def permissions(role: str) -> Json:
    """What a role permits on a repository."""
    order = ("pull", "triage", "push", "maintain", "admin")
    rank = ("read", "triage", "write", "maintain", "admin").index(role)
    return {name: place <= rank for place, name in enumerate(order)}
