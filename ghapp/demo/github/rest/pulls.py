"""Pull requests, their comments, and reactions to these."""

from datetime import datetime

from ghapp.demo.github.rest.call import Answer, Call, Refused, Route, invalid, or_404
from ghapp.demo.github.shapes import conversation, events, repositories
from ghapp.demo.github.state import Comment

MOST_FILES = 3000
READ = ("issues: read", "pull_requests: read")
# On a pull request `issues: write` is not enough, contrary to the documentation:
# https://github.com/github/rest-api-description/issues/6994
WRITE = ("pull_requests: write",)


def pull(call: Call) -> Answer:
    found = or_404(call.repository.pulls.get(int(call.params["pull_number"])))
    return Answer(200, conversation.pull(call.repository, found))


def stacks(call: Call) -> Answer:
    """Newest first."""
    place, of = call.repository, call.query.get("pull_request")
    kept = [stack for stack in reversed(place.stacks) if of is None or int(of) in stack.layers]
    shown, links = call.page(kept)
    return Answer(200, [conversation.stack(place, stack) for stack in shown], links)


def files(call: Call) -> Answer:
    """GitHub lists at most 3000 files."""
    place = call.repository
    found = or_404(place.pulls.get(int(call.params["pull_number"])))
    shown, links = call.page(place.changes(found).changes[:MOST_FILES])
    return Answer(200, [repositories.changed(place, change, found.head_sha) for change in shown], links)


def comments(call: Call) -> Answer:
    place, number = call.repository, int(call.params["issue_number"])
    or_404(place.pulls.get(number))
    since = call.query.get("since")
    kept = [c for c in place.talk(number) if since is None or c.updated_at >= datetime.fromisoformat(since)]
    shown, links = call.page(kept)
    return Answer(200, [conversation.comment(place, comment) for comment in shown], links)


def add_comment(call: Call) -> Answer:
    place, body = call.repository, _text(call)
    pull = or_404(place.pulls.get(int(call.params["issue_number"])))
    comment = place.add_comment(pull.number, by=call.site.app.login, body=body, by_app=True)
    call.site.spawn(call.site.send("issue_comment", events.commented(place, comment)))
    return Answer(201, conversation.comment(place, comment))


def comment(call: Call) -> Answer:
    return Answer(200, conversation.comment(call.repository, _comment(call)))


def change_comment(call: Call) -> Answer:
    place, comment = call.repository, _comment(call)
    before = place.change_comment(comment, _text(call))
    told = events.comment_edited(place, comment, before=before, by=call.site.app.login)
    call.site.spawn(call.site.send("issue_comment", told))
    return Answer(200, conversation.comment(place, comment))


def delete_comment(call: Call) -> Answer:
    place, comment = call.repository, _comment(call)
    place.forget_comment(comment)
    call.site.spawn(call.site.send("issue_comment", events.comment_deleted(place, comment, by=call.site.app.login)))
    return Answer(204)


def react(call: Call) -> Answer:
    comment, face, login = _comment(call), call.body.get("content"), call.site.app.login
    if face not in conversation.FACES:
        raise invalid("Reaction", "content", "content is not included in the list")
    known = comment.reactions.get((login, face))
    number = comment.reactions.setdefault((login, face), known or call.site.next_id())
    return Answer(200 if known else 201, conversation.reaction(call.repository, number, login, face))


def _comment(call: Call) -> Comment:
    found = or_404(call.repository.comments.get(int(call.params["comment_id"])))
    return or_404(None if found.late else found)


def _text(call: Call) -> str:
    body = call.body.get("body")
    if not isinstance(body, str):
        raise Refused(422, 'Invalid request.\n\n"body" wasn\'t supplied.')
    if not body.strip():
        raise invalid("IssueComment", "body", "body can't be blank")
    if len(body) > 65_536:
        raise invalid("IssueComment", "body", "body is too long (maximum is 65536 characters)")
    return body


COMMENTS = "/repos/{owner}/{repo}/issues/{issue_number}/comments"
COMMENT = "/repos/{owner}/{repo}/issues/comments/{comment_id}"
ROUTES = (
    Route("GET", "/repos/{owner}/{repo}/pulls/{pull_number}", ("pull_requests: read",), pull),
    Route("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/files", ("pull_requests: read",), files),
    Route("GET", "/repos/{owner}/{repo}/stacks", ("pull_requests: read",), stacks),
    Route("GET", COMMENTS, READ, comments),
    Route("POST", COMMENTS, WRITE, add_comment),
    Route("GET", COMMENT, READ, comment),
    Route("PATCH", COMMENT, WRITE, change_comment),
    Route("DELETE", COMMENT, WRITE, delete_comment),
    Route("POST", f"{COMMENT}/reactions", WRITE, react),
)
