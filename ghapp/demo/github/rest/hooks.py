"""The App's webhook: its configuration, and its log of deliveries, listed newest first and sent again."""

from datetime import timedelta

from ghapp.demo.github.rest.call import Answer, Call, Refused, Route, or_404
from ghapp.demo.github.shapes import events

KEPT = timedelta(days=3)


def config(call: Call) -> Answer:
    """The secret is masked, and nothing says whether the webhook is active: the schema `webhook-config`."""
    url = {"url": call.site.webhook_url} if call.site.webhook_url else {}
    return Answer(200, {**call.site.hook_config, **url, "secret": "********"})


def deliveries(call: Call) -> Answer:
    """Paged by cursor, since the log grows while a caller reads it."""
    cursor, size = call.query.get("cursor", "").removeprefix("v1_"), call.number("per_page", 30, most=100)
    if not cursor.isdecimal() and "cursor" in call.query:
        raise Refused(400, "Invalid cursor")
    kept = [
        events.delivery(one)
        for one in reversed(call.site.deliveries)
        if call.site.now() - one.at <= KEPT and (not cursor or one.id < int(cursor))
    ]
    wanted = call.query.get("status")
    kept = [one for one in kept if wanted in (None, _outcome(one["status_code"]))]
    if len(kept) <= size:
        return Answer(200, kept)
    more = f"{call.site.url}{call.path}?per_page={size}&cursor=v1_{kept[size - 1]['id']}"
    return Answer(200, kept[:size], {"Link": f'<{more}>; rel="next"'})


def attempts(call: Call) -> Answer:
    """Answers at once and redelivers afterwards."""
    number = int(call.params["delivery_id"])
    found = or_404(next((one for one in call.site.deliveries if one.id == number), None))
    if call.site.now() - found.at > KEPT:
        raise Refused(422, "This delivery can no longer be redelivered")
    call.site.spawn(call.site.redeliver(found.guid))
    return Answer(202, {})


def _outcome(code: int) -> str | None:
    if code >= 400:
        return "failure"
    return "success" if code >= 200 else None


ROUTES = (
    Route("GET", "/app/hook/config", ("jwt",), config),
    Route("GET", "/app/hook/deliveries", ("jwt",), deliveries),
    Route("POST", "/app/hook/deliveries/{delivery_id}/attempts", ("jwt",), attempts),
)
