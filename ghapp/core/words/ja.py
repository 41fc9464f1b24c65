"""The sentences in Japanese."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "word.no_reason": "理由の記載なし",
    "word.reason": "<理由>",
    "word.somebody": "誰か",
    "word.and": "、",
    # the gate, at most 140 characters
    "gate.free": "マージできます",
    "gate.under_way": "{environment}: #{pull} をデプロイ中 ({holder:name})。{until:clock} 以降に空く予定",
    "gate.under_way.open": "{environment}: #{pull} をデプロイ中 ({holder:name})",
    "gate.manual": "{environment}: {holder:name} がロック中 ({until:clock} まで): {reason:why}",
    "gate.manual.open": "{environment}: {holder:name} がロック中 (期限なし、解除するまで): {reason:why}",
    "gate.freeze": "{environment}: デプロイ凍結中 ({until:clock} まで): {reason:title}",
    "gate.freeze.open": "{environment}: デプロイ凍結中: {reason:title}",
    "gate.cooldown": "{environment}: #{pull} デプロイ後のロック中 ({holder:name})。{until:clock} 以降に空く予定",
    "gate.lost": "{environment}: {pull:#} のデプロイ結果が不明です ({holder:name})。確認が必要です",
    "gate.full": "このコミットにはこれ以上ステータスを付けられません。新しいコミットを push してください",
    "gate.doubtful": "このプルリクエストがどのスタックに属するかを GitHub から取得できるまで、保留中です",
    "gate.reason_elsewhere": "理由は /status で確認してください",
    # the prompt after a merge
    "prompt.free": "{who:raw} デプロイしてね :rocket:",
    "prompt.release": "{title:title} (#{number}、作成者: {author:name})",
    "prompt.type": "{command:code}",
    "prompt.auto": "自動デプロイは行いませんでした: {why:raw}",
    "auto.nobody": "人以外 (bot など) がマージしたため",
    "auto.late": "マージの通知が10分以上遅れて届いたため",
    "auto.last": "{environment} への前回のデプロイが成功しなかったか、その後に切り戻しが行われたため",
    "auto.not_allowed": "{waiter:name} に {environment} へのデプロイ権限がないため",
    "auto.other_merge": "GitHub から通知されたマージコミットと、GitHub が現在示すものが異なるため ({command:code} "
    "で確認できます)",
    "auto.checks_running": "マージの時点でチェックが終わっていなかったため",
    "auto.checks_failed": "マージの時点でチェックが失敗していたため",
    "auto.checks_missing": "マージの時点でチェックの結果がなかったため",
    "auto.checks_unknown": "必須のチェックを GitHub から取得できなかったため",
    "auto.diverged": "{environment} で稼働中の変更が含まれていないため",
    "auto.gone": "{environment} で稼働中のコミットがデプロイ元のブランチにないため",
    "auto.barred": "{environment} から切り戻した変更、または切り戻そうとした変更が含まれているため",
    "auto.refused": "満たしていない条件があるため ({command:code} で確認できます)",
    "prompt.runs": "{environment} は空いています。現在は #{live} が稼働中です。",
    "prompt.runs.alone": "{environment} は空いています。現在は #{live} が稼働中",
    "prompt.runs.unknown": "{environment} は空いています。",
    "prompt.ships": "{others:raw} も一緒にデプロイされます",
    "prompt.ships.many": "{others:raw} も一緒にデプロイされます",
    "prompt.other": "#{number} ({author:name})",
    "warns": "DB マイグレーションを含みます。切り戻しでは元に戻りません。",
    "prompt.changes": " · {link:raw}",
    "prompt.view": "差分を見る",
    "prompt.locked": "{who:raw} #{number} はマージ済みですが、{environment} はロック中です。",
    "prompt.under_way": "{holder:name} が #{pull} をデプロイ中です。",
    "prompt.under_way.open": "{holder:name} が #{pull} をデプロイ中です。",
    "prompt.manual": "{holder:name} がロック中です ({reason:why})。",
    "prompt.manual.open": "{holder:name} がロック中です ({reason:why})。期限はありません。解除するには {line:code}",
    "unfit.branch_gone": "#{number} は待機中です。{environment} のデプロイ元のブランチ {branch:code} がありません。",
    "unfit.off_branch": "#{number} は待機中です。マージコミットが {environment} のデプロイ元のブランチ {branch:code} "
    "にありません。",
    "unfit.beside": "#{number} は待機中です。"
    "{environment} で稼働中の #{live} が含まれていません。両方を含むプルリクエストをマージしてください。",
    "unfit.after": "#{number} は {earlier} で稼働するまで待機中です (`/deploy {earlier:raw} #{number}`)。",
    "unfit.after.barred": "#{number} は待機中です。{earlier} から切り戻した変更、または切り戻そうとした変更です。"
    "状況は {command:code} で確認できます。",
    "unfit.after.unknown": "#{number} は待機中です。{earlier} で何が稼働中か不明です。",
    "unfit.after.until": "#{number} は待機中です。{earlier} で {until:clock} まで稼働した後、{environment} にデプロイ"
    "できます。",
    "call.unfit": "#{number} の順番は {at:clock} に来ましたが、{environment} にデプロイできないため終わりました。",
    "release.unfit": "待機中: {environment} にデプロイできません",
    "prompt.freeze": "デプロイ凍結期間です ({reason:title})。",
    "prompt.freeze.open": "デプロイ凍結期間です ({reason:title})。終了時刻は決まっていません。",
    "prompt.rollback": "#{pull} の切り戻し後、{holder:name} がロック中です。解除するには {line:code}",
    "prompt.rollback.in_vain": "#{pull} の切り戻しが完了しなかったため、{holder:name} がロック中です。解除するには "
    "{line:code}",
    "prompt.cooldown": "{holder:name} が #{pull} をデプロイした直後です。",
    "prompt.next": "次にデプロイできるのは {until:clock} 以降です。",
    "prompt.again": "やり直すには {command:code}",
    "prompt.lost": "{holder:name} による {pull:#} のデプロイ結果が不明です。ワークフローの実行一覧を確認してください"
    "。解除するには {line:code}",
    "prompt.rank": "順番待ちの{rank:nth}番目です。順番が来たらメンションします。",
    "prompt.deploying": ":hourglass_flowing_sand: #{number} を {environment} にデプロイ中です ({name}、実行者: "
    "{actor:name})。",
    "prompt.stopping": ":hourglass_flowing_sand: {name} ({pull:#}) を {by:name} が中止中です。実行が終わるまで "
    "{environment} はロック中のままです。",
    "prompt.live": ":white_check_mark: #{number} を {environment} にデプロイしました ({name}、実行者: {actor:name})。",
    "prompt.live.with": ":white_check_mark: #{number} は #{pull} と一緒に {environment} にデプロイされました ({name}、"
    "実行者: {actor:name})。",
    "prompt.failed": ":x: #{number} の {environment} へのデプロイは失敗しました ({name})。{reach:raw}。",
    "prompt.unsure": ":grey_question: #{number} の {environment} へのデプロイは終了しましたが、稼働中かどうか不明です "
    "({name})。",
    "prompt.given_up": ":grey_question: #{number} の {environment} へのデプロイは打ち切られました ({name})。"
    "{reach:raw}。",
    "prompt.cancelled": ":x: #{number} の {environment} へのデプロイは中止されました ({name})。{reach:raw}。",
    "prompt.lost.own": ":grey_question: #{number} の {environment} へのデプロイ結果が不明です ({name})。まずワークフ"
    "ローの実行一覧を確認してください。",
    "prompt.skipped": "#{number} は {by:name} が見送りました。より新しいものを {environment} にデプロイするとき、"
    "一緒にデプロイされます。単独でデプロイするには {command:code}",
    "prompt.skipped.label": "#{number} はラベル {label:code} があるため見送りました。"
    "より新しいものを {environment} にデプロイするとき、一緒にデプロイされます。単独でデプロイするには {command:code}",
    "prompt.unlisted": "#{number} を含む {name} は完了しませんでした。待ちが多いため、#{number} は {environment} の順"
    "番待ちから外れました。デプロイするには {command:code}",
    "prompt.still": ":white_check_mark: #{number} は {environment} で稼働中です。",
    "prompt.was": "#{number} は {span:raw} の間、{environment} で稼働していました。",
    "prompt.replaced": "#{number} は {span:raw} の間 {environment} で稼働し、#{next} に置き換わりました。",
    "prompt.replaced.unknown": "#{number} は以前 {environment} で稼働していました。",
    "prompt.barred": ":rewind: #{number} は {span:raw} の間 {environment} で稼働し、#{next} に切り戻されました。",
    "prompt.barred.unknown": ":rewind: #{number} は {environment} から切り戻されました。",
    "prompt.barred.in_vain": ":rewind: #{number} を {environment} から切り戻そうとしましたが、完了しませんでした。",
    "prompt.barred.again": "別のプルリクエストで修正してください。このまま再デプロイできるのは、ロックを解除できる人だ"
    "けです: {command:code}",
    "prompt.brings_back": "切り戻した {others:raw} を含むため、このコマンドを使えるのはロックを解除できる人だけです。",
    "prompt.brings_back.in_vain": "切り戻そうとした {others:raw} を含むため、このコマンドを使えるのはロックを解除でき"
    "る人だけです。",
    "prompt.back.with": "#{undone} と一緒にデプロイされた #{number} も対象です。",
    "prompt.left": "#{number} は {environment} にデプロイされませんでした。{environment} は {gone:clock} に "
    "`.github/ghapp.yml` から削除されました。",
    "prompt.left.last": "#{number} は {environment} で最後に稼働していたものです。{environment} は {gone:clock} に "
    "`.github/ghapp.yml` から削除されました。",
    "prompt.left.maybe": "#{number} は {environment} に途中まで反映された可能性があります ({name})。{environment} は "
    "{gone:clock} に `.github/ghapp.yml` から削除されました。",
    "prompt.over": "#{number} について必要な操作はもうありません。",
    "prompt.view.run": "実行ログ",
    "prompt.view.codedeploy": "CodeDeploy で見る",
    "runbook": "手順書",
    # the call
    "merged_live": "#{number}「{title:title}」は、すでにデプロイ済みの変更に含まれています ({there:raw})。"
    "対応は不要です。",
    "merged_live.one": "{environment}: #{live}",
    "your_turn": "{who:raw} お待たせしました。{environment} が空きました。",
    "your_turn.type": "{command:code} {title:title}",
    "your_turn.next": "次は {next_waiter:name} (#{next}) です。",
    "your_turn.shared": "{who:raw} {environment} はまだ空いています。{next_waiter:name} (#{next}) にもお知らせしま"
    "した。",
    "reminder": "{who:raw} {environment} はまだ空いています。あなたの番です。",
    "call.used": "#{number} の順番は {at:clock} に来て、{then:clock} に {actor:name} が {name} を開始しました。",
    "call.passed": "#{number} の順番は {at:clock} に来て、次の人に譲りました。順番はそのままです。",
    "call.skipped": "#{number} の順番は {at:clock} に来て、見送りになりました。",
    "call.again": "#{number} の順番は {at:clock} に来て、{then:clock} にもう一度お知らせしました。",
    "call.over": "#{number} の順番は {at:clock} に来ましたが、{environment} が空かなくなったため終わりました。",
    "call.left": "#{number} の順番は {at:clock} に来ましたが、{environment} が {gone:clock} に `.github/ghapp.yml` か"
    "ら削除されたため終わりました。",
    "call.done": "#{number} の順番は {at:clock} に来ましたが、{environment} での順番待ちはもう必要ありません。",
    "nag": "{holder:person} {environment} を {since:clock} からロック中です ({reason:why})。まだ必要ですか? 不要なら "
    "{command:code} で解除してください。",
    # the number's comment
    "number.accepted": "🚀 **#{number} を {environment} にデプロイします** ({name}、実行者: {actor:person})",
    "number.running": "🚀 **#{number} を {environment} にデプロイ中です** ({name}、実行者: {actor:person}){link:raw}",
    "number.succeeded": "✅ **#{number} を {environment} にデプロイしました** ({name}、実行者: {actor:person})"
    "{link:raw}",
    "number.failed": "❌ **#{number} の {environment} へのデプロイは失敗しました** ({name}、実行者: {actor:person})。"
    "{reach:raw}{link:raw}",
    "number.unsure": "❔ **#{number} の {environment} へのデプロイは終了しましたが、稼働中かどうか不明です** ({name}、"
    "実行者: {actor:person}){link:raw}",
    "number.given_up": "❔ **#{number} の {environment} へのデプロイは打ち切られました** ({name}、実行者: "
    "{actor:person})。{reach:raw}{link:raw}",
    "number.cancelled": "❌ **#{number} の {environment} へのデプロイは中止されました** ({name}、実行者: "
    "{actor:person})。{reach:raw}{link:raw}",
    "number.lost": "❔ **#{number} の {environment} へのデプロイ結果が不明です** ({name}、実行者: {actor:person})"
    "{link:raw}",
    "number.cancelling": "⏹ **#{number} の {environment} へのデプロイを中止中です** ({name}、実行者: {actor:person})"
    "{link:raw}",
    "number.denied": "GitHub からワークフローの実行を取得できません。アカウントのオーナーが App に `actions` "
    "を許可し直す必要があります。",
    "number.was.succeeded": "✅ **{since:clock} に #{number} を {environment} にデプロイしました** ({name}、実行者: "
    "{actor:person}){link:raw}",
    "number.was.failed": "❌ **{since:clock} に #{number} の {environment} へのデプロイは失敗しました** ({name}、実行"
    "者: {actor:person})。{reach:raw}{link:raw}",
    "number.was.unsure": "❔ **{since:clock} に #{number} の {environment} へのデプロイは終了しましたが、稼働したかど"
    "うか不明です** ({name}、実行者: {actor:person}){link:raw}",
    "number.was.given_up": "❔ **{since:clock} に #{number} の {environment} へのデプロイは打ち切られました** ({name}、"
    "実行者: {actor:person})。{reach:raw}{link:raw}",
    "number.was.cancelled": "❌ **{since:clock} に #{number} の {environment} へのデプロイは中止されました** ({name}、"
    "実行者: {actor:person})。{reach:raw}{link:raw}",
    "number.was.open": "⏹ **#{number} の {environment} へのデプロイは終わる前に打ち切られました** ({name}、実行者: "
    "{actor:person}){link:raw}",
    "number.link": " · {link:raw}",
    "number.what": "{title:title} {sha:code}",
    "number.auto": "マージをきっかけに自動でデプロイ中です (`auto`)。中止するには {command:code}",
    "number.auto.over": "マージをきっかけに自動でデプロイしました (`auto`)。",
    "number.carries": "一緒にデプロイされるもの: {others:raw}",
    "number.waits": "{since:clock} から GitHub のキューで待機中です。まだランナーが割り当てられていません。",
    "number.reviewer": "{since:clock} から GitHub でレビュアーの承認待ちです。",
    "number.other": "#{number} ({author:person})",
    "number.brings_back": "切り戻しの後で再びデプロイされるもの: {others:raw}",
    "number.leaves": "#{number} は含まれなくなります ({author:person}、{sha:code})。理由: {reason:why}",
    "number.until": "{environment} は少なくとも {until:clock} まで、ほかのデプロイを受け付けません。",
    "number.cooldown": "{environment} は {until:clock} までロック中です。問題なければ {command:code} ですぐに解除でき"
    "ます。",
    "number.free": "{environment} は空いています。",
    "number.next": "次は {command:code}",
    "number.next.later": "次は {at:clock} 以降に {command:code}",
    "number.again": "{environment} は空いています。やり直すには {command:code}",
    "number.again.later": "その後でやり直すには {command:code}",
    "number.detail": "GitHub の応答: {detail:code}",
    "record": "{name} (実行者: {actor:name}): {number:#} {title:title}",
    # bad news, in new messages
    "failed": "{actor:person} **#{number} の {environment} へのデプロイは失敗しました** ({name})。{reach:raw}。",
    "unsure": "{actor:person} **#{number} の {environment} へのデプロイは終了しましたが、稼働中かどうか不明です** ("
    "{name})。",
    "read_late": "{actor:person} ✅ **#{number} は {environment} で稼働中です** ({name})。"
    "取得できていなかった実行のジョブを確認できました。",
    "cancelled": "{actor:person} **#{number} の {environment} へのデプロイは中止されました** ({name})。{reach:raw}。",
    "failed.next": "やり直すには {command:code}",
    "left": "{environment} は {gone:clock} に `.github/ghapp.yml` から削除されました。",
    "failed.next.later": "その後でやり直すには {command:code}",
    "lost": "{actor:person} **#{number} の {environment} へのデプロイ結果が不明です** ({name})。",
    "lost.unfound": "このデプロイのものと特定できるワークフローの実行が、GitHub で見つかりません。",
    "lost.denied": "GitHub からワークフローの実行を取得できません。アカウントのオーナーが App に `actions` "
    "を許可し直すと、自動で確認できます。",
    "lost.unseen": "中止を指示した後、GitHub から実行の状態を確認できません。",
    "lost.next": "{environment} は、誰かが解除するか、実行の終了を確認できるまでロック中のままです。"
    "ワークフローの実行一覧を開き、実行中のものがないことを確認してから {command:code} と入力してください。"
    "その後に古い実行が動き出す可能性もあります。",
    "waits": "{actor:person} ⚠️ **{name} のワークフローがまだ始まっていませんでした**{link:raw}。"
    "{since:clock} からランナーの割り当て待ちでした。{environment} は実行が終わるまでロック中のままです。"
    "ランナーが起動しているか、空きがあるかを確認してください。",
    "waits_reviewer": "{actor:person} ⚠️ **{name} は承認待ちでした**{link:raw}。"
    "{since:clock} から GitHub でレビュアーの承認待ちでした。{environment} は実行が終わるまでロック中のままです。"
    "GitHub で承認を依頼してください。中止するには {command:code}",
    "stray": "{actor:person} ⚠️ **すでに終了したデプロイ {name} のワークフローが動いていたため、中止を指示しました**"
    "{link:raw}。止まるまでに {environment} が変更された可能性があります。何が稼働中か確認してください。",
    "twin": "{actor:person} ⚠️ **{name} のワークフローが二重に実行されていたため、2つ目に中止を指示しました**"
    "{link:raw}。止まるまでに {environment} が変更された可能性があります。何が稼働中か確認してください。",
    "rerun": "{called:people} ⚠️ **{by:raw} が GitHub で {name} を再実行したため、中止を指示しました**{link:raw}。再実"
    "行ではロックを取得しません。止まるまでに {environment} が変更された可能性があります。何が稼働中か確認してください"
    "。デプロイし直すには {command:code}",
    "rerun_succeeded": "{called:people} ⚠️ **{by:raw} が GitHub で再実行した {name} が、ロックを取得せずに完了しました"
    "**{link:raw}。{environment} で別のものが動いている可能性があります。何が稼働中か確認してください。"
    "デプロイし直すには {command:code}",
    "rerun_failed": "{called:people} ⚠️ **{by:raw} が GitHub で再実行した {name} が、ロックを取得せずに動いて失敗しま"
    "した**{link:raw}。{environment} が変更された可能性があります。何が稼働中か確認してください。",
    "by_hand": "⚠️ **{by:raw} が {workflow:code} を手動で開始しました**{link:raw}。この実行は ghapp の追跡対象外で、ロ"
    "ックも効きません。{environments:names} の表示は実際と異なる可能性があります。ghapp 経由でデプロイするには "
    "{command:code}",
    "by_hand.held": "{holder:person} ⚠️ **{environment} のロック中に、{by:raw} が {workflow:code} を手動で開始しました"
    "**{link:raw}。ghapp はこの実行を追跡せず、中止もしません。{environment} へのデプロイなら、{by:raw} に確認するか、"
    "GitHub で中止してください。",
    "queue_gave_up": "{people:people} ⚠️ **マージキューがタイムアウトし、#{number} はキューから外れました。** "
    "{environments:names} がマージをブロックしていました (`ghapp/lock`)。",
    "queue_gave_up.now": "現在の {environment}: {stands:raw}",
    "queue_gave_up.wait": "`ghapp/lock` が成功 (緑) になったら、もう一度キューに追加してください。",
    "queue_gave_up.free": "今はブロックされていません。もう一度キューに追加してください。",
    "queue_gave_up.longer": "頻発する場合は、マージキューのルールの「Status check timeout」を延ばせます。"
    "リポジトリの管理者が設定します (最大360分)。",
    # refusals: the fact, the reason, the next step
    "refused": "⏳ **デプロイは開始していません。** ",
    "locked.under_way": "{environment} は {holder:person} が #{pull} をデプロイ中で、{until:clock} 以降に空く予定です "
    "(あと約{until:wait})。",
    "locked.under_way.open": "{environment} は {holder:person} が #{pull} をデプロイ中で、予定より長くかかっています。",
    "locked.under_way.own": "{environment} はあなたが #{pull} をデプロイ中で、{until:clock} 以降に空く予定です (あと約"
    "{until:wait})。",
    "locked.under_way.open.own": "{environment} はあなたが #{pull} をデプロイ中で、予定より長くかかっています。",
    "locked.manual": "{environment} は {holder:person} がロック中です ({reason:why})。{until:clock} 以降に空く予定です"
    " (あと約{until:wait})。",
    "locked.manual.open": "{environment} は {holder:person} がロック中です ({reason:why})。期限はありません。",
    "locked.freeze": "{environment} は {until:clock} までデプロイ凍結期間です (あと約{until:wait}): {reason:title}",
    "locked.freeze.open": "{environment} はデプロイ凍結中で、終了時刻は決まっていません: {reason:title}",
    "locked.freeze.next": "凍結期間は、デフォルトブランチの `.github/ghapp.yml` の `freeze` で設定されています。",
    "locked.rollback": "{environment} は #{pull} の切り戻し後、{holder:person} がロック中です。",
    "locked.rollback.in_vain": "{environment} は #{pull} の切り戻しが完了しなかったため、{holder:person} "
    "がロック中です。",
    "locked.cooldown": "{environment} は {holder:person} が #{pull} をデプロイした直後で、{until:clock} 以降に空く予定"
    "です (あと約{until:wait})。",
    "locked.cooldown.own": "{environment} はあなたが #{pull} をデプロイした直後で、{until:clock} 以降に空く予定です ("
    "あと約{until:wait})。",
    "locked.lost": "{environment} は {holder:person} による {pull:#} のデプロイ結果が不明です。ワークフローの実行一"
    "覧を確認してください。解除するには {line:code}",
    "locked.several": "{environment} は複数の理由でロック中です:",
    "locked.free": "{until:clock} 以降に空く予定です (あと約{until:wait})。",
    "locked.rank": "順番待ちの{rank:nth}番目に入れました。空いたらお知らせします。",
    "locked.rank.other": "#{number} は順番待ちの{rank:nth}番目です。空いたら {waiter:name} にお知らせします。",
    "locked.urgent.under_way": "急ぐときは {holder:person} に相談してください ({command:code})",
    "locked.urgent.under_way.own": "急ぐときは {command:code}",
    "locked.urgent.cooldown": "急ぐときは {command:code} ({others:people} に通知されます)",
    "locked.urgent.cooldown.many": "急ぐときは {command:code} ({others:people} に通知されます)",
    "locked.urgent.cooldown.own": "急ぐときは {command:code}",
    "not_merged": "#{number} はまだマージされていません。{environment} にデプロイできるのはマージ済みのプルリクエスト"
    "だけです。マージしてから、もう一度入力してください。",
    "closed": "#{number} はマージされずにクローズされたため、デプロイできません。"
    "新しいプルリクエストを作成してください。",
    "draft": "#{number} はドラフトです。レビュー可能にしてから、もう一度入力してください。",
    "fork": "#{number} はフォークからのもので、誰が push したかを確認できません。マージすれば {environment} にデプロイ"
    "できます。",
    "pushed_after": "{sha:code} は、コマンドと同時か、その後に #{number} へ push されました。意図したコミットではない"
    "可能性があるため、何も実行していません。内容を確認して、もう一度入力してください。",
    "unreachable": "#{number} のマージコミット {sha:code} は、もう {branch:code} にありません。{environment} にデプロ"
    "イできるのは {branch:code} 上のコミットだけです。もう一度マージしてください。",
    "merge_unshown": "**デプロイは開始していません。** #{number} はマージされたと通知されましたが、"
    "GitHub ではまだオープンのままです。1分ほどおいて、もう一度入力してください。",
    "other_merge": "**デプロイは開始していません。** #{number} のマージコミットは {told:code} と通知されましたが、"
    "現在の GitHub では {shown:code} です。{shown:code} を確認してください。こちらをデプロイするには {command:code}",
    "merge_gone": "#{number} のマージコミットはもうリポジトリにないため、デプロイできません。{environment} にデプロイ"
    "できるのは {branch:code} 上のコミットだけです。もう一度マージしてください。",
    "checks_failed": "**デプロイは開始していません。** #{number} のチェックが失敗しました: {failing:names}",
    "checks_running": "**デプロイは開始していません。** #{number} のチェックがまだ終わっていません: {running:names}。"
    "成功したら、もう一度入力してください。",
    "checks_missing": "**デプロイは開始していません。** #{number} のチェックの結果がありません: {missing:names}。チェ"
    "ックを実行するか、`.github/ghapp.yml` の `require.checks` を修正してください。",
    "checks_missing.ours": "**デプロイは開始していません。** {ours:names} の結果を報告するのはデプロイそのもの ("
    "{workflow:code}) だけなので、デプロイの前にそろうことはありません。{branch:code} の必須チェックから外すか、"
    "`.github/ghapp.yml` の `require.checks` に必要なチェックだけを書いてください。",
    "checks_unknown": "**デプロイは開始していません。** GitHub から {branch:code} のルールを読めないため、#{number} に"
    "必要なチェックが不明です。`.github/ghapp.yml` の `require.checks` に名前を書いてください。",
    "checks.failed.next": "修正するか再実行してから、もう一度入力してください。",
    "checks.ours": "{ours:names} の結果を報告するのはデプロイそのもの ({workflow:code}) だけなので、"
    "デプロイの前にそろうことはありません。{branch:code} の必須チェックから外すか、"
    "`require.checks` に必要なチェックだけを書いてください。",
    "checks.running": "終わっていないもの: {running:names}",
    "checks.missing": "結果がないもの: {missing:names}",
    "approvals": "#{number} は承認が足りません ({have:raw}/{need:raw}人)。最新のコミットに、"
    "書き込み権限のある人の承認が必要です (作成者と最後に push した人を除く)。承認を依頼してください。",
    "approvals.unknown_pusher": "#{number} は承認が足りません ({have:raw}/{need:raw}人)。最新のコミットに、"
    "書き込み権限のある人の承認が必要です (作成者を除く)。最後に push した人が不明なため、通常より1人多く必要です。"
    "承認を依頼してください。",
    "barred": "#{number} には {environment} から切り戻した変更が含まれています: {back:raw}。再びデプロイできるのはロッ"
    "クを解除できる人 ({who:raw}) だけなので、何も実行していません。デプロイするには {command:code}",
    "barred.in_vain": "#{number} には {environment} から切り戻そうとした変更が含まれています: {back:raw}。再びデプロイ"
    "できるのはロックを解除できる人 ({who:raw}) だけなので、何も実行していません。デプロイするには {command:code}",
    "barred.itself": "#{number} は {environment} から切り戻した変更です。再びデプロイできるのはロックを解除できる人 "
    "({who:raw}) だけなので、何も実行していません。デプロイするには {command:code}",
    "barred.itself.in_vain": "#{number} は {environment} から切り戻そうとした変更です。再びデプロイできるのはロック"
    "を解除できる人 ({who:raw}) だけなので、何も実行していません。デプロイするには {command:code}",
    "barred.unsure": "{others:raw} は {branch:code} にないため、#{number} に含まれるかどうか不明です。先に #{number} "
    "の内容を確認してください。",
    "barred_lost": "{environment} から切り戻したものが多く、すべては記録されていません。#{number} に含まれている可能性"
    "があるため、何も実行していません。先に #{number} の内容を確認してください。ロックを解除できる人 ({who:raw}) は次"
    "のように入力できます: {command:code}",
    "barred.one": "#{number}「{title:title}」",
    "other_branch": "#{number} は {base:code} にマージされています。{environment} にデプロイするには {branch:code} に"
    "マージしてください。",
    "branch_gone": "{environment} のデプロイ元は {branch:code} ですが、その名前のブランチがありません。"
    "`.github/ghapp.yml` の `branch` を修正するか、ブランチを作り直してください。",
    "already_live": "#{number} はすでに {environment} で稼働中です ({since:clock} から)。対応は不要です。",
    "contained": "{environment} で稼働中の #{live} に、このプルリクエストも含まれています。対応は不要です。",
    "diverged": "#{number} と、{environment} で稼働中の #{live} は履歴が分岐しています。デプロイすると #{live} の変更"
    "が失われるため、何も実行していません。両方を含むプルリクエストをマージしてください。#{live} を外してよければ、ロ"
    "ックを解除できる人 ({who:raw}) が次のように入力できます: {command:code}",
    "gone": "{environment} で稼働中の #{live} ({live_sha:code}) は {branch:code} にありません (履歴が書き換えられたか"
    "、マージされていません)。#{number} をデプロイすると #{live} は含まれなくなるため、何も実行していません。それでよ"
    "ければ、ロックを解除できる人 ({who:raw}) が次のように入力できます: {command:code}",
    "not_live_before": "#{number} はまだ {earlier} にデプロイされていないため、何も実行していません。先に `/deploy "
    "{earlier:raw} #{number}`",
    "not_live_before.barred": "#{number} は {earlier} から切り戻されたため、何も実行していません。"
    "{earlier} にもう一度デプロイするには {command:code}",
    "not_live_before.in_vain": "{earlier} では切り戻しが完了していない変更がまだ稼働中です。"
    "#{number} もそこに含まれるため、何も実行していません。切り戻すには {command:code}",
    "not_live_before.unknown": "{earlier} で何が稼働中か不明なため、#{number} が稼働中かどうか確認できません。何も実行"
    "していません。後でもう一度入力してください。現在の状況は {command:code}",
    "live_too_short": "#{number} を {environment} にデプロイできるのは、{earlier} で {until:clock} まで稼働した後です"
    "。何も実行していません。その時刻を過ぎたら、もう一度入力してください。",
    "no_such_pull": "#{number} というプルリクエストはこのリポジトリにありません。番号を確認して、もう一度入力してくだ"
    "さい。",
    "stale": "{typed:code} は10分以上前に入力されたため、実行していません。必要なら、もう一度入力してください。",
    "edited": "{typed:code} は投稿後に編集されたため、実行していません。必要なら新しいコメントで入力してください。",
    "config_invalid": "`{file:raw}` に問題があるため、新しいデプロイはできません ({sha})。デフォルトブランチで修正し"
    "てください: {problem:raw}",
    "greeting": "**ghapp がインストールされていますが、{path:code} がないため何もしません。** ghapp はプルリクエストの "
    "`/deploy` でデプロイ用のワークフローを1件ずつ開始します。使う場合は、次のファイルをデフォルトブランチに"
    "コミットしてください。",
    "greeting.open": "先に、値のない input をすべて入力してください。",
    "greeting.next": "同様のファイルは、チェックアウトで `ghapp init` を実行しても作成できます。使わない場合は、"
    "そのままで構いません。このコメントは一度だけ投稿されます。",
    "merged_config_invalid": "⚠️ **このプルリクエストで変更された `{file:raw}` に問題があるため、新しいデプロイはできま"
    "せん**。デフォルトブランチで修正してください: {problem:raw}",
    "policy_unread": "オーナーのルール {file:code} を読めません。読めるようになるまで、新しいデプロイはできず、Slack "
    "やボードからの操作もできません。プルリクエストでの `/rollback` `/cancel` `/lock` `/unlock` は使えます。"
    "リポジトリの名前、App のインストール、デフォルトブランチのファイルの有無を確認してください。",
    "policy_left": "このリポジトリは、{file:code} のルールが適用されるオーナーから移管されました。"
    "新しいオーナーのルールはまだ指定されていません。運用者が `GHAPP_POLICY` で指定するまで、新しいデプロイはできず、"
    "Slack やボードからの操作もできません。ルールを設けない場合は、`{{}}` だけのファイルを指定してください。"
    "プルリクエストでの `/rollback` `/cancel` `/lock` `/unlock` は使えます。",
    "owner_not_served": "{file:code} のオーナーは、このサーバーの対象外です。"
    "運用者が `GHAPP_OWNERS` に追加するまで、新しいデプロイはできず、"
    "Slack やボードからの操作もできません。コメントにも返答しません。"
    "実行中のデプロイは完了まで追跡し、ロックは残ります。",
    "unreadable": "{environment} の記録は新しいバージョンの ghapp が書いたもので読めないため、ロック中として扱います ("
    "{why:code})。サーバーを更新してください。",
    "environment_gone": "{environment} はデフォルトブランチの `.github/ghapp.yml` から削除されたため、"
    "新しいデプロイはできません。実行中のデプロイは完了まで追跡します。再び使うには設定に追加してください。",
    "environment_waits": "{environment} は `.github/ghapp.yml` に追加されましたが、そこから削除された {leaving:names} "
    "でデプロイがまだ実行中です。終わると使えるようになります。",
    "environment_left": "{environments:names} は {since:clock} にデフォルトブランチの `.github/ghapp.yml` から削除され"
    "たため、何も実行していません。使うには設定に追加してください。",
    "unknown_environment": "{typed:code} という環境はありません。使えるのは {environments:names} です。",
    "unknown_environment.near": "{typed:code} という環境はありません。もしかして {line:code} ですか?",
    "which_environment": "どの環境ですか? 次のどれかを入力してください:",
    "not_allowed": "{environment} で `/{word}` を使う権限がありません (使える人: {who:raw})。権限のある人に依頼して"
    "ください。",
    "not_allowed.named": "{environment} で `/{word}` を使う権限がありません (使える人: {who:raw})。チームのメンバー"
    "や名前を指定された人にも、このリポジトリへの書き込み権限が必要です。",
    "unknown_command": "{typed:code} というコマンドはありません。もしかして {usage:code} ですか?",
    "bad_environment": "{typed:code} は環境の名前ではありません。書き方: {usage:code}",
    "bad_pull": "{typed:code} は `#42` のようなプルリクエストの番号ではありません。書き方: {usage:code}",
    "anyway_reason": "{typed:code} には理由が必要なため、何も実行していません。稼働中のものを外してよい理由を続けて書"
    "いてください。書き方: {usage:code}",
    "in_quote": "{typed:code} は引用のすぐ下にあり、GitHub では引用の一部として表示されるため、何も実行していません。"
    "実行する場合は、間に空行を入れて、もう一度入力してください。",
    "bad_span": "{typed:code} は時間として読めません。`30m`、`2h`、`1d` のような長さ (1m〜7d)、`18:00` のような時刻、"
    "または `forever` で指定してください。書き方: {usage:code}",
    "locked_by_other": "{environment} はすでに {holder:name} がロック中です ({until:clock} まで): {reason:why}。解除す"
    "るには {command:code}",
    "locked_by_other.open": "{environment} はすでに {holder:name} がロック中です: {reason:why}。期限はありません。解除"
    "するには {command:code}",
    "now_locked": "🔒 {actor:name} が {environment} を {until:clock} までロックしました: {reason:why}。その間、ほかの"
    "人はデプロイできません。解除するには `/unlock {environment}`",
    "now_locked.open": "🔒 {actor:name} が {environment} をロックしました (期限なし): {reason:why}。解除するまで、ほか"
    "の人はデプロイできません。解除するには `/unlock {environment}`",
    "too_many": "{typed:code} は余分な入力なので、何も実行していません。書き方: {usage:code}",
    "too_long": "{typed:code} の行が長すぎます。書き方: {usage:code}",
    "frozen": "{environment} は {until:clock} までデプロイ凍結期間です ({reason:title})。コマンドでは解除できません。"
    "凍結期間は、デフォルトブランチの `.github/ghapp.yml` の `freeze` で設定されています。",
    "frozen.open": "{environment} はデプロイ凍結期間です ({reason:title})。コマンドでは解除できません。凍結期間は、デ"
    "フォルトブランチの `.github/ghapp.yml` の `freeze` で設定されています。",
    "not_locked": "{environment} はロックされていません。対応は不要です。",
    "run_under_way": "{environment} は {holder:name} が #{pull} をデプロイ中のため、ロックを解除できません。実行が終わ"
    "ってから、もう一度入力してください。今すぐ中止するには {command:code}{link:raw}",
    "reason_needed": "{environment} は {holder:name} が #{pull} をデプロイした後のロック中です ({until:clock} まで)。"
    "解除するには理由を付けてください ({holder:name} に通知されます): {command:code}",
    "reason_needed.hold": "{environment} は {holder:name} がロック中です。解除するには理由を付けてください ("
    "{holder:name} に通知されます): {command:code}",
    "reason_needed.all": "すべて解除するには理由を付けてください ({holders:names} に通知されます): {command:code}",
    "reason_needed.stuck": "{holder:name} による {pull:#} への切り戻しは {after} の終了待ちですが、終了を確認できませ"
    "ん。先にワークフローの実行一覧を確認してください。待たずに進めるには理由を付けてください: {command:code}",
    "reason_needed.unended": "{name} ({pull:#}、{holder:name}) の終了を確認できません。先にワークフローの実行一覧を確"
    "認してください。待たずに進めるには理由を付けてください: {command:code}",
    "reason_needed.lost": "{holder:name} による {pull:#} のデプロイ結果が不明です。"
    "実行中のワークフローがないことを確認したら、その旨を理由に書いてください: {command:code}",
    "wait_ends": "CodeDeploy の待機は、すでに {by:name} が終了させました。CodeDeploy の処理が終わると {environment} が"
    "空きます。対応は不要です。",
    "unlocked": "🔓 {free:raw} (解除: {actor:name}{why:raw})。",
    "unlocked.why": "、理由: {reason:title}",
    "unlocked.free": "{environment} が空きました",
    "unlocked.still": "ロックを解除しましたが、{environment} はまだ空きませんでした",
    "unlocked.also": "{also:people} のロックも解除されました。",
    "unlocked.rest": "それも解除するには {command:code}",
    "unlocked_other": "🔓 {holder:person} {free:raw}。{pull:#} のデプロイ後のロックを {actor:name} が解除しました: "
    "{reason:title}",
    "unlocked_holds": "🔓 {holders:people} {free:raw}。{environment} のロックを {actor:name} が解除しました: "
    "{reason:title}",
    "unlocked_unended": "🔓 {holders:people} {free:raw}。{name} ({pull:#}) の終了待ちを {actor:name} が打ち切りました"
    ": {reason:title}\n実行が続いていれば中止を指示します。",
    "unlocked_lost": "🔓 {holders:people} {free:raw}。{pull:#} のワークフロー実行の確認を {actor:name} が打ち切りまし"
    "た: {reason:title}\n実行が作られていた場合、この後で動き出す可能性があります。",
    "slow_down": "{actor:person} コマンドが1分間に10回を超えたため、実行していません。"
    "1分ほど待って、まだ必要なものだけ入力し直してください。それまでのコマンドには返答しません。",
    "answers_itself": "{actor:name} が ghapp の返信にコマンドで返信し続けているため、実行していません。"
    "当面ここではコマンドを1分に1つだけ読み、それ以外には返答しません。コメントを投稿する仕組みの設定を見直してくださ"
    "い。",
    "could_not_check": "{typed:code} に必要な情報を取得できませんでした ({why:code})。何も実行していません。もう一度入"
    "力してください。",
    "broken": "ghapp の内部エラーで {typed:code} を実行できませんでした。何も実行していません。"
    "もう一度入力してください。また失敗する場合は、ghapp の運用者に {command:code} の確認を依頼してください。",
    # answers
    "status.live": "**{environment}**: #{live}「{title:title}」{sha:code} が稼働中 ({since:clock} から)",
    "status.live.before": "**{environment}**: {unreleased:code} が稼働中 (ghapp からのデプロイではありません)",
    "status.live.unknown": "**{environment}**: ghapp からのデプロイはまだありません。",
    "status.left": "#{number} をデプロイするために #{left} を外しました ({by:name}、理由: {reason:why})。",
    "status.free": "空いています。",
    "status.under_way": "🔒 {holder:name} が #{pull} をデプロイ中。{until:clock} 以降に空く予定 (あと約{until:wait})。",
    "status.under_way.open": "🔒 {holder:name} が #{pull} をデプロイ中。",
    "status.under_way.own": "🔒 あなたが #{pull} をデプロイ中。{until:clock} 以降に空く予定 (あと約{until:wait})。",
    "status.manual": "🔒 {holder:name} がロック中 ({reason:why})。{until:clock} 以降に空く予定 (あと約{until:wait})。",
    "status.manual.open": "🔒 {holder:name} がロック中 ({reason:why})。期限なし。解除するには {line:code}",
    "status.manual.own": "🔒 あなたがロック中 ({reason:why})。{until:clock} 以降に空く予定 (あと約{until:wait})。",
    "status.manual.open.own": "🔒 あなたがロック中 ({reason:why})。期限なし。解除するには {line:code}",
    "status.freeze": "🧊 デプロイ凍結中。{until:clock} まで (あと約{until:wait}): {reason:title}",
    "status.freeze.open": "🧊 デプロイ凍結中 (終了時刻は未定): {reason:title}",
    "status.rollback": "🔒 #{pull} の切り戻し後、{holder:name} がロック中。解除するには {line:code}",
    "status.rollback.own": "🔒 #{pull} の切り戻し後、あなたがロック中。解除するには {line:code}",
    "status.rollback.in_vain": "🔒 #{pull} の切り戻しが完了しなかったため、{holder:name} がロック中。解除するには "
    "{line:code}",
    "status.rollback.in_vain.own": "🔒 #{pull} の切り戻しが完了しなかったため、あなたがロック中。解除するには "
    "{line:code}",
    "status.cooldown": "🔒 {holder:name} が #{pull} をデプロイした後のロック中。{until:clock} 以降に空く予定 (あと約"
    "{until:wait})。",
    "status.cooldown.own": "🔒 あなたが #{pull} をデプロイした後のロック中。{until:clock} 以降に空く予定 (あと約"
    "{until:wait})。",
    "status.lost": "🔒 {holder:name} による {pull:#} のデプロイ結果が不明です。ワークフローの実行一覧を確認してくだ"
    "さい。解除するには {line:code}",
    "status.by_hand": "⚠️ {by:name} が {at:clock} にワークフローを手動で開始しました{link:raw}。稼働中のものは表示と異"
    "なる可能性があります。",
    "status.freeze.next": "次のデプロイ凍結: {freeze_since:clock} から ({freeze_reason:title})",
    "status.back": "`/rollback {environment}` で #{undone} を取り消し、#{target}「{back_title:title}」に戻せます。",
    "status.back.later": "{name} が終わるまで `/rollback {environment}` はできません。",
    "status.back.none": "切り戻せる先はまだありません。",
    "status.rules": "**#{pull} → {environment}**",
    "status.rules.hold": "{all:raw}件の条件のうち{count:raw}件を満たしています",
    "rule.yes": "- ✓ {label:raw}",
    "rule.no": "- ✗ {label:raw}。`/deploy` への返答: {why:raw}",
    "rule.no.above": "- ✗ {label:raw}: 上記のとおり",
    "rule.unchecked": "- – {label:raw}: デプロイするコミットがまだないため、未確認",
    "rule.permission": "デプロイ権限がある",
    "rule.merged": "マージ済み",
    "rule.branch": "対象のブランチにある",
    "rule.fork": "フォークではない",
    "rule.pushed": "コマンド入力後の push がない",
    "rule.checks": "チェック",
    "rule.approvals": "承認",
    "rule.order": "稼働中のものより新しい",
    "rule.after": "先に {earlier} で稼働済み",
    "rule.barred": "切り戻した変更を含まない",
    "rule.free": "環境が空いている",
    "status.waiting": "順番待ち: {others:raw}",
    "status.waiting.one": "#{number}「{title:title}」({waiter:name})",
    "help.title": "**ここで使えるコマンド** (コメントの1行目に書きます):",
    "help.title.slack": "**ここで使えるコマンド:**",
    "help.deploy": "このプルリクエスト (または指定したもの) をデプロイする",
    "help.lock": "ほかの人のデプロイを一時的に止める (時間の指定がなければ1時間)",
    "help.unlock": "自分のロックを解除する。理由を付けると、ほかの人のロックも解除する",
    "help.status": "稼働中のもの、ロックと空く時刻、順番待ちを表示する",
    "help.link": "GitHub アカウントを登録し、Slack でのコマンドをそのアカウントの操作として扱います",
    "help.help": "このヘルプを表示する",
    "help.environments": "**環境**",
    "help.environment": "- {environment:code} ← {branch:code}。デプロイできる人: {deployers:raw}。ほかの人のロックを解"
    "除できる人: {unlockers:raw}。",
    "help.role": "{role} 以上",
    "help.aliases": "別名: {aliases:names}。",
    # ------------------------------------------------------------ the config and its problems
    "problem": "{line:raw}行目{column:raw}列目: {what:raw}",
    "yaml.large": "ファイルが {most:raw} KiB を超えています。",
    "yaml.binary": "テキストファイルではありません。",
    "yaml.not_a_file": "ファイルではありません。",
    "yaml.name": "ファイルの名前が UTF-8 ではありません。",
    "yaml.denied": "ファイルを読めません: {why}",
    "yaml.broken": "YAML として読めません: {why}",
    "yaml.quote": 'YAML では {text:code} で始まる値は使えません。値全体を引用符で囲んでください: `"{text:raw}…"`',
    "yaml.tab": "YAML では、ここにタブは使えません。半角スペースを使ってください。",
    "yaml.alias": "アンカーとエイリアスは使えません。値をそのまま書いてください。",
    "yaml.tag": "タグは使えません。値だけを書いてください。",
    "yaml.documents": "1つのファイルに複数のドキュメントがあります。",
    "yaml.many": "ファイルの値が{most:raw}個を超えています。",
    "yaml.deep": "入れ子が{most:raw}段を超えています。",
    "yaml.key": "キーは1つの語で書いてください。",
    "yaml.twice": "{text:code} が2回書かれています。",
    "config.file": "`environments:` のあるファイルが必要です。",
    "config.environments": "環境が1つ以上必要です。例: `production: {{workflow: deploy.yml}}`",
    "config.environments.many": "環境は{most:raw}個までです。",
    "config.name": "環境の名前は a-z、0-9、- の1〜64文字です。{text:code} は使えません。",
    "config.name.twice": "{environment:code} の {text:code} は {other:code} でも使われています。"
    "1つの名前が指せる環境は1つだけです。",
    "config.name.alike": "{environment:code} の {text:code} は {other:code} の {known:code} と見分けにくいので、"
    "別の名前にしてください。",
    "config.record": "設定が必要です。例: {example:code}",
    "config.missing": "{text:code} がありません。例: {example:code}",
    "config.key.near": "ここに {text:code} という設定はありません。{near:code} でしょうか?",
    "config.key.known": "ここに {text:code} という設定はありません。使えるのは {known:names} です。",
    "config.owners": "オーナーのルールに誤りがあります。内容は `ghapp check --policy` で確認できます。",
    "config.later": "{text:code} はこのバージョンではまだ使えません。削除してください。",
    "config.choice.near": "{text:code} は使えません。{near:code} でしょうか?",
    "config.choice.known": "{text:code} は使えません。使えるのは {known:names} です。",
    "config.choice.none": "{text:code} は使えません。ここに書ける名前はほかにありません。",
    "config.after.itself": "{text:code} の `after` に自分自身は指定できません。",
    "config.after.branch": "{environment:code} のデプロイ元は {branch:code}、{earlier:code} のデプロイ元は "
    "{other:code} です。両方に含まれるマージがないため、どこにもデプロイできません。",
    "config.after.circle": "`after` が循環しています ({chain:code})。このままではどこにもデプロイできません。",
    "config.single": "値を1つだけ書いてください。",
    "config.null": "値がありません。不要なら設定ごと削除してください。",
    "config.list": "リストで書いてください。例: `[a, b]`",
    "config.least": "このリストには{least:raw}個以上の値が必要です。",
    "config.most": "ここに書けるのは{most:raw}個までです。",
    "config.pairs": "キーと値の組で書いてください。例: `{{name: value}}`",
    "config.flag": "`true` か `false` を書いてください。{text:code} は使えません。",
    "config.timezone": "{text:code} というタイムゾーンはありません。例: `Asia/Tokyo`、`Europe/Berlin`、`UTC`",
    "config.duration": "{least:raw}m から {most:raw}h までの時間を書いてください。例: `30m`",
    "config.placeholder": "{text:code} は使えません。使えるのは "
    "`{{sha}}` `{{environment}}` `{{ticket}}` `{{number}}` `{{pr}}` `{{actor}}` です。",
    "config.team": "チームは `@組織名/チーム名` の形で、URL にある通りに書いてください: {text:code}",
    "config.when": '`"17:00"` のような時刻か `2026-12-28` のような日付を書いてください。{text:code} は使えません。',
    "config.reason": "理由を1行、1〜100文字で書いてください。",
    "config.country": "{text:code} の祝日には対応していません。例: `JP`",
    "config.date": "{text:code} という日付はありません。",
    "config.freeze.days": "{text:code} と {other:code} は一緒に書けません。2つに分けてください。",
    "config.freeze.when": "`weekdays`、`holidays`、`holiday_eve` のどれか、または `from` と `until` の両方が必要です。",
    "config.freeze.dates": "日付の期間には、初日の `from` と最終日の `until` だけを書いてください。",
    "config.freeze.order": "`until` は `from` より後にしてください。日付をまたぐ場合は2つに分けてください。",
    "config.role": "`none` は許可するロールとして使えません。",
    "config.person": "ロール (`read`、`triage`、`write`、`maintain`、`admin`)、チーム、GitHub のログイン名、"
    "App のどれかを書いてください。App は `app/` に URL にある名前を続けます。{text:code} は使えません。",
    "config.app": "App は `app/release-bot` の形で、URL にある通りに書いてください: {text:code}",
    "config.app.own": "{text:code} は ghapp 自身です。自分のコメントはコマンドとして扱いません。削除してください。",
    "config.login": "GitHub のログイン名を書いてください。{text:code} は使えません。",
    "config.login.twice": "{text:code} はすでに {other:code} に割り当てられています。Slack のメンバー ID 1つに割り当て"
    "られる GitHub アカウントは1つだけです。{named:code} の ID を修正するか、その行を削除してください。",
    "config.member": "Slack のメンバー ID を書いてください。例: `U024BE7LH`。{text:code} は使えません。",
    "config.alias": "別名は文字 (漢字やかなも可)、数字、- で、UTF-8 の{most:raw}バイト以内です。{text:code} は使え"
    "ません。",
    "config.alias.taken": "{text:code} はコマンドで使う語なので、別名にはできません。別の名前にしてください。",
    "config.branch": "ブランチ名を書いてください。{text:code} は使えません。",
    "config.workflow": "`.github/workflows` にあるファイルの名前を書いてください。例: `deploy.yml`。"
    "{text:code} は使えません。",
    "config.template": "input の値は{most}文字までです。",
    "config.input": "input の名前を書いてください。{text:code} は使えません。",
    "config.pattern": "`.gitignore` と同じ形のパスのパターンを書いてください。"
    "`\\` と `#` は使えず、`**` は `/` の間にだけ書けます: {text:code}",
    "config.pattern.first": "{text:code} は除外の指定なので、その前に対象のパターンを書いてください。例: `**`",
    "config.checks": "`required`、`all`、`none`、または名前のリストを書いてください。{text:code} は使えません。",
    "config.github_environment": "GitHub の環境の名前を1行、1〜255文字で書いてください。{text:code} は使えません。",
    "config.github_environment.twice": "GitHub の環境 {text:code} は {other:code} で使われています。",
    "config.label": "ラベルの名前 (50文字まで) を書いてください。{text:code} は使えません。",
    "config.url": "https://shop.example.com のようなアドレスを書いてください。{text:code} は使えません。",
    "config.runbook": "http か https のアドレスを、ASCII 500文字以内で書いてください。"
    "例: `https://wiki.example.com/shop`。空白、引用符、`<`、`>` などの文字は"
    "パーセントエンコードしてください。{text:code} は使えません。",
    "config.runbook.user": "アドレスは全員に表示されるため、ユーザー名やパスワードを含めることはできません。"
    "`@` より前を削除してください。",
    "config.check": "チェックの名前を書いてください。{text:code} は使えません。",
    "config.approvals": "0 から {most:raw} までの数を書いてください。{text:code} は使えません。",
    "config.channel": "Slack のチャンネル ID を書いてください。例: `C024BE91L`。{text:code} は使えません。",
    "config.external_id": "external id はここでは決められません。`role_arn` があれば常に `ghapp:<リポジトリ ID>` "
    "です。この行を削除し、ロールの信頼ポリシーの条件にその値を指定してください。",
    "config.target": "`codedeploy:アプリケーション/グループ` の形で書いてください。{text:code} は使えません。",
    "config.platforms": "オーナーを除いたリポジトリ名を書いてください (例: `shop`、`api-*`)。"
    "{text:code} は使えません。",
    "policy.unread": "オーナーのルールを読めません。",
    "config.group": "Slack のユーザーグループ ID を書いてください。例: `S0614TZR7`。{text:code} は使えません。",
    # problems with the workflows that it names
    "workflow.none": "{environment:code}: `.github/workflows/{file:raw}` がありません。",
    "workflow.unreadable": "{environment:code}: `.github/workflows/{file:raw}` が読めません。"
    "{line:raw}行目を確認してください。",
    "workflow.no_dispatch": "{environment:code}: {file:code} は手動で開始できません。`on` に `workflow_dispatch` を追"
    "加してください。",
    "workflow.input.unknown": "{environment:code}: {file:code} に {name:code} という input がないので、GitHub "
    "に拒否されます。あるのは {known:names} です。",
    "workflow.input.none": "{environment:code}: {file:code} に input が1つもないので、{name:code} を渡すと GitHub "
    "に拒否されます。`workflow_dispatch` に追加してください。",
    "workflow.input.missing": "{environment:code}: {file:code} に必須の input {name:code} が渡されていません。",
    "workflow.input.value": "{environment:code}: input {name:code} に {value:code} は渡せません。"
    "使えるのは {known:names} です。",
    "workflow.no_sha": "{environment:code}: `{{sha}}` を渡す input がないので、デプロイするコミットが {file:code} に伝"
    "わりません。",
    "workflow.no_ticket": "{environment:code}: `{{ticket}}` を渡す input がないので、{file:code} の実行を開始時刻でし"
    "か特定できません。専用の input を作り、`run-name` に入れると確実になります。",
    "workflow.run_name": "{environment:code}: {file:code} の `run-name` にデプロイ番号 (`{{ticket}}`) を入れると、実行"
    "を確実に特定できます: `run-name: Deploy {title:raw}`",
    "branch.none": "{environment:code}: {branch:code} というブランチがありません。ブランチができるまで、ここには何もデ"
    "プロイできません。",
    "login.role": "{environment:code}: {login:code} はロールではなくログイン名です。{near:code} でしょうか?",
    "app.none": "{environment:code}: App {app:code} が GitHub で見つかりません。"
    "App の URL にある名前に修正してください。それまで、この名前では権限が付きません。",
    "app.foreign": "{environment:code}: App {app:code} の所有者は {owner:code} で、このリポジトリの所有者ではないため、"
    "使えません。",
    "login.no_write": "{environment:code}: {login:code} にはこのリポジトリへの書き込み権限がないか、"
    "その名前のユーザーがいません。ここに名前を書くだけでは、権限は付きません。",
    "target.setting": "{environment:code}: このリポジトリには {target:code} の操作が許可されていないので、"
    "`/rollback` は"
    "使えません。ghapp の運用者が `GHAPP_AWS_TARGETS` に追加すると使えます: {setting:code}",
    "target.rule": "{environment:code}: このリポジトリには {target:code} の操作が許可されていないので、`/rollback` は"
    "使えません。オーナーが {file:code} の `platforms` に追加すると使えます: {rule:code}",
    "workflow.past_lock": "{environment:code}: {cause:code} ({file:code} の{line:raw}行目) でも、ロックを取得せずに開"
    "始されます。そこから外し、マージごとに自動でデプロイするなら `auto: true` を書いてください。または、デプロイのジ"
    "ョブに guard を入れるか、`github.event_name` を見る `if:` を付けてください。",
    "workflow.cancels": "{environment:code}: `cancel-in-progress: true` ({file:code} の{line:raw}行目) があると、次の"
    "実行が始まったときにデプロイが途中で止まります。削除してください。削除すれば、次の実行は待ちます。",
    "workflow.queue": "{environment:code}: {file:code} はマージキューで動きます。GitHub の「Status check timeout」を、"
    "デプロイの時間と `lock` ({lock:raw}分) の合計より長くしてください。短いと、キューに入れたものが途中で外れます。",
    # GitHub's answer if it does not start one
    "dispatch.no_workflow": "デフォルトブランチに {file:code} というワークフローがありません。追加するか、"
    "`.github/ghapp.yml` の `workflow` を修正してください。",
    "dispatch.no_trigger": "デフォルトブランチの {file:code} は、`on` に `workflow_dispatch` がありません。"
    "追加してください。",
    "dispatch.unknown_input": "デフォルトブランチの {file:code} に {name:code} という input がありません。"
    "`workflow_dispatch` に追加するか、`.github/ghapp.yml` の `inputs` から外してください。",
    "dispatch.missing_input": "{file:code} に必須の input {name:code} が渡されていません。"
    "`.github/ghapp.yml` の `inputs` に追加するか、ワークフロー側で default を付けてください。",
    "dispatch.input_value": "{file:code} の input {name:code} に、許可されていない値が渡されています。"
    "`.github/ghapp.yml` の `inputs` か、ワークフロー側の選択肢を修正してください。",
    "dispatch.unreadable": "デフォルトブランチの {file:code} を GitHub が読めません: {name:code}。修正してください。",
    "dispatch.disabled_workflow": "ワークフロー {file:code} は無効になっています。"
    "リポジトリの「Actions」ページで有効にしてください。",
    "dispatch.disabled_actions": "このリポジトリまたは所有者の GitHub Actions が無効になっています。"
    "管理者が設定の「Actions」で有効にしてください。",
    "dispatch.not_allowed": "ワークフロー実行の保護 (workflow execution protection) により、"
    "{file:code} を開始できません。"
    "管理者が設定の「Actions」→「Policies」で、この App とイベント `workflow_dispatch` を許可してください。",
    "dispatch.no_ticket": "このデプロイの実行かもしれませんが、デプロイ番号が見えません: {name:raw} {file:code} の "
    "`run-name` にデプロイ番号を入れると、実行を確実に特定できます。書き方は `ghapp check` で確認できます。",
    "dispatch.several": "同じデプロイ番号の実行が複数あります: {name:raw} どれも追跡しないため、それぞれを確認し、"
    "不要なものを中止してください。",
    "dispatch.no_permission": "{file:code} を開始できません。App に「Actions: Read and write」の権限がありません。"
    "所有者が設定の「GitHub Apps」にあるこの App のページで許可してください。",
    # the commands of the terminal
    "check.valid": "{file} に問題はありません: {environments:names}",
    "check.valid.policy": "{file} はオーナーの全リポジトリのルールとして問題ありません: {keys:names}",
    "check.invalid": "{file}: {what:raw}",
    "check.advice": "{file}: 推奨: {what:raw}",
    "check.absent": "{file} がありません。`ghapp init` で最初の設定ファイルを作れます",
    "check.absent.elsewhere": "{file} がありません。パスを確認してください",
    "check.empty": "{file} は空です。このリポジトリでは ghapp は何もしません",
    "check.alone": "{file} はチェックアウトの .github にないので、ワークフローは確認していません",
    "check_run.valid": "設定に問題はありません。",
    "check_run.invalid": "設定に{count:raw}件の問題があります。",
    "check_run.advice": "推奨: {what:raw}",
    "check_run.unread": "まだ確認できていません。ワークフローを読めませんでした。",
    "check_run.unread.more": "設定にあるワークフロー ({files:names}) を GitHub から読めませんでした。"
    "自動でもう一度確認するため、対応は不要です。",
    "check_run.gone": "マージすると、このリポジトリで ghapp は動作しなくなります。",
    "check_run.gone.more": "設定が削除されます。実行中のデプロイは完了まで追跡し、その後 `ghapp/lock` を成功にします。",
    "init.exists": "{file} はすでに存在するため、何も書き込んでいません。内容は `ghapp check` で確認できます",
    "init.outside": "ここは git リポジトリのチェックアウトではありません。チェックアウトのフォルダで `ghapp init` を実"
    "行してください",
    "init.none": "{folder} にワークフローがないため、何も書き込んでいません。デプロイ用のワークフローを追加して、も"
    "う一度実行してください。ghapp のリポジトリの deploy/workflow.yml が参考になります",
    "init.nothing": "{folder} に手動で開始できるワークフローがないため、何も書き込んでいません。デプロイ用のワーク"
    "フローの `on` に `workflow_dispatch` を追加して、もう一度実行してください",
    "init.no_release": "{folder} の手動で開始できるワークフローにデプロイするものがないため、何も書き込んでいませ"
    "ん。デプロイ用かどうかは、名前 (`deploy.yml` など) か、ジョブの `environment:` で判断します",
    "init.unreadable": "{file} は読み込めないため除外しました: {what:raw}",
    "init.unread": "{folder} のワークフローが{most:raw}個を超えています。読まなかったもの: {files:names}",
    "init.written": "{file} を作りました: {environments:names}",
    "init.open": "{lines:names}行目: {file} に必須の input {name} を埋めてください",
    "init.guessed": "{line:raw}行目: {environment:raw} は推測です。GitHub にこの名前で登録された、ワークフローのデプロ"
    "イ先ですか? 違う場合は、ここと `inputs` を正しい名前に変更してください",
    "init.listed": "{repository} の環境を GitHub から読み取りました: {environments:names}",
    "init.not_listed": "GitHub から {repository} の環境を読み取れませんでした (HTTP {status:raw})。環境の名前はワーク"
    "フローから取ります。{variable:code} には `Actions: read` の権限を持つ有効なトークンが必要です",
    "init.unused": "使わなかったもの:",
    "init.unused.no_dispatch": "{files:names}: `workflow_dispatch` がありません",
    "init.unused.no_release": "{files:names}: 手動で開始できますが、名前がデプロイを示していません",
    "init.unused.beside": "{files:names}: 手動で開始できますが、名前がデプロイの準備や取り消しを示しています",
    "init.unused.taken": "{files:names}: {environment:raw} は {by} でデプロイします",
    "init.unused.many": "{files:names}: {environment:raw} は除きました。設定に書ける環境は{most:raw}個までです",
    "init.more": "ほか{count:raw}個",
    # at a terminal
    "init.ask.default": "{question:raw} [{default}]",
    "init.ask.environments": "{file}: どの環境にデプロイしますか? GitHub での名前を書いてください。複数ある場合はコンマ"
    "で区切ってください",
    "init.ask.name": "{file}: 環境 {about:code} を、この設定では何という名前にしますか?",
    "init.ask.value": "{file}: 必須の input {about:code} に渡す値は何ですか? ({takes:names}。Enter で空欄のまま)",
    "init.ask.text": "{file}: 必須の input {about:code} に渡す値は何ですか? (Enter で空欄のまま)",
    "init.next": "次の手順: 内容を確認し、`ghapp check` で検証してから、デフォルトブランチにコミットしてください。"
    "設定の一覧: docs/configuration.md",
    "init.next.channel": "次の手順: 内容を確認し、Slack のチャンネル ID (チャンネル詳細の末尾) を設定してください。"
    "`ghapp check` で検証してから、デフォルトブランチにコミットしてください。設定の一覧: docs/configuration.md",
    "init.ask.channel": "お知らせを投稿する Slack チャンネルの ID は何ですか? チャンネル詳細の末尾にあります (Enter で"
    "なし。その場合はプルリクエストのコメントになります)",
    # ------------------------------------------------------------ answers to commands
    # the number's comment of a rollback
    "rollback.accepted": "⏪ {environment} を {number:#} に切り戻します (実行者: {actor:person})",
    "rollback.running": "⏪ {environment} を {number:#} に切り戻し中です (実行者: {actor:person}){link:raw}",
    "rollback.succeeded": "⏪ **{environment} を {number:#} に切り戻しました** ({name}、実行者: {actor:person})"
    "{link:raw}",
    "rollback.failed": "❌ **{environment} の切り戻しは失敗しました ({name})。何が稼働中か確認が必要です** (実行者: "
    "{actor:person}){link:raw}",
    "rollback.unbegun": "❌ **{environment} の切り戻しは、何も実行しないまま失敗しました ({name})。#{undone} が稼働中"
    "のままです** (実行者: {actor:person}){link:raw}",
    "rollback.unsure": "❔ **{environment} の切り戻しは終了しました ({name})。何が稼働中か確認が必要です** (実行者: "
    "{actor:person}){link:raw}",
    "rollback.given_up": "❔ **{environment} の切り戻しは打ち切られました ({name})。何が稼働中か確認が必要です** (実行"
    "者: {actor:person}){link:raw}",
    "rollback.cancelled": "❌ **{environment} の切り戻しは中止されました ({name})。何が稼働中か確認が必要です** (実行"
    "者: {actor:person}){link:raw}",
    "rollback.lost": "❔ **{environment} の切り戻し結果が不明です** ({name}、実行者: {actor:person}){link:raw}",
    "rollback.was.succeeded": "⏪ **{since:clock} に {environment} を {number:#} に切り戻しました** ({name}、実行者: "
    "{actor:person}){link:raw}",
    "rollback.was.failed": "❌ **{since:clock} に {environment} の切り戻しは失敗しました** ({name}、実行者: "
    "{actor:person}){link:raw}",
    "rollback.was.unsure": "❔ **{since:clock} に {environment} の切り戻しは終了しましたが、結果が不明です** ({name}、"
    "実行者: {actor:person}){link:raw}",
    "rollback.was.given_up": "❔ **{since:clock} に {environment} の切り戻しは打ち切られました** ({name}、実行者: "
    "{actor:person}){link:raw}",
    "rollback.was.cancelled": "❌ **{since:clock} に {environment} の切り戻しは中止されました** ({name}、実行者: "
    "{actor:person}){link:raw}",
    "rollback.was.open": "⏹ **{environment} の切り戻しは終わる前に打ち切られました** ({name}、実行者: {actor:person})"
    "{link:raw}",
    "rollback.undoing": "取り消し: #{undone}「{undone_title:title}」{undone_sha:code}",
    "rollback.undoing.with": "取り消し: #{undone}「{undone_title:title}」({undone_author:name}) と、"
    "一緒にデプロイされた {others:raw}",
    "rollback.undoing.passes": "その間に稼働していたものも取り消します: {others:raw}",
    "rollback.other": "#{number}「{title:title}」({author:name})",
    "rollback.to": "戻し先: #{number}「{title:title}」{sha:code}{was:raw}",
    "rollback.was": " ({until:day} まで稼働)",
    "rollback.is": " (稼働中)",
    "rollback.how": "ワークフローでもう一度デプロイするため、通常のデプロイと同じくらい時間がかかります。DB の変更は戻"
    "りません。",
    "rollback.locked": "完了後は {environment} をロックします。",
    "rollback.stays": "{environment} はロック中です。#{undone} を修正したら、{command:code} で解除してからデプロイして"
    "ください。",
    "rollback.again": "{environment} はロック中です。やり直すには {again:code}",
    # the end of a rollback, in a new message
    "rolled_back": "{holders:people} **{environment} を {number:#} に切り戻しました** ({name})。"
    "#{undone} は取り消しました。",
    "holders.more": "{people:people} にも関係があります。",
    "rolled_back.along": "一緒に取り消したもの: {others:raw}",
    "rollback_failed": "{holders:people} **{environment} の切り戻しは失敗しました ({name})。何が稼働中か確認が必要です"
    "。** #{undone} を取り消して {number:#} に戻す予定でした。",
    "rollback_lost": "{actor:person} **{environment} の切り戻し結果が不明です** ({name})。",
    "rollback_unbegun": "{holders:people} **{environment} の切り戻しは、何も実行しないまま失敗しました ({name})。#"
    "{undone} が稼働中のままです。** {number:#} に戻す予定でした。",
    "rollback_unsure": "{holders:people} **{environment} の切り戻しは終了しました ({name})。何が稼働中か確認が必要です"
    "。** #{undone} を取り消して {number:#} に戻す予定でした。",
    "rollback_cancelled": "{holders:people} **{environment} の切り戻しは中止されました ({name})。何が稼働中か確認が必"
    "要です。** #{undone} を取り消して {number:#} に戻す予定でした。",
    # refusals of /rollback
    "bad_target": "{typed:code} では戻し先が分かりません。`to #41` のように、"
    "以前デプロイしたプルリクエストを指定してください。停止してよい CodeDeploy のデプロイは `stop d-X1Y2Z3` のように指"
    "定します。書き方: {usage:code}",
    "no_reason": "`/rollback` に理由 ({typed:code}) は付けられないため、何も実行していません。{command:code} と入力し"
    "てください。",
    "rolling_back": "{environment} は {holder:name} が {pull:#} に切り戻し中です ({name})。完了してから `/status "
    "{environment}` で確認してください。",
    "rolled_back_already": "#{number} はすでに {holder:name} が {environment} から切り戻しました ({name})。それ以上は"
    "何も実行していません。現在は {live:#} が稼働中です。",
    "rolled_back_already.next": "{undone:#} も取り消すには {command:code}",
    "released_since": "このコマンドが入力された後に {holder:name} が #{undone} を {environment} "
    "にデプロイし始めたため ({name})、何も実行していません。",
    "rollback_elsewhere": "#{number} は {environment} で稼働中でもデプロイ中でもないため、何も実行していません。",
    "rollback_elsewhere.barred": "#{number} は以前に {environment} から切り戻したか、切り戻そうとしたものなので、何も"
    "実行していません。",
    "rollback_elsewhere.runs": "{environment} では {live:#} が稼働中です。",
    "rollback_elsewhere.next": "#{undone} を取り消すには {command:code}",
    "rollback_elsewhere.first": "#{undone} を取り消すには、#{undone} のプルリクエストで {command:code} と入力してくだ"
    "さい。",
    "rollback_held": "{environment} は {holder:name} がロック中です ({reason:why})。今切り戻せるのは {holder:name} か"
    "、ロックを解除できる人だけです。{holder:name} に `/unlock {environment}` を依頼してください。",
    "nothing_before": "{environment} の切り戻し先がありません (以前に稼働していたものが不明か、切り戻し済みです)。修正"
    "をマージしてデプロイしてください。",
    "never_live": "#{number} は、{environment} で稼働していた記録がありません。切り戻せるのは {others:raw} です。",
    "never_live.none": "#{number} は、{environment} で稼働していた記録がありません。切り戻し先を確認するには "
    "{command:code}",
    "target_gone": "#{target} ({sha:code}) はもうリポジトリになく、ワークフローでデプロイできないため、何も実行してい"
    "ません。#{undone} は稼働中のままです。修正をマージしてデプロイしてください。",
    "target_gone.others": "{environment} ではその前に {others:raw} が稼働していました。さらに前へ戻すには "
    "{command:code}",
    # refusals of /deploy after a rollback
    "not_barred": "{other:raw} は {environment} から切り戻した変更でも切り戻そうとした変更でもないか、#{number} "
    "に含まれていません。`with` では指定できないため、何も実行していません。"
    "#{number} をデプロイするには {command:code}",
    "bad_with": "{typed:code} では再びデプロイするものが分かりません。`with #42` や `with #42 #41` のように、切り戻し"
    "たプルリクエストを書いてください。書き方: {usage:code}",
    # a mistake in a typed command
    "not_ascii": "{typed:code} に半角ではない文字 {point:code} が含まれているため、何も実行していません。"
    "半角で入力し直してください: {usage:code}",
    # answers to /cancel
    "dropped": "🔓 {holder:person} {name} (#{pull}) の終了を待たずに進めます ({actor:name} の指示、理由: {reason:why})"
    "。{environment} の切り戻しを続けます。古い実行が動き出した場合は中止します。",
    "cancelling": "⏹ {holder:person} {name} (#{pull}) の中止を {actor:name} が指示しました。実行が終わるまで "
    "{environment} はロック中のままです。終わったらお知らせします。",
    "cancelling.own": "⏹ {holder:person} {name} (#{pull}) に中止を指示しました。実行が終わるまで {environment} はロ"
    "ック中のままです。終わったらお知らせします。",
    "cancelled_at_once": "⏹ {holder:person} {name} (#{pull}) は、実行が始まる前に {actor:name} が中止しました。",
    "cancelled_at_once.own": "⏹ {holder:person} {name} (#{pull}) は、実行が始まる前に中止されました。",
    "nothing_to_cancel": "{environment} で実行中のデプロイはないため、中止するものはありません。対応は不要です。",
    "too_late_to_cancel": "#{pull} はすでに {environment} にデプロイ済みのため、中止できません。元に戻すには "
    "`/rollback {environment}`、ロックを解除するには `/unlock {environment}`",
    "too_late_to_cancel.shifting": "CodeDeploy が {environment} の {pull:#} への切り替えを始めているため、中止できま"
    "せん。元に戻すには `/rollback {environment}`",
    "too_late_to_cancel.ending": "#{pull} はすでに {environment} にデプロイ済みのため、中止できません。元に戻すには "
    "`/rollback {environment}`。CodeDeploy の待機は {by:name} が終了させました。CodeDeploy の処理が終わると "
    "{environment} が空きます。",
    "cancel_lost": "{name} ({pull:#}) の結果が不明なため、中止できません。ワークフローの実行一覧を確認し、実行中のもの"
    "がなければ {command:code}",
    "being_cancelled": "{name} ({pull:#}) は、すでに {by:name} が中止を指示しました。実行が終わったらお知らせします。",
    # /help
    "help.rollbackers": "切り戻しできる人: {rollbackers:raw}。",
    "help.you": "あなたが今使えるのは {may:raw} です。",
    "help.you.not": "{may_not:raw} は使えません。",
    "help.you.none": "あなたが使えるのは、状態を見るコマンドだけです。",
    "help.rollback": "1つ前 (または指定したもの) に切り戻す (ロールバック)。デプロイ後のロック中や凍結期間中でも使える",
    "help.cancel": "実行中のデプロイを中止する。ほかの人のデプロイは、ロックを解除できる人だけが中止できる",
    # ------------------------------------------------------------ check runs
    # the buttons: at most 20 characters, and 40 for their explanation
    "button.deploy": "デプロイ",
    "button.deploy.what": "デプロイします (/deploy と同じ)",
    "button.rollback": "切り戻す",
    "button.rollback.what": "1つ前のデプロイに戻します (/rollback と同じ)",
    "button.unlock": "問題なし、次の人へ",
    "button.unlock.what": "ロックを解除します (/unlock と同じ)",
    # before the merge: rendered once for each head
    "release.open.free": "マージすると {environment} へのデプロイ待ちになります ({now:clock} 時点: 空き{waiting:raw})",
    "release.open.locked": "マージすると {environment} へのデプロイ待ちになります ({now:clock} 時点: ロック中"
    "{waiting:raw})",
    "release.open.free.after": "{earlier} で稼働すると {environment} へのデプロイ待ちになります ({now:clock} 時点: "
    "空き{waiting:raw})",
    "release.open.locked.after": "{earlier} で稼働すると {environment} へのデプロイ待ちになります ({now:clock} 時点: "
    "ロック中{waiting:raw})",
    "release.open.waiting": "、順番待ち{count:raw}件",
    "release.open.next": "マージ後、マージした人にデプロイを依頼します: {command:code}",
    "release.open.after": "マージ後、{earlier} で稼働してから、マージした人にデプロイを依頼します: {command:code}",
    "release.open.deploy": "{environment} にはマージ前のこのコミットもデプロイできます。"
    "**デプロイ** を押してください。",
    "release.open.then": "{now:clock} 時点の状況です。現在の状況は `ghapp/lock` のステータスで確認できます。",
    # from the merge on
    "release.awaiting": "{environment} にデプロイできます",
    "release.waiting": "{environment} の順番待ち ({rank:nth}番目)",
    "release.skipped": "見送り: より新しいものを {environment} にデプロイするとき、一緒にデプロイされます",
    "release.unlisted": "{environment} の順番待ちから外れました",
    "release.gone": "{environment} は設定から削除されました",
    "release.gone.more": "{environment} はデフォルトブランチの `.github/ghapp.yml` から削除されたため、#{number} は "
    "{environment} にはデプロイされません。",
    "release.deploying": "{environment} にデプロイ中 ({name}、実行者: {actor:name})",
    "release.cancelling": "{by:name} が中止中 ({name}、実行者: {actor:name})",
    "release.live": "{environment} で稼働中",
    "release.live.more": "#{number} は {environment} で稼働中です。",
    "release.carried": "#{pull} と一緒に {environment} にデプロイされました",
    "release.failed": "{environment} へのデプロイは失敗しました ({name})",
    "release.unsure": "{environment} へのデプロイは終了しましたが、#{number} が稼働中かどうか不明です ({name})",
    "release.given_up": "{environment} へのデプロイは打ち切られました ({name})",
    "release.cancelled": "{environment} へのデプロイは中止されました ({name})",
    "release.lost": "{environment} へのデプロイ結果が不明です ({name})",
    "release.rolling_back": "切り戻し中 ({name}、実行者: {actor:name})",
    "release.waits": "切り戻しは {after} の終了待ちです ({name}、実行者: {actor:name})",
    "release.rollback_failed": "{environment} の切り戻しが完了しませんでした ({name})。状態の確認が必要です",
    "release.rollback_unbegun": "{environment} の切り戻しは、何も実行しないまま失敗しました ({name})",
    "release.rolled_back": "{environment} から切り戻されました",
    "release.rolled_back.more": "#{number} は {environment} から切り戻されました。別のプルリクエストで修正してください"
    "。このまま再デプロイできるのは、ロックを解除できる人だけです。",
    "release.rolled_back.in_vain": "{environment} からの切り戻しは完了していません",
    "release.rolled_back.in_vain.more": "#{number} を {environment} から切り戻そうとしましたが、完了しませんでした。"
    "別のプルリクエストで修正してください。このまま再デプロイできるのは、ロックを解除できる人だけです。",
    "release.replaced": "{environment} で稼働していました ({span:raw})",
    # the answer to a press names it, since a press is not visible as a comment is
    "pressed": "{actor:person} がチェックの **{label}** ボタンを押しました:",
    "button_over": "このボタンは {name} の時点のもので、{environment} は現在 {current} まで進んでいます。何も実行して"
    "いません。今できる操作はチェックで、理由は `/status {environment}` で確認できます。",
    "button_gone": "#{pull} の {environment} での状態が変わったため、このボタンは使えません。何も実行していません。今"
    "できる操作は最新コミットのチェックで、理由は `/status {environment}` で確認できます。",
    # on the pull request, once
    "gate_refused": "GitHub がこのプルリクエストのステータス `ghapp/lock` を受け付けません: {why:code}。"
    "古い状態が表示されている可能性があるため、表示だけを頼りにマージせず、`/status` で状況を確認してください。"
    "引き続き再試行します。",
    # ------------------------------------------------------------ the guard and the protection rule
    "guard.none": "この実行には ghapp のデプロイ番号が渡されていないため、続行できません。`/deploy` からやり直してくだ"
    "さい。",
    "guard.unknown": "{ticket:code} は {repository} で発行されたデプロイ番号ではないか、すでに終了しています。この番号"
    "ではデプロイできません。`/deploy` からやり直してください。",
    "guard.over": "{name:code} は無効です。デプロイが終了したか打ち切られた、または {environment} で次のデプロイが始"
    "まっています。この番号ではデプロイできません。現在の状態は `/status {environment}` で確認できます。",
    "guard.stopping": "{name} は {by:name} が中止したため、この実行は続行できません。まもなく終了します。"
    "対応は不要です。",
    "guard.workflow": "{name} を実行するのは {branch:code} の {workflow:code} です。この実行は別のワークフローか別のブ"
    "ランチのものなので、続行できません。`/deploy` からやり直してください。",
    "guard.attempt": "{name} で許可されているのは1回目の実行だけです。再実行ではロックを取得しないため、続行できません"
    "。やり直すには {command:code}",
    "guard.other_run": "{name} は別の実行 {url:raw} が使用中のため、この実行は続行できません。"
    "`/deploy` からやり直してください。",
    "guard.not_yet": "どの実行が {name} のものかまだ確認できないため、続行できません。もう一度問い合わせてください。",
    "guard.sha": "{name} で許可されたコミットは {granted:code} ですが、このジョブが渡したのは {sha:code} です。ワーク"
    "フローの input で渡されたコミットをそのままチェックアウトしてください。",
    "rule.approved": "{name}: #{number} (実行者: {actor:name})",
    "rule.over": "この実行には有効なデプロイ番号がありません。デプロイが終了・中止・打ち切りになったか、別の実行が使用"
    "中です。`/deploy` からやり直してください。",
    "rule.unknown": "{place:code} はデフォルトブランチの `.github/ghapp.yml` にない環境なので、ロックを取得できません"
    "。該当する環境の設定に `github_environment` として追加してください。ロックが不要なら、GitHub でこの環境のデプロイ"
    "保護ルールから ghapp を外してください。",
    "rule.not_by_hand": "ロックを取得できるのは手動で始めた実行だけです。この実行は {cause:code} で始まりました。"
    "{command:code} と入力するか、マージごとに自動でデプロイするなら `auto: true` を設定してください。",
    "rule.again": "再実行ではロックを取得できません。`/deploy` と入力するか、ワークフローを新しく実行してください。",
    "rule.workflow": "{environment} にデプロイするのは {branch:code} の {workflow:code} です。この実行は別のワークフロ"
    "ーか別のブランチのものです。そちらを実行するか、`/deploy` と入力してください。",
    "rule.late": "ghapp が判断できないまま10分以上経過したため、続行を許可しませんでした。必要ならもう一度実行してくだ"
    "さい。",
    "rule.no_release": "この実行の元になった {sha:code} は、{environment} へのデプロイ待ちのプルリクエストのマージコミ"
    "ットではありません。デプロイしたいプルリクエストで `/deploy {environment}` と入力してください。",
    "rule.could_not_check": "続行してよいかをまだ確認できません ({why:code})。このまま待って、もう一度確認します。",
    "not_fenced": "{actor:person} ⚠️ **{name} はデプロイされましたが、ジョブが guard に確認していません**{link:raw}。"
    "これまでは確認していました。この実行と {workflow:code} を確認してください。guard がないと、ロックを取得しない実行"
    "を防げません。",
    "glass_broken": "⚠️ **{actor:person} が ghapp のロックをバイパスして {environment} への実行を続行しました**"
    "{link:raw} 理由: {reason:title}\n何が稼働中か確認してください。",
    # ------------------------------------------------------------ permissions that the App lacks
    "not_granted": "App に権限 {permission:code} がないため、何も実行していません。オーナーが {where:raw} で承認したら"
    "、もう一度お試しください。",
    "lacks": "⚠️ このリポジトリでは App に次の権限がありません。",
    "lacks.actions": "- {permission:code}: ワークフローを開始できないため、デプロイできません。",
    "lacks.checks": "- {permission:code}: ボタン付きのチェックを表示できず、必須チェックの結果も確認できません。",
    "lacks.deployments": "- {permission:code}: GitHub のデプロイのページに表示されません。"
    "コマンドによらない実行のデプロイ先は、ワークフローファイルからのみ判断します。",
    "lacks.issues": "- {permission:code}: プルリクエストのコマンドを受け取れないことがあります。",
    "lacks.merge_queues": "- {permission:code}: マージキューに `ghapp/lock` を設定できません。必須の場合、キューは進み"
    "ません。",
    "lacks.pull_requests": "- {permission:code}: プルリクエストで返答できません。",
    "lacks.statuses": "- {permission:code}: `ghapp/lock` を設定できないため、ロック中でもマージできてしまいます。",
    "lacks.next": "ほかの機能は通常どおり使えます。オーナーが次のページで承認してください: {where:raw}",
    # ------------------------------------------------------------ Slack
    # at most 75 characters
    "slack.button.deploy": "デプロイ",
    "slack.button.deploy.to": "{environment} にデプロイ",
    "slack.button.skip": "今回は見送る",
    "slack.button.pass": "次の人に譲る",
    "slack.button.cancel": "中止する",
    "slack.button.rollback": "切り戻す",
    "slack.button.unlock": "問題なし、次の人へ",
    # the confirmation before a button acts: a title of at most 100 characters, a text of 300, and two buttons of 30
    "slack.sure.deploy": "#{number} を {environment} にデプロイしますか?",
    "slack.sure.rollback": "{environment} を切り戻しますか?",
    "slack.sure.cancel": "デプロイ {name} を中止しますか?",
    "slack.sure.what": "{title:title} {sha:code}",
    "slack.sure.ships": "一緒にデプロイされるもの: {others:raw}",
    "slack.sure.back": "取り消し: #{undone}「{undone_title:title}」、"
    "戻し先: #{target}「{target_title:title}」{sha:code}",
    "slack.sure.undoes": "一緒に取り消すもの: {others:raw}",
    "slack.sure.cancel.what": "{number:#}「{title:title}」のデプロイを途中で止めます。",
    "slack.sure.no": "戻る",
    # the thread
    "slack.thread.accepted": "{at:clock} {actor:name}: {what:raw} ({name})",
    "slack.thread.deploy": "{sha:code} をデプロイ",
    "slack.thread.rollback": "{number:#} {sha:code} に切り戻し",
    "slack.thread.ships": "一緒にデプロイされるもの: {others:raw}",
    "slack.thread.leaves": "#{number} は含まれなくなります ({author:name})。理由: {reason:why}",
    "slack.thread.undoes": "#{undone} と一緒に取り消すもの: {others:raw}",
    "slack.thread.run": "ワークフロー: {link:raw}",
    "slack.thread.waits": "{since:clock} ランナーの割り当て待ちです",
    "slack.thread.reviewer": "{since:clock} GitHub での承認待ちです",
    "slack.thread.stop": "{at:clock} {by:name} が中止を指示",
    "slack.thread.succeeded": "{since:clock} デプロイしました",
    "slack.thread.rolled_back": "{since:clock} 切り戻しました",
    "slack.thread.taken_back": "{since:clock} {number:#} に切り戻しました ({name}、実行者: {actor:name})",
    "slack.thread.failed": "{since:clock} 失敗しました",
    "slack.thread.unsure": "{since:clock} 終了しましたが、稼働中かどうか不明です",
    "slack.thread.given_up": "{since:clock} 打ち切られました",
    "slack.thread.cancelled": "{since:clock} 中止されました",
    "slack.thread.lost": "{since:clock} 結果が不明です",
    "slack.thread.locked": "{since:clock} ロック中 ({until:clock} まで)",
    # to one person alone
    "slack.unlinked": "あなたの Slack アカウントに対応する GitHub アカウントが登録されていません。{file:code} を変更で"
    "きる人に、`people` に次の行を追加してもらってください: {line:code} ({link:raw})",
    "slack.unlinked.owner": "あなたの Slack アカウントに対応する GitHub アカウントが登録されていません。"
    "操作できる人はオーナーのルールで決まります。`people` に次の行を追加するよう、オーナーに依頼してください: "
    "{line:code}",
    "owner": "⚠️ {before:code} のオーナーが変わり、{repository:code} になりました。"
    "今後は新しいオーナーのルール、チーム、権限が適用されます。ロックは残り、実行中のデプロイは完了まで追跡します。",
    "people.appeared": "⚠️ {repository:code} を Slack から操作できる人を、オーナーのルールが決めるようになりました: "
    "{others:raw}",
    "people.changed": "⚠️ {repository:code} を Slack から操作できる人が、オーナーのルールで変わりました: {others:raw}",
    "people.gone": "⚠️ {repository:code} を Slack から操作できる人は、オーナーのルールではなくリポジトリのファイルで"
    "決まるようになりました。以前の内容: {others:raw}",
    "late": "しばらく Slack に送れなかったため、1時間以上前のお知らせは省略しました。現在の状況は各リリースのメッセー"
    "ジか `/status` で確認できます。",
    "slack.edit": "編集する",
    "starting": "#{number} を {environment} にデプロイします ({name})。",
    "starting.rollback": "{environment} を {number:#} に切り戻します ({name})。",
    "starting.waits": "これから {environment} を {number:#} に切り戻します ({name})。",
    "slack.button_over": "このボタンは {name} の時点のもので、{environment} は現在 {current} まで進んでいます。何も実"
    "行していません。最新のメッセージのボタンを使ってください。",
    "slack.stranger": "操作できるのはこのワークスペースのメンバーだけです。プルリクエストで入力してください。",
    "slack.guest": "ゲストは操作できません。ワークスペースのメンバーに依頼してください。",
    "slack.gone": "その Slack アカウントは無効になっています。プルリクエストで入力してください。",
    "slack.bot": "ボットは操作できません。このワークスペースのメンバーとして自分で入力してください。",
    "slack.unknown": "Slack からあなたの情報を取得できないため ({why:code})、何も実行していません。"
    "操作できるのはこのワークスペースのメンバーだけです。メンバーの方は、ghapp の運用者にこのメッセージを見せてくださ"
    "い。",
    "could_not_check.pressed": "押されたボタン ({typed:code}) に必要な情報を取得できませんでした ({why:code})。何も実"
    "行していません。もう一度押してください。",
    "broken.pressed": "ghapp の内部エラーで、押されたボタン ({typed:code}) を実行できませんでした。"
    "何も実行していません。もう一度押してください。また失敗する場合は、ghapp の運用者に {command:code} "
    "の確認を依頼してください。",
    "slack.no_repository": "このチャンネルに対応するリポジトリはありません。`.github/ghapp.yml` の "
    "`slack: {{channel: …}}` で指定します。",
    "slack.elsewhere": "このチャンネルは {environment} に対応していないため、何も実行していません。"
    "{channel:raw} で入力してください。",
    "slack.elsewhere.pull": "{environment} に対応するチャンネルはないため、何も実行していません。プルリクエストで入力"
    "してください。",
    "slack.other_repository": "{typed:code} はこのチャンネルの対象ではありません。ここで使えるリポジトリ: "
    "{repositories:names}",
    "slack.which_repository": "どのリポジトリですか? 次のどれかを入力してください: {lines:raw}",
    "slack.choice": "{command:code} {title:title}",
    "slack.choice.rollback": "{command:code} ({repository}): #{undone} から #{target}「{target_title:title}」へ",
    "slack.more": "ここに収まらない分は `/status` で確認できます。",
    "slack.nothing_waits": "{environment} へのデプロイ待ちのプルリクエストはありません。マージ済みのものをデプロイす"
    "るには、`#42` のような番号を付けてください。",
    "skipped": "#{number} は見送りました。より新しいものを {environment} にデプロイするとき、一緒にデプロイされます。",
    "passed": "{next_waiter:name} (#{next}) に順番を回しました。#{number} の順番待ちは続いています。",
    "passed.nobody": "ほかに {environment} を待っている人はいないため、引き続きあなたの番です。",
    "not_awaiting": "#{number} は {environment} へのデプロイ待ちではありません。対応は不要です。",
    "slack.ask.title": "{environment} のロック解除",
    "slack.ask.text": "{holder:name} が {environment} をロック中です。解除したことと理由は本人に通知されます。",
    "slack.ask.label": "理由",
    "slack.ask.submit": "解除する",
    # on GitHub, once
    "slack_refused": "Slack が {channel:code} への投稿を受け付けなかったため ({why:code})、ここに書きました。",
    "moved": "{at:clock} に Slack へ移りました。{environment} の #{number} のメッセージは {channel:code} にあります。",
    # the final text of a message in a channel that is no longer the environment's
    "slack.moved": "{at:clock} に {channel:raw} へ移りました。#{number} のメッセージはそちらにあります。",
    "slack.moved.pull": "{at:clock} にプルリクエスト #{number} のコメントへ移りました。",
    # ------------------------------------------------------------ CodeDeploy
    # the gate, at most 140 characters
    "gate.rolling_back": "{environment}: {pull:#} に切り戻し中 ({holder:name})",
    "gate.overtaking": "{environment}: {pull:#} への切り戻し ({holder:name}) は {after} の終了待ちです",
    "gate.stuck": "{environment}: {pull:#} への切り戻し ({holder:name}) が進みません。実行を確認してから {line}",
    "gate.unended": "{environment}: {pull:#} ({holder:name}) の終了を確認できません。実行を確認してから {line}",
    "gate.cancelling": "{environment}: {pull:#} ({holder:name}) を {by:name} が中止中です",
    "gate.ending": "{environment}: {pull:#} をデプロイ済み ({holder:name})。{by:name} が待機を終了、CodeDeploy の処理"
    "が終わると空きます",
    "gate.shifting": "{environment}: CodeDeploy が {pull:#} を処理中 ({holder:name})。{until:clock} 以降に空く予定",
    "gate.shifting.open": "{environment}: CodeDeploy が {pull:#} を処理中 ({holder:name})",
    "gate.scaling": "{environment}: {pull:#} ({holder:name}) の後、CodeDeploy が新しいインスタンスへ配置中",
    "gate.kept": "{environment}: {pull:#} をデプロイ済み ({holder:name})、1つ前の環境を保持中。"
    "{until:clock} 以降に空く予定",
    "gate.kept.open": "{environment}: {pull:#} をデプロイ済み ({holder:name})、1つ前の環境を保持中",
    "gate.unasked": "{environment}: CodeDeploy の状態を取得できません ({pull:#}、{holder:name})。確認が必要です",
    # the prompt after a merge
    "prompt.rolling_back": "{holder:name} が {pull:#} に切り戻し中です。",
    "prompt.overtaking": "{holder:name} による {pull:#} への切り戻しは {after} の終了待ちです。",
    "prompt.stuck": "{holder:name} による {pull:#} への切り戻しは {after} の終了待ちですが、終了を確認できません。先に"
    "ワークフローの実行一覧を確認してください。待たずに進めるには {line:code}",
    "prompt.unended": "{name} ({pull:#}、{holder:name}) の終了を確認できません。先にワークフローの実行一覧を確認してく"
    "ださい。待たずに進めるには {line:code}",
    "prompt.cancelling": "{pull:#} (実行者: {holder:name}) を {by:name} が中止中です。",
    "prompt.ending": "{holder:name} が {pull:#} をデプロイした後、{by:name} が CodeDeploy の待機を終了させました。"
    "CodeDeploy の処理が終わると空きます。",
    "prompt.shifting": "CodeDeploy が {pull:#} (実行者: {holder:name}) を処理中です。",
    "prompt.shifting.open": "CodeDeploy が {pull:#} (実行者: {holder:name}) を処理中です。",
    "prompt.scaling": "{pull:#} (実行者: {holder:name}) の後、Auto Scaling で増減するインスタンスへ CodeDeploy "
    "が配置中です。",
    "prompt.kept": "{holder:name} が {pull:#} をデプロイした直後です。すぐ切り戻せるように1つ前の環境を残しています。",
    "prompt.kept.open": "{holder:name} が {pull:#} をデプロイした直後です。"
    "すぐ切り戻せるように1つ前の環境を残しています。",
    "prompt.unasked": "{holder:name} による {pull:#} のデプロイのワークフローは終わりましたが、CodeDeploy "
    "の状態を確認できません。",
    "prompt.back": ":rewind: {environment} を #{undone} から {pull:#} に切り戻し中です ({name}、実行者: {actor:name})"
    "。",
    "prompt.back.waits": ":rewind: {environment} を #{undone} から {pull:#} に切り戻します ({name}、実行者: "
    "{actor:name})。",
    "prompt.back.succeeded": ":rewind: {environment} を #{undone} から {pull:#} に切り戻しました ({name}、実行者: "
    "{actor:name})。",
    "prompt.back.failed": ":x: {environment} の切り戻しは失敗しました ({name})。何が稼働中か確認が必要です。",
    "prompt.back.unbegun": ":x: {environment} の切り戻しは、何も実行しないまま失敗しました ({name})。#{undone} が稼働"
    "中のままです。",
    "prompt.back.unsure": ":grey_question: {environment} の切り戻しは終了しました ({name})。"
    "何が稼働中か確認が必要です。",
    "prompt.back.given_up": ":grey_question: {environment} の切り戻しは打ち切られました ({name})。"
    "何が稼働中か確認が必要です。",
    "prompt.back.cancelled": ":x: {environment} の切り戻しは中止されました ({name})。何が稼働中か確認が必要です。",
    "prompt.back.lost": ":grey_question: {environment} の切り戻し結果が不明です ({name})。まず状態を確認してください。",
    "prompt.way_back": "1つ前の環境を {way_back:clock} まで残しています。それまでは1分ほどで切り戻せます。",
    # the number's comment
    "number.way_back": "1つ前の環境を {way_back:clock} まで残しています。"
    "それまでは {again:code} で1分ほどで切り戻せます。",
    "number.kept": "1つ前の環境を残しています。{again:code} で1分ほどで切り戻せます。",
    "number.well": "問題なければ {command:code} で1つ前の環境を終了し、{environment} のロックを解除できます。",
    "number.well.held": "問題なければ {command:code} で1つ前の環境を終了できます。",
    "number.ending": "{by:name} が CodeDeploy の待機を終了させました。CodeDeploy の処理が終わると {environment} が空き"
    "ます。その後の切り戻しは、通常のデプロイと同じくらい時間がかかります。",
    "number.stopping": "{by:name} が中止中です。実行が終わるまで、{environment} はロック中のままです。",
    "number.shifting": "CodeDeploy の処理がまだ続いています。終わるまで {environment} はロック中のままです。",
    "number.scaling": "Auto Scaling で増減するインスタンスへ CodeDeploy が配置中です。"
    "終わるまで {environment} はロック中のままです。待たずに進めるには {command:code}",
    "failed.next.platform": "CodeDeploy の処理が終わると {environment} が空きます。その後でやり直すには {command:code}",
    "number.detail.codedeploy": "CodeDeploy の理由: {detail:code}",
    "rollback.waits": "⏪ これから {environment} を {number:#} に切り戻します (実行者: {actor:person})",
    # a rollback's own comment: its strategy and duration
    "rollback.how.stop": "待機中の1つ前の環境へ切り替えます。{about:raw}ほどの見込みです。DB の変更は戻りません。",
    "rollback.how.follow": "CodeDeploy がすでに自動で切り戻し中です。{about:raw}ほどの見込みです。DB の変更は戻りませ"
    "ん。",
    "rollback.how.create": "1つ前の環境はもう残っていないため、CodeDeploy でもう一度デプロイします。"
    "{about:raw}ほどの見込みです。DB の変更は戻りません。",
    "rollback.how.create.over": "CodeDeploy で進行中のデプロイを、1つ前の環境に戻さずに終わらせてから、"
    "戻し先をもう一度デプロイします。{about:raw}ほどの見込みです。DB の変更は戻りません。",
    "rollback.how.onward": "CodeDeploy でまず1つ前の環境に戻し、そこから戻し先をもう一度デプロイします。"
    "{about:raw}ほどの見込みです。DB の変更は戻りません。",
    "rollback.awaits": "先に、Auto Scaling で増減するインスタンスへの CodeDeploy の配置 ({awaits:code}) "
    "の終了を待ちます。途中で止めることはしません。",
    "rollback.consented": "そのために {halts:code} を停止します (誰が開始したデプロイかは不明ですが、{actor:name} が停"
    "止を指定しました)。",
    "rollback.how.there": "CodeDeploy ではすでに戻し先が稼働しています。{about:raw}ほどで確認が終わる見込みです。DB の"
    "変更は戻りません。",
    "rollback.to.unreleased": "戻し先: ghapp 導入前に CodeDeploy でデプロイされた {deployment:code}{told:raw}。対応す"
    "るプルリクエストとコミットは不明です。",
    "rollback.to.told": " ({since:day}、説明: {description:why}、AppSpec {sha256:code})",
    "slack.thread.rollback.unreleased": "{number:#} に切り戻し",
    "rollback.as_release": "通常のデプロイと同じ時間",
    # notices
    "rollback_stuck": "{actor:person} ⚠️ **{name} は {after} の終了待ちですが、終了を確認できません**{link:raw}。"
    "{environment} はまだ切り戻していません。先にワークフローの実行一覧を確認してください。待たずに進めるには "
    "{command:code}",
    "overtaken_unended": "{actor:person} ⚠️ **{name} は終わりましたが、{after} の終了を確認できません**{link:raw}。"
    "{environment} はロック中のままです。先にワークフローの実行一覧を確認してください。待たずに進めるには "
    "{command:code}",
    "overtaken_ended.succeeded": "{actor:person} **{name} は中止が間に合わず、#{number} が {environment} にデプロイさ"
    "れました**{link:raw}。",
    "overtaken_ended.failed": "{actor:person} **{name} の実行が終わりました (失敗)**{link:raw}。",
    "overtaken_ended.cancelled": "{actor:person} **{name} の実行が終わりました (中止)**{link:raw}。",
    "overtaken_ended.back": "{by:name} による {target:#} への切り戻しが続きます ({back})。",
    "platform_unasked": "{actor:person} ⚠️ **CodeDeploy の状態を取得できないため、{environment} はロック中のままです"
    "** ({name}、{number:#})。応答: {detail:code}\n原因を解消してください。CodeDeploy のコンソールで処理の完了を確認で"
    "きた場合は {command:code}",
    "platform_failed": "{actor:person} **ワークフローの成功後に、CodeDeploy が {environment} の #{number} "
    "を切り戻しました** ({name}、{deployment:code})。その前にデプロイしたものを稼働中として扱います。",
    "platform_went_on": "{actor:person} ⚠️ **CodeDeploy が #{number} を {environment} にデプロイしました** ({name}、"
    "{deployment:code})。ただし、ワークフローは成功していません。取り消すには {again:code}、このまま使うには、"
    "もう一度 {deploy:code}",
    # refusals
    "locked.rolling_back": "{environment} は {holder:person} が {pull:#} に切り戻し中です。",
    "locked.overtaking": "{environment} では {holder:person} による {pull:#} への切り戻しが {after} の終了待ちです。",
    "locked.stuck": "{environment} では {holder:person} による {pull:#} への切り戻しが {after} の終了待ちですが、終了"
    "を確認できません。先にワークフローの実行一覧を確認してください。待たずに進めるには {line:code}",
    "locked.unended": "{environment} では {name} ({pull:#}、{holder:person}) の終了を確認できません。先にワークフロー"
    "の実行一覧を確認してください。待たずに進めるには {line:code}",
    "locked.cancelling": "{environment} では {pull:#} (実行者: {holder:person}) を {by:name} が中止中です。"
    "実行が終わると空きます。",
    "locked.ending": "{environment} は {holder:person} が {pull:#} をデプロイした後、{by:name} が CodeDeploy の待機を"
    "終了させました。CodeDeploy の処理が終わると空きます。",
    "locked.shifting": "{environment} では CodeDeploy が {pull:#} (実行者: {holder:person}) を処理中で、{until:clock} "
    "以降に空く予定です (あと約{until:wait})。",
    "locked.shifting.open": "{environment} では CodeDeploy が {pull:#} (実行者: {holder:person}) を処理中です。",
    "locked.scaling": "{environment} では {pull:#} (実行者: {holder:person}) の後、Auto Scaling "
    "で増減するインスタンスへ CodeDeploy が配置中です。終わると空きます。",
    "locked.kept": "{environment} は {holder:person} が {pull:#} をデプロイした直後で、CodeDeploy "
    "が1つ前の環境を残しています。{until:clock} 以降に空く予定です (あと約{until:wait})。",
    "locked.kept.open": "{environment} は {holder:person} が {pull:#} をデプロイした直後で、CodeDeploy "
    "が1つ前の環境を残しています。",
    "locked.unasked": "{holder:person} による {pull:#} のデプロイのワークフローは終わりましたが、{environment} の "
    "CodeDeploy の状態を確認できません。先に CodeDeploy のコンソールを確認してください。",
    "platform_under_way": "{environment} では CodeDeploy が {pull:#} を処理中 (実行者: {holder:name}、"
    "{deployment:code}) のため、ロックを解除できません。終われば自動で進みます。取り消すには `/rollback {environment}`",
    "platform_under_way.unseen": "{environment} では CodeDeploy が {pull:#} を処理中 (実行者: {holder:name}) のため"
    "、ロックを解除できません。終われば自動で進みます。取り消すには `/rollback {environment}`",
    "rollback_under_way": "{environment} は {holder:name} が {pull:#} に切り戻し中のため、ロックを解除できません。完了"
    "してから `/status {environment}` で確認してください。",
    "rollback_waits": "{environment} では {holder:name} による {pull:#} への切り戻しが {after} の終了待ちのため、ロッ"
    "クを解除できません。4分以内に終了を確認できなければ、進め方と一緒にお知らせします。それまで対応は不要です。",
    "rollback_behind": "{environment} では先に {name} ({pull:#}) が終わる必要があります。{by:name} が中止を指示しまし"
    "た。何も実行していません。終わったら、もう一度入力してください。",
    "rollback_behind.unseen": "{environment} では先に {name} ({pull:#}) が終わる必要がありますが、終了を確認できないた"
    "め、何も実行していません。ワークフローの実行一覧を確認し、{command:code} の後で、もう一度入力してください。",
    "cancel_way_back": "{name} は CodeDeploy で {pull:#} に切り戻し中です。途中で止めると状態が分からなくなるため、中"
    "止できません。完了を待ってから、必要なものをデプロイしてください。",
    "reason_needed.kept": "{pull:#} (実行者: {holder:name}) からすぐ切り戻せるように、CodeDeploy "
    "が1つ前の環境を残しています。終了させるには理由を付けてください ({holder:name} に通知されます): "
    "{command:code}",
    "reason_needed.scaling": "{pull:#} (実行者: {holder:name}) の後、Auto Scaling で増減するインスタンスへ CodeDeploy "
    "が配置中です。待たずに進めるには理由を付けてください ({holder:name} に通知されます): {command:code}",
    "reason_needed.unasked": "{pull:#} (実行者: {holder:name}) の後、CodeDeploy の状態を確認できません。"
    "CodeDeploy のコンソールで処理の完了を確認したら、その旨を理由に書いてください: {command:code}",
    "platform_denied": "ghapp に {environment} の CodeDeploy を参照する権限がないため、何も実行していません ("
    "{why:code})。権限を修正してから、もう一度入力してください。急ぐ場合は CodeDeploy のコンソールで直接切り戻してくだ"
    "さい。",
    "platform_foreign": "{environment} では CodeDeploy が {deployment:code} を処理中ですが、"
    "誰が開始したものか不明です。そのため、#{undone} から {target:#} への切り戻しは実行していません。"
    "停止してよければ {again:code}",
    "platform_scaling": "{environment} の {deployment:code} は、Auto Scaling で増減するインスタンスへの CodeDeploy "
    "自身の配置です。ghapp はこれを止めないため、何も実行していません。終わるのを待って #{undone} を {target:#} "
    "に切り戻すには {again:code}",
    "platform_stack": "{environment} では CloudFormation による {deployment:code} が進行中で、止められるのは "
    "CloudFormation だけです。そのため、#{undone} から {target:#} への切り戻しは実行していません。スタックの更新を取り"
    "消すか、終わるのを待って、もう一度入力してください。",
    "platform_not_at": "CodeDeploy は {environment} で {deployment:code} を処理していないため、#{undone} から "
    "{target:#} への切り戻しは実行していません。それでも切り戻すには {again:code}",
    "platform_elsewhere": "{environment} では CodeDeploy の {deployment:code} が続いています。"
    "停止すると #{target} ではなく #{leads} に戻るため、何も実行していません。先に #{leads} に切り戻すか、"
    "CodeDeploy の処理が終わるのを待って、もう一度入力してください。待機は `/unlock {environment}` で終了できます。",
    "platform_elsewhere.unknown": "{environment} では CodeDeploy の {deployment:code} が続いています。"
    "停止すると #{target} ではないもの ({leads_to:code}) に戻るため、何も実行していません。"
    "CodeDeploy の処理が終わるのを待って、もう一度入力してください。待機は `/unlock {environment}` で終了できます。",
    "target_not_allowed": "{repository:code} には {target:code} の操作が許可されていないため、CodeDeploy には問い合わ"
    "せず、何も実行していません。{environment} で何が稼働中か不明です。許可されるまでは CodeDeploy のコンソールで直接"
    "切り戻してください。",
    "target_not_allowed.setting": "ghapp の運用者が `GHAPP_AWS_TARGETS` に追加すると使えます: {setting:code}",
    "target_not_allowed.rule": "オーナーが {file:code} の `platforms` に追加すると使えます: {rule:code}",
    "target_claimed": "{other:code} も {target:code} を指定しています。デプロイグループを使えるのは1つのリポジトリだけ"
    "なので、{environment} では何も実行していません。もう一方の `rollback` から外すか、運用者が片方だけに許可してくだ"
    "さい。それまでは CodeDeploy のコンソールで直接切り戻してください。",
    "target_claimed.hidden": "別のリポジトリも {target:code} を指定しています。デプロイグループを使えるのは1つのリポジ"
    "トリだけなので、{environment} では何も実行していません。どのリポジトリかは ghapp のログにあり、運用者が片方だけに"
    "許可できます。それまでは CodeDeploy のコンソールで直接切り戻してください。",
    "status.not_allowed": "❔ 何が稼働中か不明です (このリポジトリには {target:code} の操作が許可されていません)。",
    "platform_gone": "{target:#} のデプロイ ({deployment:code}) が CodeDeploy に残っていないため、{environment} を切り"
    "戻せません (#{undone} のままです)。修正をマージしてデプロイしてください。",
    # answers
    "unlocked_wait": "🔓 {holders:people} CodeDeploy に1つ前の環境の終了を指示します。"
    "処理が終わると {environment} が空きます。その後の `/rollback` は、通常のデプロイと同じくらい時間がかかります "
    "(解除: {actor:name}{why:raw})。",
    "unlocked_unasked": "🔓 {holders:people} {free:raw}。{pull:#} の CodeDeploy の完了待ちを {actor:name} が打ち切り"
    "ました: {reason:title}\n処理が続いている場合、この後で {environment} が変わる可能性があります。",
    "status.rolling_back": "⏪ {holder:name} が {pull:#} に切り戻し中。",
    "status.overtaking": "⏪ {holder:name} による {pull:#} への切り戻しは {after} の終了待ちです。",
    "status.stuck": "⏪ {holder:name} による {pull:#} への切り戻しは {after} の終了待ちですが、終了を確認できません。"
    "先にワークフローの実行一覧を確認してください。待たずに進めるには {line:code}",
    "status.unended": "🔒 {name} ({pull:#}、{holder:name}) の終了を確認できません。先にワークフローの実行一覧を確認し"
    "てください。待たずに進めるには {line:code}",
    "status.cancelling": "⏹ {pull:#} (実行者: {holder:name}) を {by:name} が中止中です。",
    "status.ending": "🔓 {holder:name} が {pull:#} をデプロイした後、{by:name} が CodeDeploy の待機を終了させました。"
    "CodeDeploy の処理が終わると空きます。",
    "status.shifting": "🔒 CodeDeploy が {pull:#} (実行者: {holder:name}) を処理中。"
    "{until:clock} 以降に空く予定 (あと約{until:wait})。",
    "status.shifting.open": "🔒 CodeDeploy が {pull:#} (実行者: {holder:name}) を処理中。",
    "status.scaling": "🔒 {pull:#} (実行者: {holder:name}) の後、Auto Scaling で増減するインスタンスへ CodeDeploy "
    "が配置中です。",
    "status.kept": "🔒 {holder:name} が {pull:#} をデプロイした直後で、CodeDeploy が1つ前の環境を残しています。"
    "{until:clock} 以降に空く予定 (あと約{until:wait})。",
    "status.kept.open": "🔒 {holder:name} が {pull:#} をデプロイした直後で、CodeDeploy が1つ前の環境を残しています。",
    "status.unasked": "🔒 {holder:name} による {pull:#} のデプロイのワークフローは終わりましたが、CodeDeploy "
    "の状態を確認できません。",
    "status.back.unreleased": "`/rollback {environment}` で #{undone} を取り消し、その前に CodeDeploy でデプロイされた"
    "ものに戻せます。ghapp からのデプロイではないため、入力時に CodeDeploy を確認し、実行前に戻し先を表示します。",
    "status.way_back": "1つ前の環境を {way_back:clock} まで残しています。それまでは1分ほどで切り戻せます。",
    # problems of a config file
    "config.runner": "`codedeploy` と書いてください。{text:code} は使えません。",
    "config.group_name": "CodeDeploy のアプリケーション名かデプロイグループ名を書いてください。{text:code} は使えませ"
    "ん。",
    "config.region": "AWS のリージョンを書いてください。例: `ap-northeast-1`。{text:code} は使えません。",
    "config.role_arn": "ロールの ARN を書いてください。例: `arn:aws:iam::111122223333:role/ghapp`。"
    "{text:code} は使えません。",
    # ------------------------------------------------------------ workflow runs
    # whether a release that did not succeed is out
    "reach.not": "何もデプロイされていません",
    "reach.maybe": "途中まで反映されている可能性があります。実行ログを確認してください",
    "reach.was.not": "何もデプロイされませんでした",
    "reach.was.maybe": "途中まで反映された可能性があります",
    "reach.broke": "{broke:code} で失敗しました。",
    "reach.skipped": "実行は成功しましたが、デプロイのジョブがスキップされました。",
    "reach.unknown": "実行がどこまで進んだか確認できませんでした。",
    "reach.unread": "実行は成功しましたが、ジョブを確認できませんでした。実行ログを確認してください。",
    "reach.unsure": "実行は成功しましたが、スキップされたか失敗したジョブがあり、"
    "どのジョブがデプロイするのか判別できません。実行ログを確認してください。"
    "デプロイするジョブに `environment:` を書くか、guard を入れてください。",
    "reach.back": "取り消すには {again:code}",
    # unexpected runs
    "unordered": "⚠️ **{cause:code} ({by:raw}) により {workflow:code} がロックを取得せずに実行されました**{link:raw}。"
    "{environments:names} の表示は実際と異なる可能性があります。ghapp 経由でデプロイするには {command:code}。防ぐ方法"
    "は `ghapp check` で確認できます。次からは `/status` にのみ表示します。",
    "unordered.held": "{holder:person} ⚠️ **{environment} のロック中に、{cause:code} ({by:raw}) により {workflow:code}"
    " が実行されました**{link:raw}。何が稼働中か確認してください。防ぐ方法は `ghapp check` で確認できます。",
    "status.unordered": "⚠️ {at:clock} に {cause:code} ({by:name}) がロックを取得せずにワークフローを実行しました"
    "{link:raw}。稼働中のものは表示と異なる可能性があります。",
    "status.unread": "⚠️ #{number} のデプロイは終了しましたが、稼働中かどうか不明です ({name})。実行のジョブを読めませ"
    "ん。",
    "status.unsure": "⚠️ #{number} のデプロイは終了しましたが、稼働中かどうか不明です ({name})。スキップされたか失敗し"
    "たジョブがあり、どのジョブがデプロイするのか判別できません。",
    "status.maybe": "⚠️ #{number} のデプロイは成功しませんでした ({name})。途中まで反映されている可能性があります。実"
    "行ログを確認してください。",
    # history
    "history.linked": "GitHub でのサインインにより、{actor} を Slack メンバーと対応付けました ({why})",
    "history.link_removed": "{actor} と Slack メンバーの対応付けが終了しました ({why})",
    "history.links_ended": "Slack アプリが削除され、Slack メンバーの対応付けがすべて終了しました ({why})",
    "history.account_links_ended": "{actor} が自分のアカウントと Slack メンバーの対応付けをすべて終了しました",
    "history.by.link": "{what:raw} (Slack アカウントはサインインで確認済み)",
    "history.by.people": "{what:raw} (Slack アカウントは `people` に登録)",
    "history.greeted": "#{pull} に最初の設定ファイルを提案しました",
    "history.created": "{environment} が設定に追加されました",
    "history.config": "{environment} の設定が {why:code} の設定ファイルで変わりました",
    "history.left_config": "{environment} が設定から削除されました",
    "history.back_in_config": "{environment} が設定に再び追加されました",
    "history.people": "Slack から操作できる人が変わりました: {why:title}",
    "history.owner": "リポジトリの所有者が変わりました: {why:title}",
    "history.awaiting": "#{pull} がマージされ、{environment} へのデプロイ待ちになりました",
    "history.called": "{actor:name} に #{pull} を {environment} へデプロイする順番を知らせました",
    "history.reminded": "{actor:name} に #{pull} の {environment} へのデプロイをもう一度促しました",
    "history.passed": "{actor:name} が順番を次のデプロイに譲りました (#{pull}、{environment})",
    "history.skipped": "{actor:name} が #{pull} の {environment} へのデプロイを見送りました",
    "history.barred": "#{pull} を {environment} に再びデプロイするには `with #{pull}` の指定が必要になりました",
    "history.unbarred": "#{pull} を {environment} に再びデプロイできるようになりました",
    "history.accepted": "{actor:name} が #{pull} の {environment} へのデプロイを開始しました{carries:raw}",
    "history.accepted.rollback": "{actor:name} が {environment} を #{undoes} から #{pull} へ切り戻し始めました",
    "history.accepted.rollback.platform": "{actor:name} が {environment} を #{undoes} から以前の CodeDeploy の"
    "デプロイへ切り戻し始めました",
    "history.starting": "{name} のワークフローを開始しました",
    "history.queued": "{name} は GitHub で実行待ちです",
    "history.running": "{name} は実行中です",
    "history.succeeded": "#{pull} が {environment} で稼働中になりました{carries:raw}",
    "history.succeeded.rollback": "{environment} は #{pull} に戻りました (取り消し: #{undoes})",
    "history.succeeded.rollback.platform": "{environment} は以前の CodeDeploy のデプロイに"
    "戻りました (取り消し: #{undoes})",
    "history.failed": "{name} は失敗しました",
    "history.cancelled": "{name} は中止されました",
    "history.lost": "{name} の結果は不明です",
    "history.waits": "{name} がまだ始まらないことを実行者に知らせました",
    "history.freed": "{environment} は空きになりました",
    "history.cancel": "{actor:name} が {name} を中止しました",
    "history.stopped": "ghapp が {name} の実行を中止しました",
    "history.force_stopped": "ghapp が {name} の実行を強制的に中止しました",
    "history.halted": "ghapp が {name} のために CodeDeploy のデプロイを停止しました",
    "history.wait_ended": "ghapp が {name} の後の CodeDeploy の待機を終了しました",
    "history.overtaken_queued": "{name} はまだ実行待ちです。切り戻しはその終了後に始まります",
    "history.overtaken_running": "{name} はまだ実行中です。切り戻しはその終了後に始まります",
    "history.overtaken_lost": "{name} の結果は不明です。切り戻しはその確認後に始まります",
    "history.overtaken_succeeded": "{name} は中止が間に合わず成功しました。切り戻しは続きます",
    "history.overtaken_failed": "{name} は失敗しました。切り戻しは続きます",
    "history.overtaken_cancelled": "{name} は中止されました。切り戻しは続きます",
    "history.locked": "{actor:name} が {environment} を {until:clock} までロックしました: {why:why}",
    "history.locked.open": "{actor:name} が {environment} を無期限でロックしました: {why:why}",
    "history.nagged": "{actor:name} に {environment} のロックがまだ必要か尋ねました",
    "history.hold_over": "{actor:name} による {environment} のロックが期限切れになりました",
    "history.unlocked": "{actor:name} が {environment} のロックを解除しました: {why:why}",
    "history.given_up": "{actor:name} が結果不明のまま {environment} のロックを解除しました: {why:why}",
    "history.dropped": "{actor:name} が {name} の終了を待たずに切り戻しを進めました: {why:why}",
    "history.refused": "{actor:name} のコマンドは拒否されました ({why:code})",
    "history.refused.command": "{actor:name} の {command:code} は拒否されました ({why:code})",
    "history.taken_back": "{actor:name} が実行前にコマンドを削除しました",
    "history.approved": "ghapp が {name} のジョブの開始を GitHub に許可しました",
    "history.let_through": "ghapp が {name} のジョブの続行を許可しました",
    "history.not_let_through": "ghapp が {actor:name} のジョブの続行を拒否しました ({why:code})",
    "history.glass_broken": "{actor:name} が ghapp のロックをバイパスしてジョブを続行しました: {why:why}",
    "history.unexpected_run_seen": "{name} に2つ目の実行が見つかりました (実行者: {actor:name})",
    "history.unexpected_run_cancelled": "ghapp が {name} の2つ目の実行を中止しました",
    "history.unexpected_run_over": "{name} の2つ目の実行が終了しました",
    "history.unexpected_run_succeeded": "{name} の2つ目の実行が成功しました",
    "history.unexpected_run_failed": "{name} の2つ目の実行が失敗しました",
    "history.started_by_hand": "{actor:name} が GitHub で {environment} のワークフローを開始しました",
    "history.unordered": "{environment} のワークフローが ghapp のロックなしで実行されました (原因: {actor:name})",
    "history.with": " (同時にデプロイ: {carries:raw})",
    "history.reason": "{what:raw}: {why:title}",
    # sign-in to the board
    "link.address": "GitHub アカウントを登録する",
    "link.open": "次のアドレスを開き、GitHub でサインインしてください: {link:raw} 使えるのは {until:clock} までの1回だ"
    "けで、あなた専用です。ほかの人に渡さないでください。登録後は、Slack でのコマンドがサインインしたアカウントの操作"
    "になります。",
    "link.again": "Slack では GitHub の {login:code} として操作しています ({since:day} に登録)。登録を削除するには "
    "`/ghapp link remove` と入力してください。別のアカウントに変えるには、次のアドレスを {until:clock} までに開き、"
    "そのアカウントでサインインしてください (1回限り): {link:raw}",
    "link.removed": "{login:code} の登録を削除しました。もう一度登録するには `/ghapp link` と入力してください。",
    "link.none": "あなたの Slack アカウントには、削除できる登録がありません。これまでに発行したアドレスは無効になり"
    "ました。GitHub アカウントを登録するには `/ghapp link` と入力してください。",
    "link.often": "1分間に {count}個のアドレスを発行しました。最後のアドレスを使うか、1分ほど待ってから `/ghapp link`"
    " と入力してください。",
    "link.usage": "{typed:code} というコマンドはありません。`/ghapp link` または `/ghapp link remove` と入力してくださ"
    "い。",
    "link.without_sign_in": "このサーバーでは GitHub でのサインインが設定されていないため、アカウントを登録できません。"
    "運用者が `GITHUB_CLIENT_ID`、`GITHUB_CLIENT_SECRET`、`GHAPP_SESSION_SECRET` を設定すると使えるようになります。",
    "slack.unlinked.link": "あなたの Slack アカウントに対応する GitHub アカウントが登録されていません。登録するには "
    "`/ghapp link` と入力してください。",
    "slack.account_gone": "登録されている GitHub アカウント {login:code} は存在しないため、何も実行していません。"
    "別のアカウントを登録するには `/ghapp link` と入力してください。",
    "slack.not_among_people": "あなたは {login:code} として操作していますが、オーナーのルールの `people` にないため、"
    "何も実行していません。{file:code} への追加をオーナーに依頼してください。",
    "link.title": "Slack アカウントの登録",
    "link.ask": "Slack ワークスペース {workspace} の {member} ({user}) はあなたですか? また、GitHub の {login:name} は"
    "あなたですか?",
    "link.means": "「はい」を選ぶと、この Slack メンバーの入力があなたの操作になります。自分で Slack に /ghapp link と"
    "入力していない場合は「いいえ」を選んでください。ほかの人にこのページを開くよう頼まれたときも同じです。",
    "link.yes": "はい、どちらも私です",
    "link.no": "いいえ、登録しません",
    "link.done": "登録しました。Slack の {member} ({workspace}) は {login:name} として操作します。登録を削除するには、"
    "Slack で /ghapp link remove と入力してください。心当たりのない Slack アカウントの場合は {url} で解除してくださ"
    "い。",
    "link.replaced": "登録しました。Slack の {member} ({workspace}) は、{before:name} に代わり {login:name} として操作"
    "します。登録を削除するには、Slack で /ghapp link remove と入力してください。心当たりのない Slack アカウントの場合"
    "は {url} で解除してください。",
    "link.end.title": "登録の一括解除",
    "link.end.ask": "{login:name} として操作する Slack アカウントの登録をすべて解除しますか? 解除後にもう一度登録するに"
    "は、{login:name} としてのサインインが必要です。",
    "link.end.yes": "はい、すべて解除します",
    "link.end.no": "いいえ、変更しません",
    "link.ended": "{login:name} の登録をすべて解除しました。.github/ghapp.yml の people にある Slack アカウントは対象外"
    "です。もう一度登録するには、Slack で /ghapp link と入力してください。",
    "link.used": "このアドレスは使用済みか、発行後に登録が変わったため無効です。今回は何も変更していません。"
    "登録の確認と新しいアドレスの発行には、Slack で /ghapp link と入力してください。",
    "link.over": "このアドレスは発行から 10分以上経過しているか、このサーバーのものではありません。何も変更していませ"
    "ん。新しいアドレスの発行には、Slack で /ghapp link と入力してください。",
    "link.not_a_member": "Slack によると {member} はワークスペースの正式なメンバーではないため、登録していません。",
    "link.silent": "GitHub、Slack、ストアのいずれかが時間内に応答しなかったため、変更できたかどうか不明です。前のページ"
    "に戻り、もう一度「はい」を選んでください。",
    # the App Home in Slack
    "home.nothing": "参加しているチャンネルに対応する環境はありません。チャンネルはリポジトリの `.github/ghapp.yml` で"
    "指定します。",
    "home.you": "GitHub では {others:raw} として操作します。",
    "home.unlinked": "あなたの Slack アカウントに対応する GitHub アカウントが登録されていません。登録するには "
    "`/ghapp link` と入力してください。",
    "home.unnamed": "あなたの Slack アカウントに対応する GitHub アカウントが登録されていません。リポジトリの "
    "`.github/ghapp.yml` の `people` で登録します。",
    "home.not_named": "GitHub の {login:code} として登録されていますが、オーナーのルールの `people` にありません。"
    "Slack からは操作できません。",
    "home.unknown": "参加しているチャンネルを Slack から取得できないため ({why:code})、環境を表示できません。すべての"
    "権限を付けて Slack アプリを再インストールするよう、ghapp の運用者に依頼してください。",
    "home.waiting": "あなたの対応待ち",
    "home.waits": "#{number} {title:title}: {line:code}",
    "home.locks": "あなたのロック",
    "home.lock": "**{environment}** ({repository}): {said:raw}",
    "home.environments": "環境",
    "home.card": "**{environment}** ({repository}): **{word:raw}**",
    "home.until": "{until:clock} 以降",
    "home.live": "稼働中: #{number} {title:title}",
    "home.line": "順番待ち: {others:raw}",
    "home.in_line": "#{number} {title:title} ({waiter:name})",
    "home.more": "ほかに {count}個の環境があります。ここには表示していません。",
    "home.as_of": "{at:clock} 時点の状態です。最新の状態を見るには、このタブをもう一度開いてください。",
    "sign_in.needed": "表示するには GitHub でサインインしてください。",
    "sign_in.ended": "サインインの有効期限が切れているため、何も実行していません。サインインし直してから、環境のページ"
    "でもう一度送信してください。",
    "sign_in.link": "GitHub でサインイン",
    "sign_in.board": "ボードに戻る",
    "sign_in.as": "{login:name} でサインイン中",
    "sign_in.out": "サインアウト",
    "sign_in.signed_out": "サインアウトしました。",
    "sign_in.rejected": "サインインが GitHub で無効になりました。もう一度サインインしてください。",
    "sign_in.over": "このサインインは無効です。何も変更していません。"
    "有効なのは開始したブラウザーで 10分以内の1回だけです。"
    "もう一度サインインしてください。",
    "sign_in.denied": "GitHub でサインインを許可しなかったため、表示できるものがありません。"
    "許可するにはもう一度サインインしてください。",
    "sign_in.code": "GitHub がこのサインインを受け付けませんでした。有効なのは 10分以内の1回だけです。"
    "もう一度サインインしてください。",
    "sign_in.client": "GitHub がこのサーバーのサインイン設定を受け付けません。運用者に次の確認を依頼してください: "
    "GITHUB_CLIENT_ID、GITHUB_CLIENT_SECRET、App のコールバック URL。",
    "sign_in.person": "GitHub がこのアカウントのサインインを受け付けません。"
    "アカウントが有効でメールアドレスが確認済みかを GitHub で"
    "確かめてから、もう一度サインインしてください。",
    "sign_in.silent": "GitHub が 2秒以内に応答しなかったため、サインインしていません。もう一度サインインしてください。",
    "sign_in.busy": "サインインが集中しています。1分ほど待ってからもう一度サインインしてください。",
    "sign_in.unknown": "表示できるリポジトリを GitHub が 2秒以内に応答しませんでした。"
    "少し待ってからページを再読み込みしてください。",
    "sign_in.stale": "GitHub が応答しません。{at:clock} 時点で見られたリポジトリを表示しています。",
    "sign_in.form": "別のページまたは古いページのフォームのため、何も実行していません。"
    "前のページを再読み込みしてやり直してください。",
    # the board's cards
    "card.free": "空き",
    "card.deploying": "{holder:name} が {pull:#} をデプロイ中",
    "card.rolling_back": "{holder:name} が {pull:#} に切り戻し中",
    "card.cancelling": "{pull:#} を中止中",
    "card.cooldown": "デプロイ直後",
    "card.locked": "{holder:name} がロック中",
    "card.rolled_back": "切り戻し後のロック中",
    "card.frozen": "デプロイ凍結中",
    "card.unknown": "結果不明",
    "card.closed": "停止中: 修正が必要",
    "card.unreadable": "ロック中: 読み取り不可",
    "card.unreadable.why": "新しいバージョンの ghapp が書いたか、壊れたデータです。このサーバーを更新してください。"
    "それまでデプロイできません。",
    # the board's pages
    "board.title": "環境一覧",
    "board.figures": "指標",
    "board.offline": "接続が切れています。表示が古い可能性があります。自動で再接続します。",
    "board.stale": "保存先を読み取れません。{at:clock} 時点の状態です。その後に変わった可能性があります。",
    "board.unreachable": "保存先を読み取れないため、表示できません。10秒ごとに自動で再試行します。",
    "board.not_found": "この環境は存在しないか、表示する権限がありません。",
    "board.all": "すべての環境",
    "board.filter": "絞り込み",
    "board.filter.hint": "リポジトリ、環境、人、状態",
    "board.figures.hint": "リポジトリまたは環境",
    "board.none": "環境がまだありません。App をインストールしたリポジトリに .github/ghapp.yml を追加してください。"
    "`ghapp init` で下書きを作成できます。",
    "board.no_match": "「{asked:title}」に一致するものはありません。",
    "board.until": "次のデプロイが可能になる時刻:",
    "board.since": "{at:clock} から",
    "board.live": "稼働中",
    "board.nothing_live": "稼働中のものはまだありません",
    "board.waiting": "順番待ち",
    "board.more": "ほか{count}件",
    "board.run": "実行",
    "board.slack": "Slack チャンネル",
    "board.changes": "差分",
    "board.timeline": "タイムライン",
    "board.timeline.of": "{name} のタイムライン: デプロイ{count}件",
    "board.timeline.text": "タイムラインの内容 (文字)",
    "board.timeline.nothing": "この期間にデプロイとロックはありません。",
    "board.range.day": "1日",
    "board.range.week": "1週間",
    "board.range.month": "1か月",
    "board.bar": "{told:raw}、{span:raw}: {result:raw}",
    "board.bar.deploy": "{name}、#{pull} ({actor:name})",
    "board.bar.deploy.platform": "{name} ({actor:name})",
    "board.bar.rollback": "{name}、#{pull} への切り戻し ({actor:name})",
    "board.bar.rollback.platform": "{name}、切り戻し ({actor:name})",
    "board.result.running": "実行中",
    "board.result.succeeded": "稼働開始",
    "board.result.failed": "失敗",
    "board.result.cancelled": "中止",
    "board.result.lost": "結果不明",
    "board.result.refused": "拒否",
    "board.band": "{told:raw}{why:title}、{span:raw}",
    "board.band.by": "{told:raw} ({who:name}): {why:why}、{span:raw}",
    "board.band.cooldown": "デプロイ直後",
    "board.band.locked": "ロック",
    "board.band.rolled_back": "切り戻し後のロック",
    "board.band.frozen": "デプロイ凍結",
    "board.rollback": "今、切り戻すと",
    "board.rollback.nothing": "ほかに稼働したものがないため、切り戻し先がありません。",
    "board.rollback.undoes": "稼働を終えるもの",
    "board.rollback.target": "再び稼働するもの",
    "board.rollback.warns": "`warn_paths` のファイルに変更があるため、切り戻しても元に戻らないものがあります。",
    "board.rollback.platform": "方法は、実行時に CodeDeploy の状態から決まります。",
    "board.history": "履歴",
    "board.history.filter": "履歴の絞り込み",
    "board.history.none": "履歴はありません。",
    "board.history.newest": "新しいものから{count}件です。ファイルにはすべて含まれます:",
    "board.column.at": "日時",
    "board.column.what": "内容",
    "board.column.who": "実行者",
    "board.no_command": "{typed:code} はコマンドではないため、何も実行していません。`/status` や `/lock 1h 理由` のよう"
    "に入力してください。一覧は `/help` で確認できます。",
    "board.elsewhere": "このページは {repository} の {environment} のものです。{typed:code} は対象外のため、何も実行"
    "していません。対象のページを開いて入力してください。",
    "board.not_listed": "リポジトリのオーナーのルールで、ここで操作できる人が決められています。あなたは含まれていないた"
    "め、何も実行していません。{file:code} の `people` への追加をオーナーに依頼するか、プルリクエストで入力してくださ"
    "い。",
    "board.over": "ページの表示は {name} の時点のもので、{environment} は現在 {current} まで進んでいるため、何も実行"
    "していません。{environment} の最新のページを確認してから操作してください。",
    "board.held_since": "ページを表示した後に {environment} のロックの状況が変わったため、何も実行していません。"
    "{environment} の最新のページを確認してから操作してください。",
    "board.which_pull": "デプロイするプルリクエストを {command:code} のように指定してください。何も実行していません。",
    "board.deciding": "コマンドを処理しています。結果が出ると、このページに表示されます。",
    "board.answer": "{at:clock} の返答",
    "board.not_kept": "コマンドを保存できたか確認できませんでした。このページを再読み込みすると、もう一度送信されます。"
    "同じフォームが2回実行されることはありません。",
    "board.not_read": "フォームを読み取れなかったため、何も実行していません。環境のページを開いて、もう一度送信してくだ"
    "さい。",
    "board.too_much": "一度に送られた量が多すぎるため、何も実行していません。少し待ってから、もう一度送信してくださ"
    "い。",
    "board.too_often": "{minutes}分間に {count}回を超えるコマンドが送信されたため、何も実行していません。数分待って、"
    "まだ必要なものだけ送信してください。",
    "board.environment": "{environment} のページを開く",
    "board.act": "操作",
    "board.act.deploy": "#{number} をデプロイ",
    "board.act.rollback": "#{number} に切り戻す",
    "board.act.rollback.sure": "切り戻しを実行",
    "board.act.lock": "ロック",
    "board.act.unlock": "ロック解除",
    "board.act.cancel": "{name} を中止",
    "board.act.reason": "理由",
    "board.act.line": "コマンド",
    "board.act.send": "送信",
    "board.column.door": "操作元",
    "board.column.why": "理由",
    "board.column.number": "番号",
    "board.column.sha": "コミット",
    "board.column.result": "結果",
    "board.column.environment": "環境",
    "board.column.month": "月",
    "board.column.attempts": "開始",
    "board.column.live": "稼働",
    "board.column.failed": "失敗",
    "board.column.failure": "失敗率",
    "board.column.lead": "リードタイム",
    "board.column.lead90": "リードタイム (90 %)",
    "board.column.restore": "復旧時間",
    "board.column.waited": "待ち時間",
    "board.door.pull_request": "プルリクエスト",
    "board.door.check_run": "チェック",
    "board.door.slack": "Slack",
    "board.door.board": "ボード",
    "board.door.timer": "タイマー",
    "board.door.auto": "自動",
    "board.door.github": "GitHub",
    "board.door.guard": "ガード",
    "board.figures.all": "すべての月",
    "board.figures.months": "月ごと",
    "board.figures.none": "デプロイはまだありません。",
    "board.measure.frequency": "デプロイ頻度",
    "board.measure.frequency.means": "その月に稼働を開始したデプロイの数です。",
    "board.measure.lead": "変更のリードタイム",
    "board.measure.lead.means": "プルリクエストがマージされてから稼働するまでの時間の中央値です。2つ目の値は、90 % が"
    "稼働するまでの時間です。同時にデプロイされたものは、その稼働までで数えます。",
    "board.measure.failure": "変更失敗率",
    "board.measure.failure.means": "開始したデプロイのうち、失敗、切り戻し、結果不明になった割合です。中止したものは"
    "開始に数え、失敗には数えません。",
    "board.measure.restore": "復旧時間",
    "board.measure.restore.means": "切り戻されたプルリクエストが稼働してから、切り戻しが"
    "成功するまでの時間の中央値です。",
    "board.measure.waited": "ロックの待ち時間",
    "board.measure.waited.means": "プルリクエストのマージからデプロイまでのうち、デプロイ、デプロイ直後の待機、ロックで"
    "待った時間の合計です。",
}
