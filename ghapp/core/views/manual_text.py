"""The prose of `docs/commands.md` and of its Japanese twin: the beginning, the headings, the permissions, the doors."""

from collections.abc import Mapping

from msgspec import Struct

from ghapp.core.config.model import Language

WHO: Mapping[str, Mapping[Language, str]] = {
    "deploy": {
        "en": "`deployers`",
        "ja": "`deployers`",
    },
    "rollback": {
        "en": "`rollbackers`, by default the deployers; during another person's `/lock` only `unlockers`",
        "ja": "`rollbackers` (設定がなければ `deployers`)、ほかの人が `/lock` でロック中なら `unlockers` だけ",
    },
    "cancel": {
        "en": "your own deploy: `deployers`; another person's: `unlockers`",
        "ja": "自分のデプロイは `deployers`、ほかの人のデプロイは `unlockers`",
    },
    "lock": {
        "en": "`deployers`",
        "ja": "`deployers`",
    },
    "unlock": {
        "en": "your own lock: `deployers`; another person's, or after an unknown outcome: `unlockers`, with a reason",
        "ja": "自分のロックは `deployers`、ほかの人のロックと結果が不明なときのロックは `unlockers` (理由が必要)",
    },
    "status": {
        "en": "people who can read the repository",
        "ja": "リポジトリを閲覧できる人",
    },
    "help": {
        "en": "people who can read the repository",
        "ja": "リポジトリを閲覧できる人",
    },
}


class Text(Struct, frozen=True):
    """What one language's page says around the sentences of `words`."""

    head: str
    stop: str
    who: str
    where: str
    doors: Mapping[str, str]
    code: str
    answer: str
    always: str
    mistakes: str
    buttons: str
    slack: str
    board: str


