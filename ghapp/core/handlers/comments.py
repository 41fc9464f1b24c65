"""A comment: it is read again, and carried out only if unedited."""

from datetime import datetime, timedelta

from ghapp.core.commands.spec import CommandContext
from ghapp.core.config.model import same_login
from ghapp.core.handlers.current_config import Documents
from ghapp.core.handlers.run_command import CommandSource, run_command, turn_down
from ghapp.core.model.decision import Decision, Refusal
from ghapp.core.model.events import CommentPosted
from ghapp.core.model.facts import CommentFact, Facts, NeedComment

WRITTEN_WITHIN = timedelta(seconds=5)  # GitHub's two times of a new comment may differ by about a second


def handle_comment(event: CommentPosted, documents: Documents, facts: Facts, now: datetime) -> Decision:
    """Silent if the comment was deleted."""

    need = NeedComment(event.comment, event.at, event.number)

    def doubt(ask: CommandContext, facts: Facts) -> Decision | None:
        found = facts.comment(need)
        if found is None:
            return Decision(entries=(ask.entry("taken_back"),))
        return turn_down(ask, Refusal("edited", {"typed": event.text}), facts) if _edited(event, found) else None

    return run_command(
        CommandSource(said=event, door="pull_request", doubt=doubt, needs=(need,)), documents, facts, now
    )


def _edited(event: CommentPosted, found: CommentFact) -> bool:
    """Whether the comment differs from the event: an edited command is not carried out."""
    same = same_login(found.author, event.author) and found.text == event.text
    return not same or found.updated_at - found.created_at > WRITTEN_WITHIN
