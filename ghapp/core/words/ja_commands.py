"""What `/rollback` and `/cancel` are answered, in Japanese; and what a rollback's comment says."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    # the number's comment of a rollback
    "rollback.accepted": "⏪ {environment} を {number:#} に切り戻します(実行: {actor:person})",
    "rollback.running": "⏪ {environment} を {number:#} に切り戻します(実行: {actor:person}){link:raw}",
    "rollback.succeeded": "⏪ **{environment} を {number:#} に切り戻しました** "
    "({name}、実行: {actor:person}){link:raw}",
    "rollback.failed": "❌ **{name} は失敗しました。{environment} で何が動いているか確認が必要です** "
    "(実行: {actor:person}){link:raw}",
    "rollback.unsure": "❔ **{name} は終了しました。{environment} で何が動いているか確認が必要です** "
    "(実行: {actor:person}){link:raw}",
    "rollback.cancelled": "❌ **{name} は中止されました。{environment} で何が動いているか確認が必要です** "
    "(実行: {actor:person}){link:raw}",
    "rollback.lost": "❔ **{name}: 切り戻しの結果が分かりません** (実行: {actor:person}){link:raw}",
    "rollback.was.succeeded": "⏪ **{since:clock} に {environment} を {number:#} に切り戻しました** "
    "({name}、実行: {actor:person}){link:raw}",
    "rollback.was.failed": "❌ **{since:clock} に {name} は失敗しました** (実行: {actor:person}){link:raw}",
    "rollback.was.unsure": "❔ **{since:clock} に {name} は終了しました** (実行: {actor:person}){link:raw}",
    "rollback.was.cancelled": "❌ **{since:clock} に {name} は中止されました** (実行: {actor:person}){link:raw}",
    "rollback.was.open": "⏹ **{name} は終わる前に打ち切られました** (実行: {actor:person}){link:raw}",
    "rollback.undoing": "取り消し: #{undone}「{undone_title:title}」{undone_sha:code}",
    "rollback.undoing.with": "取り消し: #{undone}「{undone_title:title}」({undone_author:name}) と、"
    "一緒にデプロイされた {others:raw}",
    "rollback.undoing.passes": "その間に本番だったものも取り消します: {others:raw}",
    "rollback.other": "#{number}「{title:title}」({author:name})",
    "rollback.to": "戻し先: #{number}「{title:title}」{sha:code}{was:raw}",
    "rollback.was": "({until:day} まで本番)",
    "rollback.is": "(今の本番)",
    "rollback.how": "ワークフローでもう一度デプロイします。通常のリリースと同じくらいかかります。"
    "DB の変更は戻りません。",
    "rollback.locked": "完了後は {environment} をロックします。",
    "rollback.stays": "{environment} はロックしています。"
    "#{undone} の修正ができたら {command:code} で外してデプロイしてください。",
    "rollback.again": "{environment} はロックしています。やり直すには {again:code}",
    # the end of a rollback, said anew
    "rolled_back": "{holders:people} **{environment} を {number:#} に切り戻しました** ({name})。"
    "#{undone} は取り消しました。",
    "rolled_back.along": "一緒にデプロイされた {others:raw} も取り消しました。",
    "rollback_failed": "{holders:people} **{name} は失敗しました。{environment} で何が動いているか確認が必要です。** "
    "#{undone} を取り消して {number:#} に戻すところでした。",
    "rollback_unsure": "{holders:people} **{name} は終了しました。{environment} で何が動いているか確認が必要です。** "
    "#{undone} を取り消して {number:#} に戻すところでした。",
    "rollback_cancelled": "{holders:people} **{name} は中止されました。"
    "{environment} で何が動いているか確認が必要です。** "
    "#{undone} を取り消して {number:#} に戻すところでした。",
    # refusals of /rollback
    "bad_target": "{typed:code} では戻し先が分かりません。`to #41` のように、本番だったものを書いてください"
    "(止めてよい CodeDeploy のデプロイは `stop d-X1Y2Z3` のように)。"
    "書き方: {usage:code}",
    "no_reason": "`/rollback` に理由 ({typed:code}) は付けられないので、何もしていません。"
    "{command:code} と入力してください。",
    "rolling_back": "{environment} はすでに {holder:name} が {pull:#} に切り戻しています ({name})。"
    "終わるのを待ってから `/status {environment}` で確かめてください。",
    "rolled_back_already": "#{number} はすでに {holder:name} が {environment} から切り戻しました({name})。"
    "それ以上は何もしていません。今の本番は {live:#} です。",
    "rolled_back_already.next": "{undone:#} も取り消すには {command:code}",
    "released_since": "この行が入力されたあとに {holder:name} が #{undone} を {environment} へ"
    "デプロイし始めたので ({name})、何もしていません。",
    "rollback_elsewhere": "#{number} は {environment} の本番でもデプロイ中でもないので、何もしていません。",
    "rollback_elsewhere.barred": "#{number} は以前に {environment} から切り戻したか、切り戻そうとしたものなので、"
    "何もしていません。",
    "rollback_elsewhere.runs": "今の {environment} の本番は {live:#} です。",
    "rollback_elsewhere.next": "#{undone} を取り消すには {command:code}",
    "rollback_elsewhere.first": "#{undone} を取り消すには、そちらで {command:code}",
    "rollback_held": "{environment} は {holder:name} がロック中 ({reason:why}) です。"
    "いま切り戻せるのは {holder:name} か、ロックを外せる人だけです。"
    "{holder:name} に `/unlock {environment}` を頼んでください。",
    "nothing_before": "{environment} の戻し先がありません(前に本番だったものが分からないか、切り戻し済みです)。"
    "修正をマージしてデプロイしてください。",
    "never_live": "#{number} が {environment} の本番だったことはありません。戻せるのは {others:raw} です。",
    "target_gone": "#{target}({sha:code})はもうリポジトリになく、ワークフローでは出せないため、何もしていません。"
    "#{undone} はそのままです。修正をマージしてデプロイしてください。",
    "target_gone.others": "{environment} ではその前に {others:raw} が動いていました。さらに前へ戻すには {command:code}",
    # refusals of /deploy where something was rolled back
    "not_barred": "{other:raw} は {environment} から切り戻したものでも切り戻そうとしたものでもないか、"
    "#{number} に含まれていません。"
    "`with` には書けないので、何もしていません。#{number} を出すには {command:code}",
    "bad_with": "{typed:code} では再び出すものが分かりません。`with #42` や `with #42 #41` のように、"
    "切り戻したプルリクエストを書いてください。書き方: {usage:code}",
    # a mistake in what was typed
    "not_ascii": "{typed:code} に半角の英数字・記号ではない文字 ({point:code}) があるので、何もしていません。"
    "半角で入力し直してください: {usage:code}",
    # answers to /cancel
    "dropped": "🔓 {holder:person} さん、{name} (#{pull}) が終わるのを待たずに進めます"
    "(実行: {actor:name}、理由: {reason:why})。"
    "{environment} の切り戻しを続けます。古い実行が動いた場合は中止します。",
    "cancelling": "⏹ {holder:person} さん、{name} (#{pull}) を {actor:name} が中止しました。"
    "{environment} は実行が終わるまでロックしたままです。終わったらお知らせします。",
    "cancelled_at_once": "⏹ {holder:person} さん、{name} (#{pull}) は実行が始まる前に {actor:name} が中止しました。",
    "nothing_to_cancel": "{environment} で動いているものはないので、中止するものはありません。",
    "too_late_to_cancel": "#{pull} はもう {environment} に出ているので、中止できません。"
    "取り消すには `/rollback {environment}`、{environment} を空けるには `/unlock {environment}`",
    "too_late_to_cancel.ending": "#{pull} はもう {environment} に出ているので、中止できません。"
    "取り消すには `/rollback {environment}`。CodeDeploy の待機は {by:name} が終了させたので、"
    "CodeDeploy の処理が終わると {environment} が空きます。",
    "cancel_lost": "{name} ({pull:#}) の結果が分かっていないので、中止できません。"
    "ワークフローの一覧を見て、動いているものがなければ {command:code}",
    "being_cancelled": "{name} ({pull:#}) はすでに {by:name} が中止しています。実行が終わったらお知らせします。",
    # /help
    "help.rollbackers": "切り戻しできる人: {rollbackers:raw}。",
    "help.you": "あなたが今使えるのは {may:raw} です。",
    "help.you.not": "{may_not:raw} は使えません。",
    "help.you.none": "あなたは見るだけです。",
    "help.rollback": "前の本番(または指定したもの)に戻す。リリース後のロックや凍結期間でも使える",
    "help.cancel": "動いているリリースを中止する。自分のもの、またはロックを外せる人なら誰のものでも",
}
