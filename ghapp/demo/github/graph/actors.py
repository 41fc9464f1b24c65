"""People and bots, as GraphQL shows them."""

from dataclasses import dataclass

from ghapp.demo.github.context import Site
from ghapp.demo.github.shapes.words import number_for


@dataclass(frozen=True, slots=True)
class Actor:
    login: str
    graphql_type: str

    @property
    def database_id(self) -> int:
        return number_for(self.login) // 2  # GraphQL's Int is 32 bits wide


def actor(site: Site, login: str | None) -> Actor | None:
    """The user or bot of this login."""
    if login is None:
        return None
    bot = login == site.app.login or login.endswith("[bot]")
    # GraphQL's login of a bot lacks the suffix that REST shows
    return Actor(login.removesuffix("[bot]"), "Bot") if bot else Actor(login, "User")