TEXTS: Mapping[Language, Text] = {
    "en": Text(
        stop=".",
        who="Who can:",
        where="Where:",
        doors={
            "pull_request": "a comment on a pull request",
            "check_run": "a button of the check `release / <environment>`",
            "slack": "Slack",
            "board": "the board",
        },
        code="code",
        answer="answer",
        always="Refusals of any command",
        mistakes="Mistakes in the line",
        buttons="Refusals of a button in the checks",
        slack="Refusals in Slack",
        board="Refusals on the board",
        head="""\
# Commands

[日本語](commands.ja.md)

A command is the first line of a comment on a pull request, apart from blank lines and quotes. It fills that line, and
a comment holds only one. It may stand in code marks, as it is shown here, if they hold the whole line. Below a quote it
needs a blank line before it. Nothing in a quote, a fenced block, or code within a sentence is a command. The word may
be written in any case; the word and its operands are plain ASCII, where `／`, `＃41` and the wide blank of an input
method are read as what they mean. A reason is free text. An environment may also be named by an alias of
[the configuration](configuration.md), in any script; width and case do not count: `/deploy 本番`, `/lock ｐｒｏｄ 30m`.
The environment may be left out where there is only one, or where the pull request concerns only one; before a reason or
a time it must be written.

A time is written as `2h`, `2 hours`, `18:00` or `forever`, with `for` or `until` before it if you like: 1m to 7d, and
clock times in the repository's zone. Text that looks like a time and is none (`until tomorrow`, `6:00 pm`, `2h 30m`) is
refused, so that the default does not hold in its place; `for the demo` is a reason.

Reactions to the comment show what happens: 👀 it was seen, 🚀 it starts, 👍 it is done or answered, 👎 it was refused,
😕 it was not understood. A refusal says what, why, and what to do next. Its code, for programs, is in a hidden comment:
`<!-- ghapp:notice … code -->`. A comment that was edited is refused, a deleted one is not run, and one older than ten
minutes has to be typed again. A word that is one letter, or two exchanged neighbours, away from a command gets a hint.
ghapp does not answer other bots' commands, nor `/help` with other words behind it. Before a repository's first deploy
it answers `/help` only to people who can use one of the other commands.

A button of the check `release / <environment>` does the same as its line, for the person who pressed it: `Deploy` is
`/deploy <environment> #<pr>`, `Roll back` is `/rollback <environment>`, `Looks good, next` is `/unlock <environment>`.
A button that no longer fits, or that was offered before another deploy, is refused and does nothing.

[In Slack](slack.md) the same lines are typed as slash commands or pressed as buttons, and only that person sees the
answer. On [the board](board.md) they are typed or pressed on the page of an environment, which need not be named then;
the page shows the answer.

Permissions are checked with GitHub when the command is decided, by the roles, teams and logins in
[the configuration](configuration.md). A person without permissions here gets three answers in ten minutes, and the same
refusal once; once they have the permission, their next line is run. Each person's commands are run at most ten times a
minute.
""",
    ),
    "ja": Text(
        stop="。",
        who="使える人:",
        where="使える場所:",
        doors={
            "pull_request": "プルリクエストのコメント",
            "check_run": "チェック `release / <environment>` のボタン",
            "slack": "Slack",
            "board": "ボード",
        },
        code="コード",
        answer="返答",
        always="どのコマンドにも返ることがあるもの",
        mistakes="入力の誤り",
        buttons="チェックのボタンだけに返るもの",
        slack="Slack だけで返るもの",
        board="ボードだけで返るもの",
        head="""\
# コマンド

[English](commands.md)

コマンドは、プルリクエストのコメントの、空行と引用を除いた最初の行に書きます。
その行にはコマンドだけを書きます。1つのコメントに書けるコマンドは1つです。
このページの例のように、行全体をコードの記号で囲んでもかまいません。引用の下に書くときは、間に空行を入れます。
引用、コードブロック、文中のコードは、コマンドとして扱いません。
コマンド名の大文字と小文字は区別しません。コマンド名と引数は半角です。全角の `／`、`＃41`、空白は半角として扱います。
理由は自由に書けます。環境は[設定](configuration.md)の `aliases` でも指定できます。
`aliases` には日本語も使え、全角と半角、大文字と小文字は区別しません (例: `/deploy 本番`、`/lock ｐｒｏｄ 30m`)。
環境は、1つしかないときと、プルリクエストの対象が1つに決まるときは省略できます。
後ろに理由や時間を書くときは省略できません。

書き方の `environment` は環境名、`#pr` はプルリクエストの番号、`duration` は長さ、`clock` は時刻、`reason` は理由です。
`[ ]` の中は省略できます。返答の ‹ › には実際の値が入ります。

時間は `2h`、`2 hours`、`18:00`、`forever` のように書き、前に `for` や `until` を付けることもできます。
長さは 1m から 7d まで、時刻はリポジトリに設定したタイムゾーンの時刻です。
時間のつもりで書かれていても読めないもの (`until tomorrow`、`6:00 pm`、`2h 30m`) は、既定の長さで実行せずに断ります。
`for the demo` は理由として扱います。

結果はコメントへのリアクションで分かります。👀 は確認、🚀 は開始、👍 は完了または返答、👎 は拒否、😕 は入力の誤りです。
断るときは、何を、なぜ断ったかと、次の手順を返答します。
プログラム向けのコードは、返答の中の表示されないコメント `<!-- ghapp:notice … code -->` にあります。
編集されたコメントは断り、削除されたコメントは実行しません。10分以上前のコメントは、もう一度入力する必要があります。
1文字違いや、隣り合う2文字の入れ違いには、正しいコマンドを提案します。
ほかの bot のコマンドと、後ろに別の語が続く `/help` には返答しません。
リポジトリの最初のデプロイより前は、`/help` 以外のどれかのコマンドを使える人にだけ `/help` に返答します。

チェック `release / <environment>` のボタンを押すと、その人が次のコマンドを入力したのと同じように動作します。

- **デプロイ**: `/deploy <environment> #<pr>`
- **切り戻す**: `/rollback <environment>`
- **問題なし、次の人へ**: `/unlock <environment>`

ほかのデプロイより前に表示されたボタンや、状態に合わなくなったボタンは断り、何も実行しません。

[Slack](slack.md) でも、同じコマンドをスラッシュコマンドやボタンで使えます。返答はその人にだけ表示されます。
[ボード](board.md)の環境のページでも、ボタンや入力欄から使えます。環境名は省略でき、返答はそのページに表示されます。

権限は、コマンドを判断する時点で GitHub に確認します。
使える人は、[設定](configuration.md) のロール、チーム、ログイン名で決まります。
権限のない人への返答は10分間に3回までで、同じ内容は1回だけです。権限が付けば、次のコマンドから実行します。
実行するコマンドは、1人につき1分間に10回までです。
""",
    ),
}
