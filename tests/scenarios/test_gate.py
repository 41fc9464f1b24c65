"""No merge during a release: which pull requests the gate holds, in which order, and which label lets one pass."""

import re

import aiohttp
import pytest

from ghapp.demo.github import Fault, Pull, faults
from ghapp.demo.github.faults import Strain
from ghapp.demo.github.pulls import Removal
from ghapp.demo.github.state import Queued, Status
from tests.sampled import sampled
from tests.scenarios.scene import Scene

FREE = ("success", "Free to merge")
LOCKED = ("pending", "production: locked by taro until 14:42 JST: trying something")
HOTFIX = """\
timezone: Asia/Tokyo
environments:
  production: {workflow: deploy.yml, except_label: hotfix, deployers: [write]}
"""
STATUS = re.compile("/statuses/[0-9a-f]{40}$")
NIGHT = 'freeze: [{from: "13:00", until: "15:00", reason: lunch}]'


async def crowd(shop: Scene, count: int, *, ready: int = 0) -> list[Pull]:
    """This many open pull requests, the first `ready` of which wait for the gate only; no webhook was sent for any."""
    heard, shop.github.webhook_url = shop.github.webhook_url, None
    pulls = [await shop.shop.open_pull("hanako", f"Number {number}") for number in range(count)]
    for pull in pulls[ready:]:
        pull.review_decision = "REVIEW_REQUIRED"
    shop.github.webhook_url = heard
    shop.github.deliveries.clear()  # so that no redelivery finds them
    return pulls


def held(shop: Scene, pulls: list[Pull]) -> list[Pull]:
    """The pull requests that cannot be merged."""
    return [pull for pull in pulls if (shop.gate(pull) or ("pending",))[0] == "pending"]


def writes(shop: Scene) -> int:
    """The number of gates written."""
    return len(shop.calls("POST", "/statuses/"))


# ---------------------------------------------------------------- a label


async def hotfixes(shop: Scene, *, more: str = "") -> tuple[Pull, Pull]:
    """An open pull request beside one from which production was locked; `ken` may label, but not deploy."""
    config = HOTFIX.replace("[write]", f"[write], {more}") if more else HOTFIX
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Let hotfixes pass")
    shop.shop.people["ken"] = "triage"
    other, urgent = await shop.opens("taro"), await shop.opens("hanako")
    await shop.says("taro", "/lock production 1h trying something", on=other)
    assert (shop.gate(other), shop.gate(urgent)) == (LOCKED, LOCKED)
    return other, urgent


async def test_a_label_lets_one_pull_request_pass_a_lock(shop: Scene) -> None:
    """Only this one, and only while it has the label."""
    other, urgent = await hotfixes(shop)
    await shop.shop.label(urgent, "hotfix", by="mona")
    await shop.idle()
    assert (shop.gate(other), shop.gate(urgent)) == (LOCKED, FREE)
    await shop.shop.unlabel(urgent, "hotfix", by="ken")
    await shop.idle()
    assert shop.gate(urgent) == LOCKED


async def test_a_label_by_a_person_who_may_not_deploy_lets_nothing_pass(shop: Scene) -> None:
    """The last person to add it counts: a person with the role triage cannot renew another's label."""
    _, urgent = await hotfixes(shop)
    await shop.shop.label(urgent, "hotfix", by="ken")
    await shop.idle()
    assert shop.gate(urgent) == LOCKED
    await shop.shop.unlabel(urgent, "hotfix", by="ken")
    await shop.shop.label(urgent, "hotfix", by="mona")
    await shop.idle()
    assert shop.gate(urgent) == FREE
    await shop.shop.unlabel(urgent, "hotfix", by="mona")
    await shop.shop.label(urgent, "hotfix", by="ken")
    await shop.idle()
    assert shop.gate(urgent) == LOCKED


async def test_a_labelled_pull_request_passes_lock_and_freeze_but_no_release_under_way(shop: Scene) -> None:
    other, urgent = await hotfixes(shop, more=NIGHT)
    await shop.shop.label(urgent, "hotfix", by="mona")
    await shop.merges("mona", urgent)
    await shop.says("hanako", "/deploy", on=urgent)
    assert shop.codes(urgent) == []
    assert len(shop.runs()) == 1
    await shop.shop.label(other, "hotfix", by="mona")
    await shop.idle()
    state, said = shop.gate(other) or ("", "")
    assert (state, said.split(";")[0]) == ("pending", f"production: #{urgent.number} is being deployed (hanako)")
    await shop.merges("taro", other)
    await shop.says("taro", "/deploy", on=other)
    assert shop.codes(other)[-1] == "locked"
    assert len(shop.runs()) == 1


