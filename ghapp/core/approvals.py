"""The rule of two people: whose approvals of a pull request count."""

from collections.abc import Iterable

from ghapp.core.facts import Push, Review


def counted(reviews: Iterable[Review], head: str, author: str, push: Push | None) -> tuple[str, ...]:
    """Who approved this head and neither wrote it nor pushed it last, and may write."""
    others = {author.lower(), push.actor.lower() if push and push.actor else ""}
    return tuple(
        review.author
        for review in reviews
        if review.verdict == "approved" and review.sha == head and review.writes and review.author.lower() not in others
    )


def needed(wanted: int, push: Push | None) -> int:
    """Where nobody can say who pushed last, one of those who approved may have: so one more has to."""
    return wanted if push and push.actor else wanted + 1
