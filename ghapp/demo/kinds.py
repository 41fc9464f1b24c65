"""What a release does once it is deployed: the commit itself says so, and the newest merge decides."""

from collections.abc import Mapping
from typing import Final, Literal, get_args

from ghapp.demo.github import Repository

# good: nothing happens. failing: its workflow run fails. bad: its run succeeds, and requests fail while it serves
Kind = Literal["good", "failing", "bad"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
FILE: Final = "app/release.txt"


def files(number: int, title: str, kind: Kind) -> Mapping[str, str]:
    """The files of a pull request of that kind."""
    return {f"app/{number}.md": f"{title}\n", FILE: f"{kind} #{number}\n"}


def kind_of(shop: Repository, sha: str | None) -> Kind:
    """The kind of a commit; an unknown one is good."""
    found = shop.find(sha) if sha else None
    word = found.files.get(FILE, "").split(" ")[0] if found else ""
    return next((kind for kind in KINDS if kind == word), "good")
