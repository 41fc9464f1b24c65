"""The notes of what was published fit into a row, and none is dropped whose content has to end."""

from msgspec.structs import replace

from ghapp.engine.publish.projections import MOST, SHORT, Published, decode_shown, encode_shown, has_room

NOTE = Published("C024BE91L/1795402800.000100", "0123456789abcdef", "It is over.")


def full(channel: str, text: str) -> dict[str, Published]:
    """As many notes of a channel's messages as there is room for."""
    notes = dict[str, Published]()
    while has_room(key := f"slack/{channel}/{len(notes):010}", notes):
        notes[key] = replace(NOTE, leaves=text)
    return notes


def test_short_notes_are_kept_unchanged() -> None:
    """Hundreds of them."""
    notes = full("C024BE91L", "It is over.")
    assert len(notes) > 600
    assert decode_shown(encode_shown(notes)) == notes


def test_long_texts_are_cut_and_all_notes_are_kept() -> None:
    """Also texts that are escaped; the shorter ones stay."""
    notes = full("C024BE91L", '"\n\x01' * 1000) | {"number/1": NOTE}
    encoded = encode_shown(notes)
    assert len(encoded) <= MOST
    kept = decode_shown(encoded)
    assert kept.keys() == notes.keys()
    assert kept["number/1"] == NOTE
    cut = [one for key, one in kept.items() if one != notes[key]]
    assert len(cut) > 600
    assert all(one.leaves and one.leaves.endswith("…") and len(one.leaves) <= SHORT for one in cut)


def test_with_more_than_fits_the_content_that_may_stay_goes_first() -> None:
    """As after a move to another channel during an outage of Slack."""
    checks = {f"check/{number:040}": replace(NOTE, leaves=None) for number in range(400)}
    notes = full("C024BE91L", "x" * SHORT) | checks
    encoded = encode_shown(notes)
    assert len(encoded) <= MOST
    assert notes.keys() - decode_shown(encoded).keys() <= checks.keys()
    assert len(encode_shown(notes | full("C0OTHER00", "x" * SHORT))) <= MOST


def test_kinds_of_which_there_are_few_always_have_room() -> None:
    """A gate, and the comment of a number."""
    notes = full("C024BE91L", "It is over.")
    assert has_room("gate/main", notes)
    assert has_room("number/128", notes)
    assert not has_room("check/abc", notes)