async def test_another_label_does_not_pass_lock_and_freeze(shop: Scene) -> None:
    _, urgent = await hotfixes(shop, more=NIGHT)
    await shop.shop.label(urgent, "urgent", by="mona")
    await shop.merges("mona", urgent)
    await shop.says("hanako", "/deploy", on=urgent)
    assert shop.codes(urgent) == ["locked"]
    assert shop.runs() == []


# ---------------------------------------------------------------- one head


async def test_a_change_of_base_changes_the_gate(shop: Scene) -> None:
    """Only pull requests into the environment's branch are held."""
    shop.shop.git.branches["side"] = shop.shop.head
    pull, other = await shop.opens("hanako", base="side"), await shop.opens("taro")
    await shop.says("taro", "/lock production 1h trying something", on=other)
    assert shop.gate(pull) is None
    await shop.shop.change_base(pull, "main", by="hanako")
    await shop.idle()
    assert shop.gate(pull) == LOCKED


async def test_a_status_by_another_author_with_our_name_is_overwritten(shop: Scene) -> None:
    """Any person with write access can post one."""
    pull, other = await shop.opens("hanako"), await shop.opens("taro")
    shop.shop.report_status(pull.head_sha, "ghapp/lock", "success", required=False)
    await shop.says("taro", "/lock production 1h trying something", on=other)
    assert shop.gate(pull) == LOCKED


@pytest.mark.parametrize("given", [899, 900])
async def test_a_commit_with_too_many_statuses_stays_held(shop: Scene, given: int) -> None:
    """GitHub takes a thousand per commit, and the last would stay for good: before that the gate is closed with the
    reason.
    """
    pull = await shop.opens("hanako")
    url = f"{shop.github.web_url}/acme/shop/deployments#ghapp-{given}"
    at = shop.stage.clock()
    shop.shop.add_status(
        Status(1, pull.head_sha, "ghapp/lock", "success", "Free to merge", url, shop.github.app.login, at)
    )
    full = ("pending", "GitHub accepts no more statuses on this commit: push a new commit to continue")
    other = await shop.opens("taro")
    await shop.says("taro", "/lock production 1h trying something", on=other)
    assert shop.gate(pull) == (LOCKED if given == 899 else full)
    before = len(shop.calls("POST", f"/statuses/{pull.head_sha}"))
    await shop.says("taro", "/unlock production", on=other)
    assert shop.gate(pull) == full
    await shop.says("taro", "/lock production 1h trying something", on=other)
    assert shop.gate(pull) == full
    assert len(shop.calls("POST", f"/statuses/{pull.head_sha}")) - before == (1 if given == 899 else 0)
    await shop.shop.push(pull, by="hanako")
    await shop.idle()
    assert shop.gate(pull) == LOCKED


async def test_no_gate_opens_while_an_environment_is_unreadable(shop: Scene) -> None:
    """A newer server wrote it, and it may be locked."""
    pull, other = await shop.opens("hanako"), await shop.opens("taro")
    await shop.says("taro", "/lock production 1h trying something", on=other)
    config = HOTFIX + "  staging: {workflow: deploy.yml}\n"
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Another one")
    await shop.idle()
    await shop.overwrite_document(b'{"schema": 99}')
    await shop.says("taro", "/lock staging 1h too", on=other)
    await shop.says("taro", "/unlock staging", on=other)
    assert shop.gate(pull) == ("pending", "staging: locked by taro until 14:42 JST: too")
    assert shop.gate(await shop.opens("hanako")) is None


# ---------------------------------------------------------------- GitHub's limits for a status


UNTIL = "production: locked by taro until 14:12 JST: "


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("🚀", "\ufffd"),
        ("調査 🚀🚀 中", "調査 \ufffd 中"),
        ("👨‍👩‍👧 と 𠮷野家", "\ufffd と \ufffd野家"),
        ("✅ ok", "✅ ok"),
        ("🚀 " * 300, "\ufffd " * 47 + "\ufffd…"),
        ("あ" * 300, "あ" * 95 + "…"),
        ("a\u202eb \x07 c", "a[U+202E]b [U+0007] c"),
    ],
)
async def test_the_gate_closes_with_any_characters_in_the_reason(shop: Scene, reason: str, shown: str) -> None:
    """GitHub refuses characters of four bytes and more than 140 characters, and a green gate would let a merge in."""
    pull = await shop.opens("hanako")
    await shop.says("taro", f"/lock production 30m {reason}", on=pull)
    gate = shop.gate(pull)
    assert gate
    assert gate[0] == "pending"
    assert gate[1].startswith(UNTIL)
    assert gate[1].removeprefix(UNTIL) == shown
    assert not [one for one in shop.calls("POST", "/statuses/") if one.status == 422]


