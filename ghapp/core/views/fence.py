"""The fence's answers to a job: shown in its log, or by GitHub beside the waiting job."""

from datetime import datetime

from msgspec.structs import replace

from ghapp.core.config.model import UNSPOKEN, EnvironmentConfig
from ghapp.core.model.decision import Notice, Refusal
from ghapp.core.views import notice as notices
from ghapp.core.views.markup import GitHub, Terminal
from ghapp.core.words import Voice

LONGEST = 1024  # characters that GitHub takes beside a job


def refusal(why: Refusal, config: EnvironmentConfig | None, *, now: datetime) -> str:
    """One sentence; in English if the repository is unknown."""
    speaks = config or UNSPOKEN
    return Voice.of(speaks, Terminal(), now).say(why.code, why.values)


def to_job(notice: Notice, *, now: datetime) -> str:
    """A notice as the comment on our answer to a waiting job."""
    told = "\n".join(notices.render(notice, GitHub(), now=now))
    if len(told) > LONGEST:  # half a link would lead elsewhere
        told = "\n".join(
            notices.render(replace(notice, config=replace(notice.config, runbook=None)), GitHub(), now=now)
        )
    return told if len(told) <= LONGEST else f"{told[: LONGEST - 1]}…"


def could_not_check(why: str, config: EnvironmentConfig, *, now: datetime) -> str:
    """The message that a job goes on waiting."""
    told = Voice.of(config, GitHub(), now).say("rule.could_not_check", why=why)
    return told if len(told) <= LONGEST else f"{told[: LONGEST - 1]}…"
