"""`ghapp history`: what happened, from the store alone, while GitHub is down."""

import csv
import io
import json
from pathlib import Path

from tests.cli.running import ghapp
from tests.scenarios.linking import linked, with_sign_in
from tests.scenarios.scene import Scene, scene

ROWS = ("at", "repository", "environment", "what", "who", "door", "why", "number", "pull", "sha", "result")


async def shown(shop: Scene, *arguments: str) -> str:
    code, out, err = await ghapp(shop, "history", *arguments)
    assert (code, err) == (0, "")
    return out


async def test_the_story_of_a_release(tmp_path: Path) -> None:
    """The newest first, in the zone of the config; the same as a document and as a table."""
    async with scene(tmp_path) as shop:
        pull = await shop.released("taro")
        await shop.says("hanako", "/lock production 2h sale", on=pull)
        await shop.says("taro", "/deploy", on=pull)
        name, number = shop.shop.full_name, pull.number
        lines = [line.split(f"  {name}  ") for line in (await shown(shop, "production")).splitlines()]
        document = json.loads(await shown(shop, "--repo", name.upper(), "--json"))["entries"]
        table = list(csv.DictReader(io.StringIO(await shown(shop, "production", "--csv"))))
        japanese = await shown(shop, "--language", "ja")
    said = [sentence for _, sentence in lines]
    assert said[:3] == [
        "`/deploy` by taro was refused (`already_live`)",
        "hanako locked production until 15:42 JST: sale",
        f"#{number} is live on production",
    ]
    assert said[-2:] == [f"#{number} was merged and waits for production", "production was added to the config"]
    assert {at for at, _ in lines} == {"2026-11-23 13:42 JST"}
    assert [tuple(one) for one in (document[0], table[0])] == [ROWS, ROWS]
    assert [one["at"] for one in document] == [one["at"] for one in table]
    assert [one["what"] for one in document] == [one["what"] for one in table]
    assert f"#{number} が production で稼働中になりました" in japanese


async def test_links_of_slack_members_belong_to_no_repository(tmp_path: Path) -> None:
    """They are shown where no repository and no environment is asked for."""
    async with scene(tmp_path) as shop:
        await with_sign_in(shop)
        await linked(shop, "mona")
        everything, document = await shown(shop), json.loads(await shown(shop, "--json"))["entries"]
        assert everything == (
            "2026-11-23 04:42 UTC  slack  mona was linked to a Slack member, by signing in with GitHub "
            "(T0ACME000/U0ANN0001)\n"
        )
        assert [(one["repository"], one["environment"], one["what"], one["who"], one["why"]) for one in document] == [
            ("slack", None, "linked", "mona", "T0ACME000/U0ANN0001")
        ]
        await shop.released("taro")
        assert "linked to a Slack member" not in await shown(shop, "production")
        assert "linked to a Slack member" not in await shown(shop, "--repo", shop.shop.full_name)


async def test_names_that_the_store_does_not_have(tmp_path: Path) -> None:
    """A repository is known by its present name: another one may take the former."""
    async with scene(tmp_path) as shop:
        former = shop.shop.full_name
        pull = await shop.released("taro")
        shop.shop.rename("counter")
        await shop.says("taro", "/lock production", on=pull)
        assert await ghapp(shop, "history", "prod") == (
            1,
            "",
            "ghapp: there is no environment prod; known: production\n",
        )
        assert await ghapp(shop, "history", "--repo", former) == (
            1,
            "",
            f"ghapp: the store has no repository {former}\n",
        )
        assert (await shown(shop, "--repo", shop.shop.full_name)).count("taro locked production") == 1
        code, out, err = await ghapp(shop, "history", "--since", "forever")
        assert (code, out) == (2, "")
        assert "--since must be a span" in err
