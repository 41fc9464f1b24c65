"""Forms as browsers and Slack send them: https://url.spec.whatwg.org/#application/x-www-form-urlencoded"""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from ghapp.doors.limits import Refused

FORM = "application/x-www-form-urlencoded"
FIELDS = 100


def fields_of(body: bytes) -> Mapping[str, str]:
    """The form's fields. A repeated field is refused, since its value would be ambiguous. Raises Refused with 400."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=FIELDS)
    except ValueError:
        raise Refused(400, "the body is not a form in UTF-8") from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise Refused(400, "a field is there twice")
    return form
