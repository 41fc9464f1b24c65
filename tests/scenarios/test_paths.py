"""One repository, several environments: a pull request's files decide which of them it concerns."""

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
    """Configures two environments and commits a file."""
    await shop.shop.commit("web/old.ts", "old\n", by="mona", message="There before")
    await shop.shop.commit(".github/ghapp.yml", CONFIG, by="mona", message="Two of them")


async def changing(shop: Scene, *names: str, who: str = "hanako") -> Pull:
    """An open pull request that changes these files."""
    return await shop.opens(who, files={name: f"{name}\n" for name in names})


def prompted(shop: Scene) -> list[str]:
    """The environments in the prompts."""
    return re.findall(r"/deploy (\w+)", " ".join(shop.channel()))


async def test_the_environment_that_a_change_concerns_needs_no_name(shop: Scene) -> None:
    """Only that environment is prompted for, and `/deploy` means it."""
    await monorepo(shop)
    pull = await changing(shop, "api/a.py")
    await shop.merges("mona", pull)
    (prompt,) = shop.channel()
    assert "`/deploy api #41`" in prompt
    await shop.says("mona", "/deploy", on=pull)
    (run,) = shop.runs()
    assert run.inputs["environment"] == "api"


async def test_a_change_of_two_environments_needs_the_name_of_one(shop: Scene) -> None:
    """Both are prompted for, and each is released separately."""
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


async def test_a_change_of_no_environment_is_released_only_by_name(shop: Scene) -> None:
    """`paths` saves a question; it forbids nothing."""
    await monorepo(shop)
    pull = await changing(shop, "api/README.md")
    await shop.merges("mona", pull)
    assert shop.channel() == []
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull) == ["which_environment"]
    await shop.says("mona", "/deploy api", on=pull)
    assert len(shop.runs()) == 1


async def test_a_renamed_file_counts_under_its_old_and_its_new_path(shop: Scene) -> None:
    """A file moved out of `web` changes `web`."""
    await monorepo(shop)
    pull = await shop.opens("hanako", files={"web/old.ts": None, "api/new.ts": "old\n"})
    await shop.merges("mona", pull)
    assert prompted(shop) == ["api", "web"]


async def test_a_locked_environment_holds_only_pull_requests_that_concern_it(shop: Scene) -> None:
    """Each gate shows the obstacle of its own environments."""
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
    assert not shop.calls("GET", "/files")  # one call reads the files of up to a hundred pull requests
    await shop.says("taro", "/unlock web", on=web)
    assert shop.gate(web) == ("success", "Free to merge")
    assert shop.gate(both) == ("pending", "api: locked by taro until 14:42 JST: too")


async def test_a_gate_is_held_while_the_files_are_unknown(shop: Scene) -> None:
    await monorepo(shop)
    pull = await changing(shop, *(f"api/{number}.py" for number in range(101)))
    shop.github.faults.append(Fault("GET", FILES, faults.status(502), times=1))
    await shop.says("taro", "/lock web", on=pull)
    assert shop.gate(pull) == ("pending", "web: locked by taro until 14:42 JST: no reason given")
    await shop.later(seconds=11)
    assert shop.gate(pull) == ("success", "Free to merge")


async def test_a_merge_whose_files_cannot_be_read_is_prompted_for_later(shop: Scene) -> None:
    """The merge waits, and is prompted for once GitHub lists its files."""
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
    """More than 3,000 files; likewise where GitHub refuses to list them."""
    await monorepo(shop)
    large = await shop.opens("hanako", files={f"docs/{number}": "x\n" for number in range(3001)})
    await shop.merges("mona", large)
    assert prompted(shop) == ["api", "web"]
    larger = await changing(shop, "docs/a")
    shop.github.faults.append(Fault("GET", FILES, faults.status(422), times=1))
    await shop.merges("mona", larger)
    assert prompted(shop) == ["api", "web"] * 2


async def test_a_change_that_a_rollback_does_not_undo_is_warned_of_in_prompt_and_answer(shop: Scene) -> None:
    """Also where the migration comes with another release that ships along."""
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
    """A warning that always appears is read by nobody."""
    await monorepo(shop)
    pull = await changing(shop, "api/b.py")
    await shop.merges("mona", pull)
    await shop.says("mona", "/deploy", on=pull)
    assert "migrations" not in " ".join([*shop.channel(), *shop.replies(pull)])
