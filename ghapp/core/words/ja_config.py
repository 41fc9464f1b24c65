"""What can be wrong with a config file, in Japanese."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "problem": "{line:raw}行目{column:raw}列目: {what:raw}",
    "yaml.large": "ファイルが {most:raw} KiB を超えています。",
    "yaml.binary": "テキストファイルではありません。",
    "yaml.not_a_file": "ファイルではありません。",
    "yaml.broken": "YAML として読めません: {why}",
    "yaml.alias": "アンカーとエイリアスは使えません。値をそのまま書いてください。",
    "yaml.tag": "タグは使えません。値だけを書いてください。",
    "yaml.documents": "1つのファイルに複数のドキュメントがあります。",
    "yaml.deep": "入れ子が {most:raw} 段を超えています。",
    "yaml.key": "キーは1つの語で書いてください。",
    "yaml.twice": "{text:code} が2回書かれています。",
    "config.file": "`environments:` のあるファイルが必要です。",
    "config.environments": "環境が1つ以上必要です。例: `production: {{workflow: deploy.yml}}`",
    "config.environments.many": "環境は {most:raw} 個までです。",
    "config.name": "環境の名前は a-z、0-9、- の1〜64文字です。{text:code} は使えません。",
    "config.name.twice": "{environment:code} の {text:code} は {other:code} でも使われています。"
    "1つの名前が指せる環境は1つだけです。",
    "config.name.alike": "{environment:code} の {text:code} は {other:code} の {known:code} と見分けにくいので、"
    "別の名前にしてください。",
    "config.record": "設定が必要です。例: {example:code}",
    "config.missing": "{text:code} がありません。例: {example:code}",
    "config.key.near": "ここに {text:code} という設定はありません。{near:code} でしょうか?",
    "config.key.known": "ここに {text:code} という設定はありません。使えるのは {known} です。",
    "config.later": "{text:code} はこの版ではまだ使えません。削除してください。",
    "config.choice.near": "{text:code} は使えません。{near:code} でしょうか?",
    "config.choice.known": "{text:code} は使えません。使えるのは {known} です。",
    "config.single": "値を1つだけ書いてください。",
    "config.null": "値がありません。不要なら設定ごと削除してください。",
    "config.list": "リストで書いてください。例: `[a, b]`",
    "config.least": "このリストには少なくとも {least:raw} つ必要です。",
    "config.pairs": "組で書いてください。例: `{{name: value}}`",
    "config.flag": "`true` か `false` を書いてください。{text:code} は使えません。",
    "config.timezone": "{text:code} というタイムゾーンはありません。例: `Asia/Tokyo`、`Europe/Berlin`、`UTC`",
    "config.duration": "{least:raw}m から {most:raw}h までの時間を書いてください。例: `30m`",
    "config.placeholder": "{text:code} は使えません。使えるのは "
    "`{{sha}}` `{{environment}}` `{{ticket}}` `{{number}}` `{{pr}}` `{{actor}}` です。",
    "config.team": "{text:code}: チームはこの版ではまだ使えません。ロールかログイン名を書いてください。",
    "config.role": "`none` は許可するロールとして使えません。",
    "config.person": "ロール(`read`、`triage`、`write`、`maintain`、`admin`)か GitHub のログイン名を書いてください。"
    "{text:code} は使えません。",
    "config.login": "GitHub のログイン名を書いてください。{text:code} は使えません。",
    "config.member": "Slack のメンバー ID を書いてください。例: `U024BE7LH`。{text:code} は使えません。",
    "config.alias": "a-z、0-9、- の名前を書いてください。{text:code} は使えません。",
    "config.branch": "ブランチ名を書いてください。{text:code} は使えません。",
    "config.workflow": "`.github/workflows` にあるファイルの名前を書いてください。例: `deploy.yml`。"
    "{text:code} は使えません。",
    "config.input": "input の名前を書いてください。{text:code} は使えません。",
    "config.channel": "Slack のチャンネル ID を書いてください。例: `C024BE91L`。{text:code} は使えません。",
    "config.group": "Slack のユーザーグループ ID を書いてください。例: `S0614TZR7`。{text:code} は使えません。",
}
