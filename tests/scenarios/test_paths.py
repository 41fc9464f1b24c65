"""One repository, several environments: which of them a change concerns is read off its files."""

import re

from ghapp.demo.github import Fault, Pull, faults
from tests.scenarios.scene import Scene

CONFIG = """\
slack: {channel: C024BE91L}
timezone: Asia/Tokyo
environments:
  api: {workflow: deploy.yml, paths: ["api/**", "!**/*.md"], warn_paths: ["api/db/**"]}
  web: {workflow: deploy.yml, paths: ["web/**"]}
"""
FILES = re.compile(r"/pulls/\d+/files")


async def monorepo(shop: Scene) -> None:
    """Two environments, and something there already."""
    await shop.shop.commit("web/old.ts", "old\n", by="mona", message="There before")
    await shop.shop.commit(".github/ghapp.yml", CONFIG, by="mona", message="Two of them")


async def changing(shop: Scene, *names: str, who: str = "hanako") -> Pull:
    """An open pull request that changes these files."""
    return await shop.opens(who, files={name: f"{name}\n" for name in names})


def prompted(shop: Scene) -> list[str]:
    """Where people are asked to release to."""
    return re.findall(r"/deploy (\w+)", " ".join(shop.channel()))


async def test_the_environment_that_a_change_concerns_needs_no_name(shop: Scene) -> None:
    """It alone is prompted for, and `/deploy` means it."""
    await monorepo(shop)
    pull = await changing(shop, "api/a.py")
    await shop.merges("mona", pull)
    (prompt,) = shop.channel()
    assert "`/deploy api #41`" in prompt
    await shop.says("mona", "/deploy", on=pull)
    (run,) = shop.runs()
    assert run.inputs["environment"] == "api"


async def test_a_change_of_two_environments_has_to_say_which(shop: Scene) -> None:
    """Both are prompted for, and each is released by itself."""
    await monorepo(shop)
    pull = await changing(shop, "api/a.py", "web/a.ts")
    await shop.merges("mona", pull)
    (prompt,) = shop.channel()
    assert re.findall(r"`/deploy \w+ #41`", prompt) == ["`/deploy api #41`", "`/deploy web #41`"]
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull) == ["which_environment"]
    await shop.says("mona", "/deploy web", on=pull)
    (run,) = shop.runs()
    assert run.inputs["environment"] == "web"


async def test_a_change_that_concerns_none_is_not_asked_about_but_may_be_named(shop: Scene) -> None:
    """Patterns spare people a question; they are no fence."""
    await monorepo(shop)
    pull = await changing(shop, "api/README.md")
    await shop.merges("mona", pull)
    assert shop.channel() == []
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull) == ["which_environment"]
    await shop.says("mona", "/deploy api", on=pull)
    assert len(shop.runs()) == 1


async def test_a_renamed_file_counts_where_it_was_and_where_it_is(shop: Scene) -> None:
    """What left `web` changes `web`."""
    await monorepo(shop)
    pull = await shop.opens("hanako", files={"web/old.ts": None, "api/new.ts": "old\n"})
    await shop.merges("mona", pull)
    assert prompted(shop) == ["api", "web"]


async def test_only_pull_requests_that_concern_it_are_held_by_a_locked_environment(shop: Scene) -> None:
    """The gate of each says what holds its own environments."""
    await monorepo(shop)
    api, web, both, none = [
        await changing(shop, *names)
        for names in (("api/a.py",), ("web/a.ts",), ("api/b.py", "web/b.ts"), ("README.md",))
    ]
    await shop.says("taro", "/lock web 1h trying something", on=web)
    held = ("pending", "web: locked by taro until 14:42 JST: trying something")
    assert [shop.gate(pull) for pull in (api, web, both, none)] == [
        ("success", "Free to merge"),
        held,
        held,
        ("success", "Free to merge"),
    ]
    await shop.says("taro", "/lock api 1h too", on=api)
    assert shop.gate(api) == ("pending", "api: locked by taro until 14:42 JST: too")
    assert shop.gate(none) == ("success", "Free to merge")
    assert not shop.calls("GET", "/files")  # what each of a hundred changes is told in one call
    await shop.says("taro", "/unlock web", on=web)
    assert shop.gate(web) == ("success", "Free to merge")
    assert shop.gate(both) == ("pending", "api: locked by taro until 14:42 JST: too")


async def test_where_the_files_are_not_known_the_gate_is_held_rather_than_open(shop: Scene) -> None:
    """Until GitHub tells them."""
    await monorepo(shop)
    pull = await changing(shop, *(f"api/{number}.py" for number in range(101)))
    shop.github.faults.append(Fault("GET", FILES, faults.status(502), times=1))
    await shop.says("taro", "/lock web", on=pull)
    assert shop.gate(pull) == ("pending", "web: locked by taro until 14:42 JST: no reason given")
    await shop.later(seconds=11)
    assert shop.gate(pull) == ("success", "Free to merge")


async def test_a_merge_whose_files_cannot_be_asked_is_not_forgotten(shop: Scene) -> None:
    """It waits, and is prompted for then."""
    await monorepo(shop)
    pull = await changing(shop, "web/a.ts")
    shop.github.faults.append(Fault("GET", FILES, faults.drop_before, times=2))
    await shop.merges("mona", pull)
    assert shop.channel() == []
    for _ in range(3):
        await shop.later(seconds=11)
    (prompt,) = shop.channel()
    assert "`/deploy web #41`" in prompt


async def test_a_change_too_large_for_github_to_list_concerns_every_environment(shop: Scene) -> None:
    """Three thousand and one files, and also where GitHub refuses to look."""
    await monorepo(shop)
    large = await shop.opens("hanako", files={f"docs/{number}": "x\n" for number in range(3001)})
    await shop.merges("mona", large)
    assert prompted(shop) == ["api", "web"]
    larger = await changing(shop, "docs/a")
    shop.github.faults.append(Fault("GET", FILES, faults.status(422), times=1))
    await shop.merges("mona", larger)
    assert prompted(shop) == ["api", "web"] * 2


async def test_what_a_rollback_does_not_take_back_is_said_before_and_with_the_answer(shop: Scene) -> None:
    """Also where another that ships along brings it."""
    await monorepo(shop)
    first, second = await changing(shop, "api/db/1.sql"), await changing(shop, "api/b.py")
    await shop.merges("mona", first)
    warning = "Includes database migrations; a rollback does not undo them."
    assert shop.channel()[0].splitlines()[-1] == warning
    await shop.merges("mona", second)
    assert shop.channel()[1].splitlines()[-1] == warning
    await shop.says("mona", "/deploy", on=second)
    assert warning in shop.replies(second)[0].splitlines()


async def test_without_warned_files_there_is_no_warning(shop: Scene) -> None:
    """A sentence that always stands there is read by nobody."""
    await monorepo(shop)
    pull = await changing(shop, "api/b.py")
    await shop.merges("mona", pull)
    await shop.says("mona", "/deploy", on=pull)
    assert "migrations" not in " ".join([*shop.channel(), *shop.replies(pull)])