async def test_a_gate_whose_description_github_refuses_is_closed_without_it(shop: Scene) -> None:
    """Whatever the cause. The other gates use the accepted description at once, and none is written twice."""
    pulls = [await shop.opens("hanako") for _ in range(3)]
    shop.github.faults.append(Fault("POST", STATUS, faults.status(422), times=99, body=re.compile("trying")))
    await shop.says("taro", "/lock production 1h trying something", on=pulls[0])
    bare = ("pending", "production: locked by taro until 14:42 JST: see /status for the reason")
    assert [shop.gate(pull) for pull in pulls] == [bare] * 3
    before = writes(shop)
    later = await shop.opens("mona")
    assert shop.gate(later) == bare
    assert writes(shop) - before == 1
    await shop.later(minutes=20)
    assert writes(shop) - before == 1
    assert not [reply for reply in shop.replies(pulls[0]) if "ghapp/lock" in reply]


async def test_a_gate_that_cannot_be_written_is_reported_and_retried(shop: Scene) -> None:
    """On its pull request, once, and in `/metrics`; the other gates are written, and this one as soon as GitHub
    takes it.
    """
    pull, other = await shop.opens("hanako"), await shop.opens("mona")
    poisoned = re.compile(f"/statuses/{pull.head_sha}$")
    shop.github.faults.append(Fault("POST", poisoned, faults.status(422), times=4))
    await shop.says("taro", "/lock production 1h trying something", on=other)
    assert (shop.gate(pull), shop.gate(other)) == (FREE, LOCKED)
    assert await told(shop) == 1
    assert shop.codes(pull) == ["gate_refused"]
    assert shop.replies(pull)[-1] == (
        "GitHub does not accept the status `ghapp/lock` for this pull request: `GitHub answered 422: Server Error`. "
        "It may show an old state, so do not rely on it to merge; see `/status` for the current state. "
        "ghapp keeps trying."
    )
    await shop.later(minutes=10, seconds=1)
    assert shop.gate(pull) == FREE
    await shop.later(minutes=10, seconds=1)
    assert (shop.gate(pull), shop.gate(other)) == (LOCKED, LOCKED)
    assert await told(shop) == 2
    assert shop.codes(pull) == ["gate_refused"]


async def test_a_gate_that_is_denied_for_long_is_reported(shop: Scene) -> None:
    """On its pull request and in `/readyz`, until it can be written; a single denial is not reported."""
    pull, other = await shop.opens("hanako"), await shop.opens("mona")
    refusing = Fault("POST", re.compile(f"/statuses/{pull.head_sha}$"), faults.status(403), times=999)
    shop.github.faults.append(refusing)
    await shop.says("taro", "/lock production 1h trying something", on=other)
    assert (shop.gate(pull), shop.gate(other)) == (FREE, LOCKED)
    assert shop.codes(pull) == []
    for _ in range(3):
        await shop.later(minutes=11)
        assert shop.codes(pull) == ["gate_refused"]
    assert "`GitHub answered 403: Server Error`" in shop.replies(pull)[-1]
    said = (await shop.ready())["github"]
    assert said == "gates not written in 1 repository: a lock may not hold merges there"
    shop.github.faults.remove(refusing)
    await shop.later(minutes=6)
    assert shop.gate(pull) == LOCKED
    assert (await shop.ready())["github"] == "ok"


async def test_a_new_head_whose_gate_cannot_be_written_is_retried(shop: Scene) -> None:
    """Until the gate is written or the pull request is closed."""
    shop.github.faults.append(Fault("POST", STATUS, faults.status(422), times=2))
    pull, closed = await shop.opens("hanako"), await shop.opens("mona")
    assert (shop.gate(pull), shop.gate(closed)) == (None, None)
    await shop.shop.close_pull(closed, by="mona")
    await shop.later(minutes=10, seconds=1)
    assert shop.gate(pull) == FREE
    before = writes(shop)
    await shop.later(minutes=30)
    assert writes(shop) == before


