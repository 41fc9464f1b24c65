"""The commands of the terminal and their options. The modules of a command are imported when it runs."""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import ghapp
from ghapp.cli.arguments import Parser
from ghapp.core.config.model import CONFIG_PATH, Language
from ghapp.core.model.secret import masked
from ghapp.core.views.markup import Terminal

WAITING = "ghapp: asking GitHub, Slack, the store and AWS; two minutes at most …"


def run(arguments: Sequence[str]) -> int:
    """Runs one command. A missing or invalid setting is one line on stderr, and exit code 2. Without one: the help."""
    parser = make_parser()
    if not arguments:
        parser.print_help()
        return 0
    asked = parser.parse_args(arguments)
    if asked.command is None:
        parser.error("a command is missing")
    if asked.command == "completion":
        from ghapp.cli import completion

        return completion.completion(parser, asked.shell)
    if asked.command == "check" and (wrong := _not_together(asked)):
        asked.refuse(wrong)
    if asked.command == "setup":  # which asks a person, so that no event loop may run meanwhile
        from ghapp.cli.setup import command

        return command.setup(command.Asked(asked.org, asked.github_url, asked.public_url, asked.force))
    alone = asked.command == "init" or (asked.command == "check" and not asked.live)
    try:
        return _without_settings(asked) if alone else _with_settings(asked)
    except KeyboardInterrupt:
        return 130


def _not_together(asked: argparse.Namespace) -> str:
    """Why the options of `check` contradict each other; empty if they do not."""
    if asked.live and (asked.path or asked.language):
        return "argument --live: takes no file, and no other option but --json"
    return "argument --json: only with --live" if asked.json and not asked.live else ""


def _without_settings(asked: argparse.Namespace) -> int:
    """Runs a command that has no settings. A file that cannot be read or written is one line on stderr."""
    try:
        return _local(asked)
    except BrokenPipeError:  # stdout's
        raise
    except OSError as error:
        named = error.filename or getattr(asked, "path", None) or CONFIG_PATH
        _complain(f"{named}: {error.strerror}")
        return 2


def _local(asked: argparse.Namespace) -> int:
    from ghapp.cli import checkout

    spoken = _spoken()
    if asked.command == "init":
        from ghapp.cli import init

        asking = not asked.yes and sys.stdin.isatty() and sys.stderr.isatty()
        return init.init(checkout.config_path(), language=asked.language or spoken, asking=asking)
    from ghapp.cli import check

    if asked.schema:
        return check.print_schema()
    path = asked.path or checkout.config_path()
    if asked.policy:
        return check.check_policy(path, language=asked.language or spoken)
    return check.check(path, language=asked.language, otherwise=spoken, show=asked.effective)


def _spoken() -> Language:
    """The terminal's language."""
    return "ja" if os.environ.get("LANG", "").startswith("ja") else "en"


def _with_settings(asked: argparse.Namespace) -> int:
    import asyncio

    from ghapp.settings import SettingsError

    try:
        if asked.command == "healthy":
            from ghapp.cli import healthy

            return healthy.healthy()
        return asyncio.run(_carried_out(asked))
    except SettingsError as error:
        for line in str(error).splitlines():
            _complain(line)
        return 2


async def _carried_out(asked: argparse.Namespace) -> int:
    if asked.command in ("serve", "web", "worker"):
        from ghapp.cli import server

        return await server.serve(asked.command)
    if asked.command == "check":
        from ghapp import settings

        loaded = settings.load()
        print(WAITING, file=sys.stderr, flush=True)  # before the other imports, which take a while
        from ghapp.cli.live.command import check_live

        return await check_live(loaded, document=asked.json)
    if asked.command == "deliveries":
        from ghapp.cli import deliveries

        return await deliveries.dead() if asked.dead else await deliveries.retry(asked.retry)
    if asked.command == "sweep":
        from ghapp.cli import sweep

        return await sweep.sweep(asked.since)
    if asked.command == "table":
        from ghapp.cli import table

        return await table.create(restored=asked.restored) if asked.what == "create" else await table.check()
    if asked.command == "history":
        from ghapp.cli import history

        form: history.Form = "json" if asked.json else "csv" if asked.csv else "text"
        return await history.history(
            asked.environment, asked.repo, since=asked.since, form=form, language=asked.language or _spoken()
        )
    return int(await _demo().demo(play=asked.play, language=asked.language, port=asked.port))


def _complain(line: str) -> None:
    """The line may quote what was typed or set."""
    print(f"ghapp: {masked(Terminal().escape(line))}", file=sys.stderr)


def _demo() -> ModuleType:
    """Raises SettingsError where the package was installed without its extra for the demo."""
    try:
        from ghapp.cli import demo
    except ModuleNotFoundError as missing:
        if (missing.name or "").split(".")[0] != "graphql":
            raise
        from ghapp.settings import SettingsError

        raise SettingsError("the demo needs a package that is not installed: pip install 'ghapp[demo]'") from None
    return demo


