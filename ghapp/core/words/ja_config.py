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
    "yaml.many": "ファイルの値が {most:raw} 個を超えています。",
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
    "config.owners": "オーナーのルールに誤りがあります。内容は `ghapp check --policy` で確認できます。",
    "config.later": "{text:code} はこの版ではまだ使えません。削除してください。",
    "config.choice.near": "{text:code} は使えません。{near:code} でしょうか?",
    "config.choice.known": "{text:code} は使えません。使えるのは {known} です。",
    "config.single": "値を1つだけ書いてください。",
    "config.null": "値がありません。不要なら設定ごと削除してください。",
    "config.list": "リストで書いてください。例: `[a, b]`",
    "config.least": "このリストには少なくとも {least:raw} つ必要です。",
    "config.most": "ここに書けるのは {most:raw} 個までです。",
    "config.pairs": "組で書いてください。例: `{{name: value}}`",
    "config.flag": "`true` か `false` を書いてください。{text:code} は使えません。",
    "config.timezone": "{text:code} というタイムゾーンはありません。例: `Asia/Tokyo`、`Europe/Berlin`、`UTC`",
    "config.duration": "{least:raw}m から {most:raw}h までの時間を書いてください。例: `30m`",
    "config.placeholder": "{text:code} は使えません。使えるのは "
    "`{{sha}}` `{{environment}}` `{{ticket}}` `{{number}}` `{{pr}}` `{{actor}}` です。",
    "config.team": "チームは `@組織名/チーム名` の形で、URL にある通りに書いてください: {text:code}",
    "config.when": '`"17:00"` のような時刻か `2026-12-28` のような日付を書いてください。{text:code} は使えません。',
    "config.reason": "理由を1行、1〜100文字で書いてください。",
    "config.country": "{text:code} の祝日は分かりません。例: `JP`",
    "config.date": "{text:code} という日付はありません。",
    "config.freeze.days": "{text:code} と {other:code} は一緒に書けません。2つに分けてください。",
    "config.freeze.when": "`weekdays`、`holidays`、`holiday_eve` のどれか、または `from` と `until` の両方が必要です。",
    "config.freeze.dates": "日付の期間には、初日の `from` と最終日の `until` だけを書いてください。",
    "config.freeze.order": "`until` は `from` より後にしてください。夜をまたぐときは2つに分けてください。",
    "config.role": "`none` は許可するロールとして使えません。",
    "config.person": "ロール(`read`、`triage`、`write`、`maintain`、`admin`)、チーム、"
    "GitHub のログイン名、`app/` に続けた App 名(URL にある通り)のどれかを書いてください。{text:code} は使えません。",
    "config.app": "App は `app/release-bot` の形で、URL にある通りに書いてください: {text:code}",
    "config.app.own": "{text:code} は ghapp 自身です。自分のコメントはコマンドとして扱いません。消してください。",
    "config.login": "GitHub のログイン名を書いてください。{text:code} は使えません。",
    "config.login.twice": "{text:code} はすでに {other:code} に割り当てられています。Slack の 1 人は 1 つのログイン名で"
    "操作するので、{named:code} の ID を直すか行を消してください。",
    "config.member": "Slack のメンバー ID を書いてください。例: `U024BE7LH`。{text:code} は使えません。",
    "config.alias": "a-z、0-9、- の名前を書いてください。{text:code} は使えません。",
    "config.branch": "ブランチ名を書いてください。{text:code} は使えません。",
    "config.workflow": "`.github/workflows` にあるファイルの名前を書いてください。例: `deploy.yml`。"
    "{text:code} は使えません。",
    "config.template": "input の値は {most} 文字までです。",
    "config.input": "input の名前を書いてください。{text:code} は使えません。",
    "config.pattern": "`.gitignore` と同じ形のパスのパターンを書いてください。`\\` と `#` は使えず、"
    "`**` は `/` の間だけです: {text:code}",
    "config.pattern.first": "{text:code} の前に、対象にするものを書いてください。例: `**`",
    "config.checks": "`required`、`all`、`none`、または名前のリストを書いてください。{text:code} は使えません。",
    "config.label": "ラベルの名前(50文字まで)を書いてください。{text:code} は使えません。",
    "config.url": "https://shop.example.com のようなアドレスを書いてください。{text:code} は使えません。",
    "config.check": "チェックの名前を書いてください。{text:code} は使えません。",
    "config.approvals": "0 から {most:raw} までの数を書いてください。{text:code} は使えません。",
    "config.channel": "Slack のチャンネル ID を書いてください。例: `C024BE91L`。{text:code} は使えません。",
    "config.external_id": "external id はここでは決められません。`role_arn` があれば常に `ghapp:<リポジトリ ID>` です。"
    "この行を消し、ロールの信頼ポリシーでその値を求めてください。",
    "config.target": "`codedeploy:アプリケーション/グループ` の形で書いてください。{text:code} は使えません。",
    "config.platforms": "オーナーを除いたリポジトリ名を書いてください(例: `shop`、`api-*`)。{text:code} は使えません。",
    "policy.unread": "オーナーのルールを読めません。",
    "config.group": "Slack のユーザーグループ ID を書いてください。例: `S0614TZR7`。{text:code} は使えません。",
    # what the workflows say to it
    "workflow.none": "{environment:code}: `.github/workflows/{file:raw}` がありません。",
    "workflow.unreadable": "{environment:code}: `.github/workflows/{file:raw}` が読めません。"
    "{line:raw}行目を確認してください。",
    "workflow.no_dispatch": "{environment:code}: {file:code} は手動で開始できません。"
    "`on` に `workflow_dispatch` を足してください。",
    "workflow.input.unknown": "{environment:code}: {file:code} に {name:code} という input がないので、"
    "GitHub に拒否されます。あるのは {known} です。",
    "workflow.input.missing": "{environment:code}: {file:code} に必須の input {name:code} が渡されていません。",
    "workflow.input.value": "{environment:code}: input {name:code} に {value:code} は渡せません。"
    "使えるのは {known} です。",
    "workflow.no_sha": "{environment:code}: `{{sha}}` を渡す input がないので、{file:code} はどのコミットを出すのか"
    "分かりません。",
    "workflow.no_ticket": "{environment:code}: `{{ticket}}` を渡す input がないので、{file:code} の実行を時刻でしか"
    "見分けられません。専用の input を作り、`run-name` に入れると確実になります。",
    "workflow.run_name": "{environment:code}: {file:code} の `run-name` にチケットを入れると、実行を確実に"
    "見つけられます: "
    "`run-name: Deploy ${{{{ inputs.{input:raw} }}}}`",
    "branch.none": "{environment:code}: {branch:code} というブランチがありません。"
    "ブランチができるまで、ここには何も出せません。",
    "app.none": "{environment:code}: App {app:code} が GitHub で見つかりません。App の URL にある名前に直してください。"
    "直すまでは誰も使えるようになりません。",
    "app.foreign": "{environment:code}: App {app:code} の所有者は {owner:code} で、このリポジトリの所有者ではないため、"
    "使えません。",
    "login.no_write": "{environment:code}: {login:code} にはこのリポジトリへの書き込み権限がないか、その名前の"
    "ユーザーがいません。名前を書いても、使えるようにはなりません。",
    "target.setting": "{environment:code}: このリポジトリには {target:code} の操作が許可されていないので、"
    "`/rollback` は"
    "使えません。ghapp の運用者が `GHAPP_AWS_TARGETS` に追加すると使えます: {setting:code}",
    "target.rule": "{environment:code}: このリポジトリには {target:code} の操作が許可されていないので、`/rollback` は"
    "使えません。オーナーが {file:code} の `platforms` に追加すると使えます: {rule:code}",
    "workflow.past_lock": "{environment:code}: {cause:code} ({file:code} の {line:raw} 行目) でも開始され、ロックを"
    "通りません。そこから外し、マージごとに自動で出すなら `auto: true` を書いてください。または、デプロイのジョブに"
    "ガードを入れるか、`github.event_name` を見る `if:` を付けてください。",
    "workflow.cancels": "{environment:code}: `cancel-in-progress: true` ({file:code} の {line:raw} 行目) があると、次の"
    "実行が始まったときにリリースが途中で止まります。外してください。外せば、次の実行は待ちます。",
    "workflow.queue": "{environment:code}: {file:code} はマージキューで動きます。"
    "GitHub 側の「Status check timeout」は、リリースの所要時間と `lock` ({lock:raw}分) の合計より長くしてください。"
    "短いと、キューに入れたものが途中で外れます。",
    # what GitHub answers where it does not start one
    "dispatch.no_workflow": "デフォルトブランチに {file:code} というワークフローがありません。"
    "追加するか、`.github/ghapp.yml` の `workflow` を直してください。",
    "dispatch.no_trigger": "デフォルトブランチの {file:code} は、`on` に `workflow_dispatch` がありません。"
    "追加してください。",
    "dispatch.unknown_input": "デフォルトブランチの {file:code} に {name:code} という input がありません。"
    "`workflow_dispatch` に追加するか、`.github/ghapp.yml` の `inputs` から外してください。",
    "dispatch.missing_input": "{file:code} に必須の input {name:code} が渡されていません。"
    "`.github/ghapp.yml` の `inputs` に追加するか、ワークフロー側で default を付けてください。",
    "dispatch.input_value": "{file:code} の input {name:code} に、許可されていない値が渡されています。"
    "`.github/ghapp.yml` の `inputs` か、ワークフロー側の選択肢を直してください。",
    "dispatch.unreadable": "デフォルトブランチの {file:code} を GitHub が読めません: {name:code}。直してください。",
    "dispatch.disabled_workflow": "ワークフロー {file:code} は無効になっています。"
    "リポジトリの「Actions」ページで有効にしてください。",
    "dispatch.disabled_actions": "このリポジトリまたは所有者の GitHub Actions が無効になっています。"
    "管理者が設定の「Actions」で有効にしてください。",
    "dispatch.not_allowed": "ワークフロー実行の保護 (workflow execution protection) により、"
    "{file:code} を開始できません。"
    "管理者が設定の「Actions」→「Policies」で、この App とイベント `workflow_dispatch` を許可してください。",
    "dispatch.no_permission": "{file:code} を開始できません。App に「Actions: Read and write」の権限がありません。"
    "所有者が設定の「GitHub Apps」にあるこの App のページで許可してください。",
    # the commands of the terminal
    "check.valid": "{file:raw} に問題はありません: {environments:names}",
    "check.valid.policy": "{file:raw} はオーナーの全リポジトリのルールとして問題ありません: {keys:names}",
    "check.invalid": "{file:raw}: {what:raw}",
    "check.advice": "{file:raw}: 推奨: {what:raw}",
    "check.absent": "{file:raw} がありません。`ghapp init` で最初のものを作れます",
    "check.empty": "{file:raw} は空です。このリポジトリでは ghapp は何もしません",
    "check.alone": "{file:raw} はチェックアウトの .github にないので、ワークフローは確認していません",
    "check_run.valid": "設定に問題はありません。",
    "check_run.invalid": "設定に直すところが {count:raw} か所あります。",
    "check_run.advice": "推奨: {what:raw}",
    "check_run.unread": "まだ確認できていません。ワークフローを読めませんでした。",
    "check_run.unread.more": "設定にあるワークフロー ({files:raw}) を GitHub から読めませんでした。"
    "自動でもう一度確認するので、操作は要りません。",
    "check_run.gone": "マージすると、ここでは ghapp は何もしなくなります。",
    "check_run.gone.more": "設定がなくなります。動いているものは最後まで見届け、その後ゲートを開けます。",
    "init.exists": "{file:raw} はもうあるので、何も書いていません。内容は `ghapp check` で確認できます",
    "init.nothing": "{folder:raw} に手動で開始できるワークフローがありません。"
    "リリースするものの `on` に `workflow_dispatch` を足して、もう一度実行してください",
    "init.unreadable": "{file:raw} は読めないので除きました: {what:raw}",
    "init.written": "{file:raw} を作りました: {environments:names}",
    "init.open": "{environment:raw}: ワークフローに必須の input {name:raw} を埋めてください",
    "init.next": "次に: 内容を見直して Slack のチャンネルを書き、`ghapp check` で確認してから、デフォルトブランチに"
    "コミットしてください。設定の一覧: docs/configuration.md",
}
