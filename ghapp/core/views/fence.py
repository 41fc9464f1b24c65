"""What the fence answers to a job, whose log shows it."""

from datetime import datetime

from ghapp.core.config import Terms
from ghapp.core.decision import Refusal
from ghapp.core.views.markup import Terminal
from ghapp.core.words import Voice


def refusal(why: Refusal, terms: Terms | None, *, now: datetime) -> str:
    """One sentence; in English where nothing is known of the repository."""
    language, zone = (terms.language, terms.timezone) if terms else ("en", "UTC")
    return Voice(language, zone, Terminal(), now).say(why.code, why.values)
