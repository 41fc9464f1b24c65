"""A comment between its typing and its carrying out: edited, deleted, not shown yet, unreadable."""

import re
from datetime import timedelta

from ghapp.demo.github import Comment, Fault, Pull, faults
from tests.scenarios.scene import Scene


async def waiting(shop: Scene) -> Pull:
    """#41 is merged and waits."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    return pull


async def types(shop: Scene, who: str, body: str, *, on: Pull) -> Comment:
    """Posts the comment; no worker has claimed it yet."""
    return await shop.shop.comment(on, by=who, body=body)


async def test_a_command_edited_before_its_start_is_not_carried_out(shop: Scene) -> None:
    """Neither the old text nor the new: the answer asks to type it anew, and no run starts."""
    pull = await waiting(shop)
    comment = await types(shop, "taro", "/deploy", on=pull)
    await shop.shop.edit_comment(comment, by="taro", body="not yet, sorry")
    await shop.idle()
    assert shop.replies(pull) == [
        "`/deploy` was edited after it was posted, so nothing was done. If you mean it, type it in a new comment."
    ]
    assert shop.codes(pull) == ["edited"]
    assert shop.runs() == []


async def test_a_comment_that_another_person_edits_into_a_command_is_ignored(shop: Scene) -> None:
    """The editor of a deployer's comment cannot act in the deployer's name: an edit gets no answer."""
    pull = await waiting(shop)
    comment = await shop.says("taro", "looks good", on=pull)
    await shop.shop.edit_comment(comment, by="hanako", body="/deploy")
    await shop.idle()
    assert shop.replies(pull) == []
    assert shop.runs() == []


async def test_a_command_that_was_edited_to_another_and_back_is_not_carried_out(shop: Scene) -> None:
    """GitHub shows the time of the last edit."""
    pull = await waiting(shop)
    comment = await types(shop, "taro", "/deploy", on=pull)
    shop.stage.skip(timedelta(seconds=20))
    for body in ("/deploy production", "/deploy"):
        await shop.shop.edit_comment(comment, by="hanako", body=body)
    await shop.idle()
    assert shop.codes(pull) == ["edited"]
    assert shop.runs() == []


async def test_a_command_deleted_before_its_start_is_not_carried_out(shop: Scene) -> None:
    """No run and no answer; the history records the command as taken back."""
    pull = await waiting(shop)
    comment = await types(shop, "taro", "/deploy", on=pull)
    await shop.shop.delete_comment(comment, by="taro")
    await shop.idle()
    await shop.later(seconds=31)
    assert shop.replies(pull) == []
    assert shop.runs() == []
    assert await shop.history() == ["created", "awaiting", "taken_back"]


async def test_a_comment_that_github_does_not_show_yet_is_read_again(shop: Scene) -> None:
    """A 404 within seconds of the comment loses no command."""
    pull = await waiting(shop)
    comment = await types(shop, "taro", "/deploy", on=pull)
    comment.late = True
    await shop.idle()
    assert shop.runs() == []
    comment.late = False
    await shop.later(seconds=10)
    assert len(shop.runs()) == 1


async def test_an_unreadable_comment_starts_nothing(shop: Scene) -> None:
    """Whether it was edited is unknown, so nothing starts; after ten minutes the answer says so."""
    pull = await waiting(shop)
    newest = re.compile(r"comments\(last")
    shop.github.faults.append(Fault("POST", re.compile("/graphql$"), faults.status(502), times=100, body=newest))
    await shop.says("taro", "/deploy", on=pull)
    for _ in range(11):
        await shop.later(minutes=1)
    assert shop.runs() == []
    assert shop.codes(pull) == ["could_not_check"]
