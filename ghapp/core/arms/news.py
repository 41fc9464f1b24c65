"""News that needs a person: edits notify nobody, so it is said anew."""

from dataclasses import replace

from ghapp.core.decision import Notice, Place


def everywhere(notice: Notice) -> tuple[Notice, ...]:
    """The same on the pull request and in the channel, each owed by itself."""
    places = {"pull": Place(pull=notice.place.pull), "channel": Place(channel=notice.place.channel)}
    return tuple(
        replace(notice, id=f"{notice.id}/{where}", place=place) for where, place in places.items() if place != Place()
    )
