"""One name for each environment that workflows show: no two are equal or look alike, and none is lost in silence."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from ghapp.core.config.first_config import BY_FILE, Answers, Place, Question, Unused
from ghapp.core.config.names import look
from ghapp.core.config.promotion import LAST, LONGEST, stage_of
from ghapp.core.config.release_files import component, is_bare


def one_file_each(found: Sequence[Place]) -> tuple[list[Place], list[Unused]]:
    """Where several files deploy to one name: a file for a part of the repository gets the part's name before it; of
    the others the surest keeps the name, and the rest are unused.
    """
    kept: list[Place] = []
    unused: list[Unused] = []
    for place in found:
        rivals = [one for one in found if one.file != place.file and one.name == place.name and place.name]
        equals = [one for one in rivals if not _part(one)]
        surer = [one for one in equals if one.rank < place.rank or (one.rank == place.rank and one in kept)]
        surer = surer or _instead(place, found)
        if rivals and (part := _part(place)):
            kept.append(replace(place, name=f"{part}-{place.name}"[:LONGEST].rstrip("-")))
        elif surer:
            unused.append(Unused(place.file, "taken", surer[0].name, surer[0].file))
        else:
            kept.append(place)
    return kept, unused


def _instead(place: Place, found: Sequence[Place]) -> list[Place]:
    """Production under any name, as a file shows it, where another is `production` only for want of a word."""
    if place.rank < BY_FILE or not is_bare(place.file):
        return []
    return [one for one in found if one.rank < BY_FILE and stage_of(one.called) == LAST and not _part(one)]


def _part(place: Place) -> str:
    """The part of the repository that is to be told apart; "" where the name, which is the file's, has it."""
    return component(place.file) if place.rank < BY_FILE else ""


def numbered(places: Iterable[Place], answers: Answers) -> Iterator[tuple[Place, Question | None]]:
    """Names of which no two look alike, with a question for each that the workflow's own name does not give."""
    taken: set[str] = set()
    for place in sorted(places, key=lambda place: place.called != place.name):  # those keep their own names
        name = _free(place.name or "environment", taken)
        clear = not place.called or (place.called.isascii() and name == place.name)
        question = None if clear else Question("name", place.file, place.called, name)
        name = _free(answers.get(question, name), taken) if question else name
        taken.add(look(name))
        yield replace(place, name=name), question


def _free(name: str, taken: set[str]) -> str:
    number, found = 1, name
    while look(found) in taken:
        number += 1
        found = f"{name[: LONGEST - 4]}-{number}"
    return found
