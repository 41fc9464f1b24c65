"""Between the typing of a command and its carrying out: edited, deleted, not shown yet, not to be read."""

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
    """It is typed, and nobody has worked it yet."""
    return await shop.shop.comment(on, by=who, body=body)


async def test_a_command_edited_before_it_is_carried_out_is_not(shop: Scene) -> None:
    """Neither as it was nor as it is: the person is told to type it anew, and no run starts."""
    pull = await waiting(shop)
    comment = await types(shop, "taro", "/deploy", on=pull)
    await shop.shop.edit_comment(comment, by="taro", body="not yet, sorry")
    await shop.idle()
    assert shop.replies(pull) == [
        "`/deploy` was changed after it was written, so nothing was done. If you mean it, type it anew."
    ]
    assert shop.codes(pull) == ["edited"]
    assert shop.runs() == []


async def test_a_comment_that_somebody_else_turns_into_a_command_is_not_one(shop: Scene) -> None:
    """Whoever may edit a deployer's comment cannot speak in their name: an edit is met with silence."""
    pull = await waiting(shop)
    comment = await shop.says("taro", "looks good", on=pull)
    await shop.shop.edit_comment(comment, by="hanako", body="/deploy")
    await shop.idle()
    assert shop.replies(pull) == []
    assert shop.runs() == []


async def test_a_command_that_was_edited_to_another_and_back_is_not_carried_out(shop: Scene) -> None:
    """GitHub tells when it was last changed."""
    pull = await waiting(shop)
    comment = await types(shop, "taro", "/deploy", on=pull)
    shop.stage.skip(timedelta(seconds=20))
    for body in ("/deploy production", "/deploy"):
        await shop.shop.edit_comment(comment, by="hanako", body=body)
    await shop.idle()
    assert shop.codes(pull) == ["edited"]
    assert shop.runs() == []


async def test_a_command_deleted_before_it_is_carried_out_was_taken_back(shop: Scene) -> None:
    """No run and no answer; the history keeps that it was typed."""
    pull = await waiting(shop)
    comment = await types(shop, "taro", "/deploy", on=pull)
    await shop.shop.delete_comment(comment, by="taro")
    await shop.idle()
    await shop.later(seconds=31)
    assert shop.replies(pull) == []
    assert shop.runs() == []
    assert await shop.history() == ["created", "awaiting", "taken_back"]


async def test_a_comment_that_github_does_not_show_yet_is_asked_for_again(shop: Scene) -> None:
    """A 404 within seconds of the writing loses no command."""
    pull = await waiting(shop)
    comment = await types(shop, "taro", "/deploy", on=pull)
    comment.late = True
    await shop.idle()
    assert shop.runs() == []
    comment.late = False
    await shop.later(seconds=10)
    assert len(shop.runs()) == 1


async def test_a_comment_that_cannot_be_read_starts_nothing_until_it_can(shop: Scene) -> None:
    """Not knowing whether it was edited is not a yes; and after ten minutes it is said."""
    pull = await waiting(shop)
    newest = re.compile(r"comments\(last")
    shop.github.faults.append(Fault("POST", re.compile("/graphql$"), faults.status(502), times=100, body=newest))
    await shop.says("taro", "/deploy", on=pull)
    for _ in range(11):
        await shop.later(minutes=1)
    assert shop.runs() == []
    assert shop.codes(pull) == ["could_not_check"]
