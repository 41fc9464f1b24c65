"""The sentences of the fence in Japanese."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "guard.none": "この実行には ghapp が発行した番号がないため、続けられません。`/deploy` からやり直してください。",
    "guard.unknown": "{ticket:code} は {repository} で発行した番号ではないか、とうに終わった番号です。"
    "この番号では何も出せません。`/deploy` からやり直してください。",
    "guard.over": "{ticket:code} はもう無効です。リリースが終わったか、打ち切られたか、"
    "{environment} が次のリリースに移っています。"
    "この番号では何も出せません。今の状態は `/status {environment}` で確認できます。",
    "guard.stopping": "{name} は {by:name} が中止したため、この実行は続けられません。まもなく終了します。",
    "guard.workflow": "{name} を実行するのは {branch:code} の {workflow:code} です。"
    "この実行は別のワークフローか別のブランチのものなので、続けられません。`/deploy` からやり直してください。",
    "guard.attempt": "{name} で許可されているのは1回目の実行だけです。再実行はロックを取らないため、続けられません。"
    "やり直すには {command:code}",
    "guard.other_run": "{name} は別の実行が使っている({url:raw})ため、この実行は続けられません。",
    "guard.not_yet": "どの実行が {name} のものかまだ確認できないため、続けられません。もう一度問い合わせてください。",
    "guard.sha": "{name} で許可されているのは {granted:code} ですが、このジョブが示したのは {sha:code} です。"
    "ワークフローの入力にあるコミットをそのままチェックアウトしてください。",
    "rule.approved": "{name}: #{number} (実行: {actor:name})",
    "rule.over": "この実行には有効な番号がありません。リリースが終わったか、中止・打ち切りになったか、"
    "別の実行が使っています。`/deploy` からやり直してください。",
    "rule.unknown": "{place:code} はデフォルトブランチの `.github/ghapp.yml` にない環境なので、ロックを取れません。"
    "そこに書くか、GitHub でこの環境から ghapp のルールを外してください。",
    "rule.not_by_hand": "ロックを取れるのは手動で始めた実行だけです。この実行は {cause:code} で始まりました。"
    "{command:code} と入力するか、マージで自動的に出すなら `auto: true` を設定してください。",
    "rule.again": "再実行はロックを取りません。`/deploy` と入力するか、新しい実行を始めてください。",
    "rule.workflow": "{environment} に出すのは {branch:code} の {workflow:code} で、"
    "この実行は別のワークフローか別のブランチのものです。そちらを実行するか、`/deploy` と入力してください。",
    "rule.late": "ghapp が判断できないまま10分以上たったので、続けていません。必要ならもう一度実行してください。",
    "rule.no_release": "この実行の元になった {sha:code} は、{environment} を待っているプルリクエストの"
    "マージコミットではありません。出したいプルリクエストで `/deploy {environment}` と入力してください。",
    "rule.could_not_check": "続けてよいかどうかをまだ確認できません: {why:code} このまま待って、もう一度確認します。",
    "not_fenced": "{actor:person} ⚠️ **{name} は出ましたが、ジョブが guard に確認していません**{link:raw}。"
    "これまでは確認していました。この実行と {workflow:code} を見てください。"
    "guard がないと、ロックを通さない実行を止められません。",
    "glass_broken": "⚠️ **{actor:person} がロックを通さずに {environment} への実行を続けました**{link:raw}: "
    "{reason:title} いま何が動いているか確認してください。",
}
