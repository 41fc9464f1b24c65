"""The rule of two people: whose approvals of a pull request count."""

from collections.abc import Iterable

from ghapp.core.facts import Push, Review


def counted(reviews: Iterable[Review], head: str, author: str, push: Push | None) -> tuple[str, ...]:
    """The people who approved this head and neither wrote it nor pushed it last, and may write. An App is none: it
    approves what somebody's workflow tells it to."""
    others = {author.lower(), push.actor.lower() if push and push.actor else ""}
    approved = [review for review in reviews if review.verdict == "approved" and review.sha == head]
    able = (review.author for review in approved if review.person and review.writes)
    return tuple(login for login in able if login.lower() not in others)


def needed(wanted: int, push: Push | None) -> int:
    """Where nobody can say who pushed last, one of those who approved may have: so one more has to."""
    return wanted if push and push.actor else wanted + 1