def _port(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"expected a number from 0 to 65535, not {text!r}")
    return int(text)


def make_parser() -> argparse.ArgumentParser:
    parser = Parser(prog="ghapp", description="One pull request, one release.")
    parser.add_argument("--version", action="version", version=f"ghapp {ghapp.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    setup = commands.add_parser("setup", help="create the GitHub App and the Slack app, and write .env")
    setup.add_argument("--org", default="", help="the organization that will own the App (default: yourself)")
    setup.add_argument("--github-url", default="", metavar="URL", help="an Enterprise Server (default: github.com)")
    setup.add_argument("--public-url", default="", metavar="URL", help="the server's public address, https")
    setup.add_argument("--force", action="store_true", help="add to an existing .env what is missing")
    commands.add_parser("serve", help="run the server, with its settings from the environment and .env")
    letters = commands.add_parser(
        "deliveries", help="the events that could not be processed"
    ).add_mutually_exclusive_group(required=True)
    letters.add_argument("--dead", action="store_true", help="list them: id, kind, and why ghapp gave up")
    letters.add_argument("--retry", metavar="ID", help="process one once more; an old command is only answered")
    sweep = commands.add_parser("sweep", help="ask GitHub for failed deliveries, as the server does automatically")
    sweep.add_argument("--since", default="6h", metavar="SPAN", help="how far back, such as 90m or 3d (default: 6h)")
    commands.add_parser("healthy", help="ask the server on this host whether it is ready: 0 yes, 1 no, 3 no answer")
    commands.add_parser("web", help="run only the web server, which accepts events; any number of them")
    commands.add_parser("worker", help="run only the worker, which processes the events; any number of them")
    check = commands.add_parser("check", help="check a config, and whether its workflows accept their inputs")
    check.add_argument("path", nargs="?", type=Path, help=f"default: the checkout's {CONFIG_PATH}")
    instead = check.add_mutually_exclusive_group()
    instead.add_argument("--effective", action="store_true", help="print all effective settings, with defaults")
    instead.add_argument(
        "--policy", action="store_true", help="check an owner's rules instead, of the repository in GHAPP_POLICY"
    )
    instead.add_argument("--schema", action="store_true", help="print the JSON Schema for editors instead")
    instead.add_argument(
        "--live", action="store_true", help="ask GitHub, Slack, the store and AWS whether the server's settings fit"
    )
    check.add_argument("--json", action="store_true", help="with --live: print one JSON document")
    check.set_defaults(refuse=check.error)
    init = commands.add_parser(
        "init",
        help=f"write a first {CONFIG_PATH} from the existing workflows",
        epilog="With a token in GH_TOKEN, else GITHUB_TOKEN, it reads the names of the repository's environments from "
        "GitHub, where the workflows leave them open: from github.com, or from the host in GH_HOST.",
    )
    init.add_argument("--yes", action="store_true", help="ask nothing: write comments where an answer is missing")
    for local in (check, init):
        local.add_argument("--language", choices=("en", "ja"), help="of the output (default: the file's, or LANG's)")
    history = commands.add_parser("history", help="what happened in the environments, from the store alone")
    history.add_argument("environment", nargs="?", metavar="ENVIRONMENT", help="default: all of them")
    history.add_argument("--repo", metavar="OWNER/REPO", help="default: all in the store")
    history.add_argument(
        "--since", default="30d", metavar="SPAN", help="how far back, such as 6h or 90d (default: 30d)"
    )
    form = history.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON document")
    form.add_argument("--csv", action="store_true", help="print a table for spreadsheets")
    history.add_argument("--language", choices=("en", "ja"), help="of the sentences (default: LANG's)")
    table = commands.add_parser("table", help="the DynamoDB table that GHAPP_STORE names").add_subparsers(
        dest="what", required=True, metavar="create|check"
    )
    create = table.add_parser("create", help="create it, or what it lacks")
    create.add_argument("--restored", action="store_true", help="accept a restored backup, also of a SQLite file")
    table.add_parser("check", help="check whether it is safe for locks; if not, exit code 1 and the reasons")
    completion = commands.add_parser("completion", help="print a script that completes ghapp's arguments in a shell")
    completion.add_argument("shell", choices=("bash", "zsh", "fish"), metavar="bash|zsh|fish", help="the shell")
    demo = commands.add_parser("demo", help="run the server with a local GitHub and Slack, and a page to try it")
    demo.add_argument("--play", action="store_true", help="play a story automatically, and print what happens")
    demo.add_argument(
        "--language", choices=("en", "ja"), default="en", help="of the server, the page and the story (default: en)"
    )
    demo.add_argument("--port", type=_port, default=0, help="the page's port (default: any free one)")
    return parser
