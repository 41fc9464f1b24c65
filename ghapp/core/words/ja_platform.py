"""What is said where a platform brings out and takes back, in Japanese."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    # the gate, at most 140 characters
    "gate.rolling_back": "{environment}: {pull:#} に切り戻し中 ({holder:name})",
    "gate.overtaking": "{environment}: {pull:#} への切り戻し ({holder:name}) は {after} の終わりを待っています",
    "gate.stuck": "{environment}: {pull:#} への切り戻し ({holder:name}) が待ちのままです。確認してから {line}",
    "gate.unended": "{environment}: {pull:#} ({holder:name}) の終わりを確認できません。確認してから {line}",
    "gate.cancelling": "{environment}: {pull:#} ({holder:name}) を {by:name} が中止しています",
    "gate.ending": "{environment}: {pull:#} をリリース済み ({holder:name})。{by:name} が待機を終了、"
    "CodeDeploy の処理が終わると空きます",
    "gate.shifting": "{environment}: CodeDeploy が {pull:#} を処理中 ({holder:name})。{until:clock} 以降に空く予定",
    "gate.shifting.open": "{environment}: CodeDeploy が {pull:#} を処理中 ({holder:name})",
    "gate.scaling": "{environment}: {pull:#} ({holder:name}) の後、CodeDeploy が新しいインスタンスへ配置中",
    "gate.kept": "{environment}: {pull:#} をリリース済み ({holder:name})、切り戻し待機中。{until:clock} 以降に空く予定",
    "gate.kept.open": "{environment}: {pull:#} をリリース済み ({holder:name})、切り戻し待機中",
    "gate.unasked": "{environment}: {pull:#} ({holder:name})、CodeDeploy に問い合わせできません。確認が必要です",
    # the prompt after a merge
    "prompt.rolling_back": "{holder:name} が {pull:#} に切り戻し中です。",
    "prompt.overtaking": "{holder:name} による {pull:#} への切り戻しは {after} の終わりを待っています。",
    "prompt.stuck": "{holder:name} による {pull:#} への切り戻しは {after} の終わりを待っていますが、"
    "終わりを確認できません。先にワークフローの一覧を確認してください。待たずに進めるには {line:code}",
    "prompt.unended": "{name} ({pull:#}、{holder:name}) の終わりを確認できません。"
    "先にワークフローの一覧を確認してください。"
    "待たずに進めるには {line:code}",
    "prompt.cancelling": "{holder:name} の {pull:#} を {by:name} が中止しています。",
    "prompt.ending": "{holder:name} の {pull:#} が出たところで、{by:name} が CodeDeploy の待機を終了させました。"
    "CodeDeploy の処理が終わると空きます。",
    "prompt.shifting": "CodeDeploy が {holder:name} の {pull:#} を処理中。",
    "prompt.shifting.open": "CodeDeploy が {holder:name} の {pull:#} を処理中です。",
    "prompt.scaling": "{holder:name} の {pull:#} の後、CodeDeploy が増減するインスタンスへの配置を続けています。",
    "prompt.kept": "{holder:name} の {pull:#} が出たところで、すぐ切り戻せるように前の環境を残しています。",
    "prompt.kept.open": "{holder:name} の {pull:#} が出たところで、すぐ切り戻せるように前の環境を残しています。",
    "prompt.unasked": "{holder:name} による {pull:#} の実行は終わりましたが、CodeDeploy の状態を確認できません。",
    "prompt.back": ":rewind: {environment} を #{undone} から {pull:#} に切り戻し中です ({name}、実行: {actor:name})。",
    "prompt.back.waits": ":rewind: {environment} を #{undone} から {pull:#} に切り戻します"
    " ({name}、実行: {actor:name})。",
    "prompt.back.succeeded": ":rewind: {environment} を #{undone} から {pull:#} に切り戻しました"
    " ({name}、実行: {actor:name})。",
    "prompt.back.failed": ":x: {name} は失敗しました。{environment} で何が動いているか確認が必要です。",
    "prompt.back.unsure": ":grey_question: {name} は終了しました。{environment} で何が動いているか確認が必要です。",
    "prompt.back.cancelled": ":x: {name} は中止されました。{environment} で何が動いているか確認が必要です。",
    "prompt.back.lost": ":grey_question: {name}: 切り戻しの結果が分かりません。まず状態を確認してください。",
    "prompt.way_back": "前の環境を {way_back:clock} まで残しています。それまでは1分ほどで切り戻せます。",
    # the number's comment
    "number.way_back": "前の環境を {way_back:clock} まで残しています。"
    "それまでは {again:code} で1分ほどで切り戻せます。",
    "number.kept": "前の環境を残しています。{again:code} で1分ほどで切り戻せます。",
    "number.well": "問題なければ {command:code} で前の環境を終了し、{environment} を空けられます。",
    "number.well.held": "問題なければ {command:code} で前の環境を終了できます。",
    "number.ending": "{by:name} が CodeDeploy の待機を終了させました。"
    "CodeDeploy の処理が終わると {environment} が空きます。すぐ切り戻せるのはここまでです。",
    "number.stopping": "{by:name} が中止しています。実行がまだ終わっていないため、{environment} はロックしたままです。",
    "number.shifting": "CodeDeploy の処理がまだ続いています。終わるまで {environment} はロックしたままです。",
    "number.scaling": "CodeDeploy が増減するインスタンスへの配置を続けています。終わるまで {environment} は"
    "ロックしたままです。待たずに進めるには {command:code}",
    "failed.next.platform": "{environment} は CodeDeploy の処理が終わるまでロックしたままです。"
    "途中まで出たものを取り消すには {again:code}",
    "number.detail.codedeploy": "CodeDeploy の理由: {detail:code}",
    "rollback.waits": "⏪ これから {environment} を {number:#} に切り戻します(実行: {actor:person})",
    # a rollback's own comment: how, and how long
    "rollback.how.stop": "待機中の1つ前の環境へ切り替えます。{about:raw}ほどの見込みです。DB の変更は戻りません。",
    "rollback.how.follow": "CodeDeploy がすでに自動で戻しています。{about:raw}ほどの見込みです。"
    "DB の変更は戻りません。",
    "rollback.how.create": "前の環境はもう残っていないため、CodeDeploy でもう一度デプロイします。"
    "{about:raw}ほどの見込みです。DB の変更は戻りません。",
    "rollback.how.create.over": "CodeDeploy の実行中の処理を(前の環境に戻さずに)終わらせてから、"
    "戻し先をもう一度デプロイします。{about:raw}ほどの見込みです。DB の変更は戻りません。",
    "rollback.how.onward": "CodeDeploy でまず1つ前の環境に戻し、そこから戻し先をもう一度デプロイします。"
    "{about:raw}ほどの見込みです。DB の変更は戻りません。",
    "rollback.awaits": "先に CodeDeploy 自身による増減インスタンスへの配置({awaits:code})が終わるのを待ちます。"
    "止めることはしません。",
    "rollback.consented": "そのために {halts:code} を止めます(誰のものかは分かりませんが、{actor:name} の指定です)。",
    "rollback.how.there": "CodeDeploy ではすでにこれが動いています。{about:raw}ほどで確認します。"
    "DB の変更は戻りません。",
    "rollback.to.unreleased": "戻し先: ghapp 導入前に CodeDeploy で出された {deployment:code}{told:raw}。"
    "どのプルリクエスト、どのコミットかは分かりません。",
    "rollback.to.told": "({since:day}、説明: {description:why}、AppSpec {sha256:code})",
    "slack.thread.rollback.unreleased": "{number:#} に切り戻し",
    "rollback.as_release": "通常のリリースと同じ",
    # news
    "rollback_stuck": "{actor:person} ⚠️ **{name} は {after} の終わりを待っていますが、終わりを確認できません**"
    "{link:raw}。{environment} はまだ切り戻していません。先にワークフローの一覧を確認してください。"
    "待たずに進めるには {command:code}",
    "overtaken_unended": "{actor:person} ⚠️ **{name} は終わりましたが、{after} の終わりを確認できません**{link:raw}。"
    "{environment} はロックしたままです。先にワークフローの一覧を確認してください。待たずに進めるには {command:code}",
    "overtaken_ended.succeeded": "{actor:person} **{name} は中止が間に合わず、#{number} が {environment} に出ました**"
    "{link:raw}。",
    "overtaken_ended.failed": "{actor:person} **{name} は終わりました(失敗)**{link:raw}。",
    "overtaken_ended.cancelled": "{actor:person} **{name} は終わりました(中止)**{link:raw}。",
    "overtaken_ended.back": "{by:name} による {target:#} への切り戻しが続きます ({back})。",
    "platform_unasked": "{actor:person} ⚠️ **{name} ({number:#}) について CodeDeploy に問い合わせできないため、"
    "{environment} はロックしたままです。** 応答: {detail:code}\n"
    "原因を直してください。CodeDeploy を見て処理が終わっていることを確かめた場合は {command:code}",
    "platform_failed": "{actor:person} **実行が成功した後に、CodeDeploy が {environment} から #{number} を"
    "取り消しました** ({name}、{deployment:code})。その前の本番が動いているものとして扱います。",
    "platform_went_on": "{actor:person} ⚠️ **実行は成功しませんでしたが、CodeDeploy は #{number} を {environment} に"
    "出しました** ({name}、{deployment:code})。取り消すには {again:code}、このまま残すにはもう一度 {deploy:code}",
    # refusals
    "locked.rolling_back": "{environment} は {holder:person} が {pull:#} に切り戻し中です。",
    "locked.overtaking": "{environment} では {holder:person} による {pull:#} への切り戻しが "
    "{after} の終わりを待っています。",
    "locked.stuck": "{environment} では {holder:person} による {pull:#} への切り戻しが {after} の終わりを"
    "待っていますが、終わりを確認できません。先にワークフローの一覧を確認してください。待たずに進めるには {line:code}",
    "locked.unended": "{environment} では {name} ({pull:#}、{holder:person}) の終わりを確認できません。"
    "先にワークフローの一覧を確認してください。待たずに進めるには {line:code}",
    "locked.cancelling": "{environment} では {holder:person} の {pull:#} を {by:name} が中止しています。"
    "実行が終わると空きます。",
    "locked.ending": "{environment} には {holder:person} の {pull:#} が出たところで、{by:name} が CodeDeploy の待機を"
    "終了させました。CodeDeploy の処理が終わると空きます。",
    "locked.shifting": "{environment} では CodeDeploy が {holder:person} の {pull:#} を処理中で、"
    "{until:clock} 以降に空く予定です(あと約{until:wait})。",
    "locked.shifting.open": "{environment} では CodeDeploy が {holder:person} の {pull:#} を処理中です。",
    "locked.scaling": "{environment} では {holder:person} の {pull:#} の後、CodeDeploy が"
    "増減するインスタンスへの配置を続けています。終わると空きます。",
    "locked.kept": "{environment} には {holder:person} の {pull:#} が出たところで、"
    "CodeDeploy が前の環境を残しています。{until:clock} 以降に空く予定です(あと約{until:wait})。",
    "locked.kept.open": "{environment} には {holder:person} の {pull:#} が出たところで、"
    "CodeDeploy が前の環境を残しています。",
    "locked.unasked": "{environment} での {holder:person} による {pull:#} の実行は終わりましたが、CodeDeploy の状態を"
    "確認できません。まず誰かが CodeDeploy を見る必要があります。",
    "platform_under_way": "{environment} では CodeDeploy が {holder:name} の {pull:#} を処理中 "
    "({deployment:code}) なので、"
    "ロックを外せません。終われば自動で進みます。取り消すには `/rollback {environment}`",
    "rollback_under_way": "{environment} は {holder:name} が {pull:#} に切り戻し中なので、ロックを外せません。"
    "終わるのを待ってから `/status {environment}` で確かめてください。",
    "rollback_waits": "{environment} では {holder:name} による {pull:#} への切り戻しが {after} の終わりを"
    "待っているので、ロックを外せません。4分以内に終わりを確認できなければ、進め方と一緒にお知らせします。",
    "rollback_behind": "{environment} では先に {name} ({pull:#}) が終わる必要があります。{by:name} が中止しています。"
    "何もしていません。終わったら、もう一度入力してください。",
    "rollback_behind.unseen": "{environment} では先に {name} ({pull:#}) が終わる必要がありますが、"
    "終わりを確認できないので、何もしていません。ワークフローの一覧を確認し、{command:code} の後で、"
    "もう一度入力してください。",
    "cancel_way_back": "{name} は CodeDeploy で {pull:#} に切り戻しています。途中で止めると状態が分からなくなるため、"
    "中止しません。終わるのを待ってから、出したいものをデプロイしてください。",
    "reason_needed.kept": "CodeDeploy が {holder:name} の {pull:#} からすぐ切り戻せるように前の環境を残しています。"
    "終了するには理由を書いてください({holder:name} に通知されます): {command:code}",
    "reason_needed.scaling": "{holder:name} の {pull:#} の後、CodeDeploy が増減するインスタンスへの配置を続けています。"
    "待たずに進めるには理由を書いてください({holder:name} に通知されます): {command:code}",
    "reason_needed.unasked": "{holder:name} の {pull:#} の後、CodeDeploy の状態を確認できません。"
    "処理が終わっていることを確かめたら、その旨を書いてください: {command:code}",
    "platform_denied": "{environment} の CodeDeploy を見る権限がないため、何もしていません: {why:code} "
    "直してからもう一度入力してください。それまでは CodeDeploy で直接切り戻してください。",
    "platform_foreign": "{environment} では CodeDeploy が {deployment:code} を処理中ですが、誰のものか分からないため、"
    "何もしていません(#{undone} から {target:#} への切り戻し)。止めてよければ {again:code}",
    "platform_scaling": "{environment} の {deployment:code} は、増減するインスタンスへの CodeDeploy 自身の配置です。"
    "止めないので、何もしていません。終わるのを待って #{undone} を {target:#} に切り戻すには {again:code}",
    "platform_stack": "{environment} では CloudFormation による {deployment:code} が動いていて、"
    "止められるのは CloudFormation だけなので、何もしていません。#{undone} は {target:#} に切り戻していません。"
    "スタックの更新を取り消すか、終わるのを待って、もう一度入力してください。",
    "platform_not_at": "{environment} の CodeDeploy は {deployment:code} を処理していないため、"
    "何もしていません(#{undone} から {target:#} への切り戻し)。それでも切り戻すには {again:code}",
    "platform_elsewhere": "{environment} では CodeDeploy の {deployment:code} が続いています。止めると "
    "#{target} ではなく "
    "#{leads} に戻るため、何もしていません。先に #{leads} に切り戻すか、CodeDeploy の処理が終わってから"
    "(`/unlock {environment}` で待機を終了できます)もう一度入力してください。",
    "platform_elsewhere.unknown": "{environment} では CodeDeploy の {deployment:code} が続いています。"
    "止めると #{target} ではないもの ({leads_to:code}) に戻るため、何もしていません。CodeDeploy の処理が終わってから"
    "(`/unlock {environment}` で待機を終了できます)もう一度入力してください。",
    "target_not_allowed": "{repository:code} には {target:code} の操作が許可されていないため、CodeDeploy "
    "には問い合わせず、"
    "何もしていません。{environment} で動いているものは不明です。それまでは CodeDeploy で直接切り戻してください。",
    "target_not_allowed.setting": "ghapp の運用者が `GHAPP_AWS_TARGETS` に追加すると使えます: {setting:code}",
    "target_not_allowed.rule": "オーナーが {file:code} の `platforms` に追加すると使えます: {rule:code}",
    "target_claimed": "{other:code} も {target:code} を指定しています。デプロイグループを使えるのは 1 "
    "つのリポジトリだけなので、"
    "{environment} では何もしていません。もう一方の `rollback` から外すか、運用者が片方だけに許可してください。"
    "それまでは CodeDeploy で直接切り戻してください。",
    "target_claimed.hidden": "別のリポジトリも {target:code} を指定しています。デプロイグループを使えるのは 1 "
    "つのリポジトリだけなので、"
    "{environment} では何もしていません。どのリポジトリかは ghapp のログにあり、運用者が片方だけに許可できます。"
    "それまでは CodeDeploy で直接切り戻してください。",
    "status.not_allowed": "❔ 動いているものは不明です(このリポジトリには {target:code} の操作が許可されていません)。",
    "platform_gone": "{environment} で {target:#} だったもの ({deployment:code}) が CodeDeploy にもうないため、"
    "何もしていません(#{undone} は取り消していません)。修正をマージしてデプロイしてください。",
    # answers
    "unlocked_wait": "🔓 {holders:people} CodeDeploy に前の環境の終了を指示しました。処理が終わると {environment} が"
    "空きます。すぐ切り戻せるのはここまでで、その後の `/rollback` は通常のリリースと同じくらいかかります。"
    "(実行: {actor:name}{why:raw})",
    "unlocked_unasked": "🔓 {free:raw}{holder:person} さん、{pull:#} の後の CodeDeploy を待つのを {actor:name} が"
    "打ち切りました: {reason:title}\n処理が続いている場合、{environment} がまだ変わる可能性があります。",
    "status.rolling_back": "⏪ {holder:name} が {pull:#} に切り戻し中。",
    "status.overtaking": "⏪ {holder:name} による {pull:#} への切り戻しは {after} の終わりを待っています。",
    "status.stuck": "⏪ {holder:name} による {pull:#} への切り戻しは {after} の終わりを待っていますが、"
    "終わりを確認できません。先にワークフローの一覧を確認してください。待たずに進めるには {line:code}",
    "status.unended": "🔒 {name} ({pull:#}、{holder:name}) の終わりを確認できません。"
    "先にワークフローの一覧を確認してください。"
    "待たずに進めるには {line:code}",
    "status.cancelling": "⏹ {holder:name} の {pull:#} を {by:name} が中止しています。",
    "status.ending": "🔓 {holder:name} の {pull:#} が出たところで、{by:name} が CodeDeploy の待機を終了させました。"
    "CodeDeploy の処理が終わると空きます。",
    "status.shifting": "🔒 CodeDeploy が {holder:name} の {pull:#} を処理中。"
    "{until:clock} 以降に空く予定(あと約{until:wait})。",
    "status.shifting.open": "🔒 CodeDeploy が {holder:name} の {pull:#} を処理中。",
    "status.scaling": "🔒 {holder:name} の {pull:#} の後、CodeDeploy が増減するインスタンスへの配置を続けています。",
    "status.kept": "🔒 {holder:name} の {pull:#} が出たところで、CodeDeploy が前の環境を残しています。"
    "{until:clock} 以降に空く予定(あと約{until:wait})。",
    "status.kept.open": "🔒 {holder:name} の {pull:#} が出たところで、CodeDeploy が前の環境を残しています。",
    "status.unasked": "🔒 {holder:name} による {pull:#} の実行は終わりましたが、CodeDeploy の状態を確認できません。",
    "status.back.unreleased": "`/rollback {environment}` で #{undone} を取り消し、その前に CodeDeploy が出したものに"
    "戻します。ghapp からのリリースではないため、入力時に CodeDeploy を確認し、実行前に戻し先を示します。",
    "status.way_back": "前の環境を {way_back:clock} まで残しています。それまでは1分ほどで切り戻せます。",
    # what can be wrong with a config file
    "config.runner": "`codedeploy` と書いてください。{text:code} は使えません。",
    "config.group_name": "CodeDeploy での名前を書いてください。{text:code} は使えません。",
    "config.region": "AWS のリージョンを書いてください。例: `ap-northeast-1`。{text:code} は使えません。",
    "config.role_arn": "ロールの ARN を書いてください。例: `arn:aws:iam::111122223333:role/ghapp`。"
    "{text:code} は使えません。",
}
