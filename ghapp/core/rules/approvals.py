"""The two-person rule: which approvals of a pull request count."""

from collections.abc import Collection, Iterable

from ghapp.core.config.model import as_bot
from ghapp.core.model.facts import Push, Review


def counted(
    reviews: Iterable[Review], head: str, author: str, push: Push | None, apps: Collection[str] = ()
) -> tuple[str, ...]:
    """The logins of the approvers of this head that may write and neither wrote it nor pushed it last. Apps do not
    count, because they approve on behalf of a workflow, except the `apps` that the config names.
    """
    others = {author.lower(), push.actor.lower() if push and push.actor else ""}
    approving = approved(reviews, head)
    people = [review.author for review in approving if review.person and review.writes]
    bots = [as_bot(slug) for review in approving if (slug := app(review)) and slug in apps]
    return tuple(login for login in (*people, *bots) if login.lower() not in others)


def approved(reviews: Iterable[Review], head: str) -> list[Review]:
    """The approving reviews of this head."""
    return [review for review in reviews if review.verdict == "approved" and review.sha == head]


def app(review: Review) -> str | None:
    """The slug of the App that gave the review; None for a person."""
    return None if review.person else review.author.lower().removesuffix("[bot]")


def needed(wanted: int, push: Push | None) -> int:
    """If the last pusher is unknown, an approver may have pushed, so one more approval is needed."""
    return wanted if push and push.actor else wanted + 1