async def test_if_github_refuses_every_gate_a_few_are_tried_and_all_later(shop: Scene) -> None:
    """The cause is not the heads, and a thousand refusals would use up the limit for all other calls."""
    other = await shop.opens("taro")
    pulls = await crowd(shop, 60)
    refusing = Fault("POST", STATUS, faults.status(403), times=999)
    shop.github.faults.append(refusing)
    before = writes(shop)
    await shop.says("taro", "/lock production 1h trying something", on=other)
    assert writes(shop) - before <= 20
    assert shop.codes(other) == ["now_locked"]
    refusing.times = 0
    await shop.later(minutes=10, seconds=1)
    assert [shop.gate(pull) for pull in pulls] == [LOCKED] * 60


async def told(shop: Scene) -> int:
    """The number of gates that could not be written, from `/metrics`."""
    async with aiohttp.ClientSession() as session, session.get(f"{shop.address}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return next((int(line.split()[-1]) for line in lines if line.startswith("ghapp_gates_not_written_total ")), 0)


# ---------------------------------------------------------------- very many heads


async def test_of_many_pull_requests_the_mergeable_ones_are_held_first_within_githubs_limits(shop: Scene) -> None:
    """The rest follows in the next minute; none is written twice, and other work does not wait."""
    other = await shop.opens("taro")
    pulls = await crowd(shop, 200, ready=20)
    for pull in pulls[:20]:
        pull.updated_at = shop.shop.created_at  # the last updated are read first
    before = writes(shop)
    await shop.says("taro", "/lock production 1h trying something", on=other)
    assert held(shop, pulls[:20]) == pulls[:20]
    first = writes(shop) - before
    assert 150 <= first <= 169
    await shop.says("mona", "/status", on=other)
    assert shop.codes(other)[-1] == "status"
    await shop.later(seconds=62)
    assert [shop.gate(pull) for pull in pulls] == [LOCKED] * 200
    assert writes(shop) - before == 201
    assert shop.github.points.refused == 0


@pytest.mark.parametrize(
    "strain",
    sampled([Strain(), Strain(fails=502), Strain(fails=504), Strain(most=40)], [Strain(fails=502), Strain(most=40)]),
)
async def test_all_are_held_even_if_github_fails_on_a_large_page(shop: Scene, strain: Strain) -> None:
    """Smaller pages are requested without a pause; the size that worked is remembered."""
    other = await shop.opens("taro")
    pulls = await crowd(shop, 120, ready=10)
    shop.github.strain = strain
    await shop.says("taro", "/lock production 1h trying something", on=other)
    assert [shop.gate(pull) for pull in pulls] == [LOCKED] * 120
    failed = [one for one in shop.calls("POST", "/graphql") if one.status != 200 or "errors" in one.answer]
    before = len(shop.calls("POST", "/graphql"))
    await shop.later(seconds=62)
    await shop.says("taro", "/unlock production", on=other)
    assert [shop.gate(pull) for pull in pulls] == [FREE] * 120
    again = [one for one in shop.calls("POST", "/graphql")[before:] if one.status != 200 or "errors" in one.answer]
    assert len(failed) <= 8
    assert not again


async def test_a_new_server_continues_an_unfinished_round_of_gates(shop: Scene) -> None:
    """GitHub's statuses show the progress: none is written again."""
    other = await shop.opens("taro")
    pulls = await crowd(shop, 200)
    before = writes(shop)
    await shop.says("taro", "/lock production 1h trying something", on=other)
    assert 0 < len([pull for pull in pulls if shop.gate(pull) is None]) < 100
    await shop.restart()
    await shop.later(seconds=62)
    assert [shop.gate(pull) for pull in pulls] == [LOCKED] * 200
    assert writes(shop) - before == 201


async def test_a_newer_state_replaces_an_unfinished_round_of_gates(shop: Scene) -> None:
    """Locked, freed and locked again within one minute: the rest of the first round is never written."""
    other = await shop.opens("taro")
    pulls = await crowd(shop, 200)
    before = writes(shop)
    for line in ("/lock production 1h trying something", "/unlock production", "/lock production 1h trying something"):
        await shop.says("taro", line, on=other)
        await shop.later(seconds=3)
    for _ in range(4):
        await shop.later(seconds=62)
    assert len(held(shop, pulls)) == 200
    assert {(shop.gate(pull) or ("", ""))[0] for pull in pulls} == {"pending"}
    assert writes(shop) - before < 2 * 200
    assert shop.github.points.refused == 0


# ---------------------------------------------------------------- a merge queue


def group_gate(shop: Scene, entry: Queued) -> tuple[str, str] | None:
    """The gate on the queue's merge group."""
    found = shop.shop.status(entry.head_sha, "ghapp/lock")
    return (found.state, found.description or "") if found else None


async def test_a_merge_queue_gets_the_gate_at_once_and_again_when_it_opens(shop: Scene) -> None:
    """The merge group shows the gate, which opens without a push."""
    first, second, other = [await shop.opens(who) for who in ("hanako", "mona", "taro")]
    ahead = await shop.shop.enqueue(first, by="hanako")
    await shop.idle()
    assert group_gate(shop, ahead) == FREE
    await shop.says("taro", "/lock production 1h trying something", on=other)
    behind = await shop.shop.enqueue(second, by="mona")
    await shop.idle()
    assert (group_gate(shop, ahead), group_gate(shop, behind)) == (LOCKED, LOCKED)
    await shop.shop.leave_queue(behind)
    before = len(shop.calls("POST", behind.head_sha))
    await shop.says("taro", "/unlock production", on=other)
    assert group_gate(shop, ahead) == FREE
    assert len(shop.calls("POST", behind.head_sha)) == before


async def test_a_merge_group_is_held_for_all_its_changes(shop: Scene) -> None:
    """With those of the pull requests before it in the queue."""
    config = """\
timezone: Asia/Tokyo
environments:
  api: {workflow: deploy.yml, paths: ["api/**"]}
  web: {workflow: deploy.yml, paths: ["web/**"]}
"""
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Two of them")
    api, web = await shop.opens("hanako", files={"api/a": "a\n"}), await shop.opens("mona", files={"web/a": "a\n"})
    await shop.says("taro", "/lock web 1h trying something", on=web)
    ahead = await shop.shop.enqueue(api, by="hanako")
    behind = await shop.shop.enqueue(web, by="mona")
    await shop.idle()
    held = ("pending", "web: locked by taro until 14:42 JST: trying something")
    assert (group_gate(shop, ahead), group_gate(shop, behind)) == (FREE, held)


async def test_a_pull_request_that_the_queue_gave_up_on_gets_the_cause_and_the_next_step(shop: Scene) -> None:
    """Once, even after a redelivery; not if the gate was green."""
    pull, other = await shop.opens("hanako"), await shop.opens("taro")
    entry = await shop.shop.enqueue(pull, by="mona")
    await shop.idle()
    await shop.shop.leave_queue(entry, "CI_TIMEOUT")
    await shop.idle()
    assert shop.replies(pull) == []
    await shop.says("taro", "/lock production 3h trying something", on=other)
    entry = await shop.shop.enqueue(pull, by="mona")
    await shop.later(minutes=60)
    await shop.shop.leave_queue(entry, "CI_TIMEOUT")
    await shop.idle()
    dequeued = [one for one in shop.github.deliveries if one.action == "dequeued"]
    await shop.github.redeliver(dequeued[-1].guid)
    await shop.idle()
    assert [lines(reply) for reply in shop.replies(pull)] == [
        [
            f"@hanako ⚠️ **The merge queue timed out and removed #{pull.number}**, while production held merges "
            "(`ghapp/lock`).",
            "Now, production: 🔒 Locked by taro (trying something); free from 16:42 JST at the earliest (about 2 h).",
            "Put it into the queue again when `ghapp/lock` is green.",
            "If this happens often, an administrator can raise “Status check timeout” (at most 360 minutes) in the "
            "rule that requires the queue.",
        ]
    ]


@pytest.mark.parametrize("reason", ["MANUAL", "CI_FAILURE"])
async def test_a_pull_request_that_leaves_the_queue_for_another_reason_gets_no_notice(
    shop: Scene, reason: Removal
) -> None:
    """A person removed it, or a failed check is visible."""
    pull, other = await shop.opens("hanako"), await shop.opens("taro")
    await shop.says("taro", "/lock production 3h trying something", on=other)
    entry = await shop.shop.enqueue(pull, by="mona")
    await shop.shop.leave_queue(entry, reason)
    await shop.idle()
    assert shop.replies(pull) == []


@pytest.mark.parametrize(
    ("files", "label", "told"),
    [({"api/a": "a\n"}, "", ["queue_gave_up"]), ({"web/a": "a\n"}, "", []), ({"api/a": "a\n"}, "hotfix", [])],
)
async def test_only_a_pull_request_that_the_gate_held_gets_the_queue_notice(
    shop: Scene, files: dict[str, str], label: str, told: list[str]
) -> None:
    """Not one of another environment, and not one that its label may have let pass."""
    config = """\
timezone: Asia/Tokyo
environments:
  api: {workflow: deploy.yml, paths: ["api/**"], except_label: hotfix}
  web: {workflow: deploy.yml, paths: ["web/**"]}
"""
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Two of them")
    pull, other = await shop.opens("hanako", files=files), await shop.opens("taro", files={"api/b": "b\n"})
    await shop.says("taro", "/lock api 3h trying something", on=other)
    if label:
        await shop.shop.label(pull, label, by="mona")
    entry = await shop.shop.enqueue(pull, by="mona")
    await shop.idle()
    await shop.shop.leave_queue(entry, "CI_TIMEOUT")
    await shop.idle()
    assert shop.codes(pull) == told


async def test_a_pull_request_that_is_free_again_can_be_queued_at_once(shop: Scene) -> None:
    """The server was busy when the queue gave up, and the lock ended before the event was worked."""
    pull, other = await shop.opens("hanako"), await shop.opens("taro")
    await shop.says("taro", "/lock production 30m trying something", on=other)
    entry = await shop.shop.enqueue(pull, by="mona")
    await shop.idle()
    await shop.later(minutes=29)
    await shop.shop.leave_queue(entry, "CI_TIMEOUT")
    await shop.github.settled()
    await shop.later(minutes=2)
    (reply,) = shop.replies(pull)
    assert lines(reply)[1] == "Nothing holds it now: put it into the queue again."


def lines(reply: str) -> list[str]:
    """The lines that are not empty."""
    return [line for line in reply.splitlines() if line]


async def test_a_merge_group_gets_its_gate_without_permission_to_read_the_queue(shop: Scene) -> None:
    """The token is from before the permission was accepted: GitHub's own events are still answered."""
    pull, other = await shop.opens("hanako"), await shop.opens("taro")
    for token in shop.github.tokens.values():
        token.permissions.pop("merge_queues")  # type: ignore[attr-defined]
    entry = await shop.shop.enqueue(pull, by="hanako")
    await shop.idle()
    assert group_gate(shop, entry) == FREE
    await shop.says("taro", "/lock production 1h trying something", on=other)
    assert shop.gate(pull) == LOCKED


# ---------------------------------------------------------------- one commit, two pull requests

TWO = "environments: {production: {workflow: deploy.yml}, preview: {workflow: deploy.yml, branch: next}}\n"


@pytest.mark.parametrize("by_branch", [False, True])
@pytest.mark.parametrize("released", [False, True])
async def test_a_gate_is_not_opened_by_another_pull_request_of_the_same_commit(
    shop: Scene, released: bool, by_branch: bool
) -> None:
    """A status belongs to the commit: janinko/ghprb#427, Shippable/support#1427. Events of the other pull request
    free nothing.

    `by_branch`: the commit is on the default branch, so GitHub lists its pull requests by the head's name only.
    """
    shop.shop.git.branches |= {"next": shop.shop.head, "other": shop.shop.head}
    if released:
        await shop.shop.commit(".github/ghapp.yml", TWO, by="mona", message="Two")
    pull = await shop.opens("hanako")
    await shop.says("mona", "/lock production 1h moving", on=await shop.opens("taro"))
    held = shop.gate(pull)
    assert held
    assert held[0] == "pending"
    if by_branch:
        shop.shop.git.branches["main"] = pull.head_sha
    beside = await shop.shop.open_beside(pull, "next")
    await shop.idle()
    await shop.shop.label(beside, "anything", by="hanako")
    await shop.shop.change_base(beside, "other", by="hanako")
    await shop.idle()
    assert shop.gate(pull) == held
    await shop.later(minutes=61)
    assert shop.gate(pull) == ("success", "Free to merge")


async def test_a_commit_of_two_pull_requests_is_free_when_both_are(shop: Scene) -> None:
    """One lock ends, and the other goes on."""
    shop.shop.git.branches["next"] = shop.shop.head
    await shop.shop.commit(".github/ghapp.yml", TWO, by="mona", message="Two")
    pull = await shop.opens("hanako")
    await shop.shop.open_beside(pull, "next")
    await shop.idle()
    await shop.says("mona", "/lock production 1h moving", on=pull)
    await shop.says("mona", "/lock preview 2h moving", on=pull)
    for states in ("pending", "pending", "success"):
        found = shop.gate(pull)
        assert found
        assert found[0] == states
        await shop.later(minutes=61)
