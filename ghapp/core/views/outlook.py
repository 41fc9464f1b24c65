"""The rollback that `/rollback` would start now, in sentences; nothing is asked of GitHub or of a platform."""

from collections.abc import Iterable

from msgspec import Struct

from ghapp.core.model.environment import Environment, Pull, Revision
from ghapp.core.rules import obstacles, releases
from ghapp.core.views import held
from ghapp.core.words import Voice


class RollbackOutlook(Struct, frozen=True, kw_only=True):
    """`refused`: why it would be refused now, if so. `undoes`: the pull requests that would no longer be live; `target`
    the revision that would be live again, None if only the platform knows it. `warns`: what else there is to know.
    `line`: the command.
    """

    line: str
    refused: str = ""
    undoes: tuple[Pull, ...] = ()
    target: Revision | None = None
    warns: tuple[str, ...] = ()


def rollback_outlook(environment: Environment, voice: Voice) -> RollbackOutlook:
    """As of `voice.now`."""
    line = f"/rollback {environment.name}"
    if obstacles.to_rollback(environment, voice.now):
        standing = obstacles.obstacles(environment, voice.now)
        return RollbackOutlook(line=line, refused=held.say_obstacle(voice, "prompt", standing[0].values))
    path = releases.rollback_path(environment)
    if path is None and environment.live and environment.config.rollback:  # the platform knows what it served before
        live = environment.live
        told = voice.say("status.back.unreleased", environment=environment.name, undone=live.pull.number)
        return RollbackOutlook(
            line=line, undoes=tuple(live.pulls), warns=(told, *_warnings(environment, (live,), voice))
        )
    if path is None:
        return RollbackOutlook(line=line, refused=voice.say("board.rollback.nothing"))
    undone = (path.undone, *path.passes)
    return RollbackOutlook(
        line=line,
        undoes=tuple(pull for one in undone for pull in one.pulls),
        target=path.target,
        warns=tuple(_warnings(environment, undone, voice)),
    )


def _warnings(environment: Environment, undone: Iterable[Revision], voice: Voice) -> Iterable[str]:
    if any(one.warns or any(release.warns for release in one.releases) for one in undone):
        yield voice.say("board.rollback.warns")
    if environment.config.rollback:
        yield voice.say("board.rollback.platform")
