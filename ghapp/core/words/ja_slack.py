"""What only Slack shows, in Japanese: its buttons, what they ask first, the thread, and answers to one person."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    # at most 75 characters
    "slack.button.deploy": "デプロイ",
    "slack.button.skip": "今回は見送る",
    "slack.button.pass": "次の人に譲る",
    "slack.button.cancel": "中止する",
    "slack.button.rollback": "切り戻す",
    "slack.button.unlock": "問題なし、次の人へ",
    # asked before it is done: a title of at most 100 characters, a text of 300, and two buttons of 30
    "slack.sure.deploy": "#{number} を {environment} にデプロイしますか?",
    "slack.sure.rollback": "{environment} を切り戻しますか?",
    "slack.sure.cancel": "{name} を中止しますか?",
    "slack.sure.what": "{title:title} {sha:code}",
    "slack.sure.ships": "一緒に出るもの: {others:raw}",
    "slack.sure.back": "取り消し: #{undone}「{undone_title:title}」、"
    "戻し先: #{target}「{target_title:title}」{sha:code}",
    "slack.sure.undoes": "一緒に取り消すもの: {others:raw}",
    "slack.sure.cancel.what": "{number:#}「{title:title}」をその場で止めます。",
    "slack.sure.no": "やめておく",
    # the thread
    "slack.thread.accepted": "{at:clock} {actor:name}: {what:raw}({name})",
    "slack.thread.deploy": "{sha:code} をデプロイ",
    "slack.thread.rollback": "{number:#} {sha:code} に切り戻し",
    "slack.thread.ships": "一緒に出るもの: {others:raw}",
    "slack.thread.leaves": "#{number} は含まれなくなります({author:name})。理由: {reason:why}",
    "slack.thread.undoes": "#{undone} と一緒に取り消すもの: {others:raw}",
    "slack.thread.run": "実行: {link:raw}",
    "slack.thread.waits": "{since:clock} ランナーの空きを待っています",
    "slack.thread.reviewer": "{since:clock} GitHub での承認を待っています",
    "slack.thread.stop": "{at:clock} {by:name} が中止を依頼",
    "slack.thread.succeeded": "{since:clock} 本番に出ました",
    "slack.thread.rolled_back": "{since:clock} 切り戻しました",
    "slack.thread.taken_back": "{since:clock} {number:#} に切り戻しました ({name}、{actor:name})",
    "slack.thread.failed": "{since:clock} 失敗しました",
    "slack.thread.unsure": "{since:clock} 終了しました。出たかどうかは分かりません",
    "slack.thread.cancelled": "{since:clock} 中止しました",
    "slack.thread.lost": "{since:clock} 結果が分かりません",
    "slack.thread.locked": "{since:clock} {until:clock} までロックしました",
    # to one person alone
    "slack.unlinked": "GitHub のどのアカウントか登録されていません。{file:code} を変更できる人に、`people` へ次の行を"
    "追加してもらってください: {line:code}({link:raw})",
    "slack.unlinked.owner": "GitHub のどのアカウントか登録されていません。操作できる人はオーナーのルールで"
    "決まります。その `people` に次の行が必要です: {line:code}",
    "people.appeared": "⚠️ {repository:code} を Slack から操作できる人を、オーナーのルールが決めるようになりました: "
    "{others:raw}",
    "people.changed": "⚠️ {repository:code} を Slack から操作できる人が、オーナーのルールで変わりました: {others:raw}",
    "people.gone": "⚠️ {repository:code} を Slack から操作できる人は、オーナーのルールではなくリポジトリのファイルで"
    "決まるようになりました。以前の内容: {others:raw}",
    "late": "しばらく Slack に送れなかったため、1時間以上前のお知らせは省きました。"
    "今の状況は各リリースのメッセージか `/status` で確認できます。",
    "slack.edit": "編集する",
    "slack.accepted": "#{number} を {environment} に出します({name})。",
    "slack.accepted.rollback": "{environment} を {number:#} に切り戻します({name})。",
    "slack.accepted.waits": "これから {environment} を {number:#} に切り戻します({name})。",
    "slack.button_over": "このボタンは {name} の時点のもので、{environment} は今 {current} です。何もしていません。"
    "今できることは新しいメッセージにあります。",
    "slack.stranger": "操作できるのはこのワークスペースのメンバーだけです。別のワークスペースの方は操作できません。",
    "slack.guest": "ゲストは操作できません。ワークスペースのメンバーに頼んでください。",
    "slack.gone": "そのアカウントはもう使われていません。",
    "slack.bot": "ボットは操作できません。このワークスペースのメンバーとしてご自身で入力してください。",
    "slack.unknown": "Slack からあなたの情報を取得できないため({why:code})、何もしていません。"
    "操作できるのはこのワークスペースのメンバーです。メンバーの方は、ghapp の管理者にこのメッセージを見せてください。",
    "could_not_check.pressed": "押されたボタン({typed:code})を確認できませんでした: {why:code} 何もしていません。"
    "もう一度押してください。",
    "broken.pressed": "押されたボタン({typed:code})は ghapp 側の不具合で実行できません。何もしていません。"
    "もう一度押しても同じなら、ghapp の管理者に {command:code} を確認してもらってください。",
    "slack.no_repository": "このチャンネルに対応するリポジトリはありません。`.github/ghapp.yml` の "
    "`slack: {{channel: …}}` で指定します。",
    "slack.elsewhere": "このチャンネルは {environment} のものではないので、何もしていません。"
    "{channel:raw} で操作してください。",
    "slack.elsewhere.pull": "{environment} に対応するチャンネルはないので、何もしていません。"
    "プルリクエストで入力してください。",
    "slack.other_repository": "{typed:code} はこのチャンネルの対象ではありません。対象: {repositories:names}",
    "slack.which_repository": "どのリポジトリですか。次のどれかを入力してください: {lines:raw}",
    "slack.choice": "{command:code} {title:title}",
    "slack.choice.rollback": "{command:code} ({repository}): #{undone} から #{target}「{target_title:title}」へ",
    "slack.more": "ここに収まらない分は `/status` で確認できます。",
    "slack.nothing_waits": "{environment} の順番待ちはありません。"
    "マージ済みのプルリクエストはこう指定します: {command:code}",
    "skipped": "#{number} は見送りました。これより新しいものを次に {environment} へ出すとき、一緒に出ます。",
    "passed": "#{next} ({next_waiter:name}) に声をかけました。#{number} の順番はそのままです。",
    "passed.nobody": "{environment} を待っている人はほかにいないので、まだあなたの番です。",
    "not_awaiting": "#{number} はもう {environment} を待っていません。",
    "slack.ask.title": "{environment} のロックを外す",
    "slack.ask.text": "{holder:name} が {environment} をロックしています。外したことと理由が本人に伝わります。",
    "slack.ask.label": "理由",
    "slack.ask.submit": "外す",
    # said on GitHub, once
    "slack_refused": "Slack が {channel:code} への投稿を受け付けなかったため({why:code})、ここに書きました。",
    "moved": "{at:clock} に Slack へ移りました。{environment} の #{number} のメッセージは {channel:code} にあります。",
    # the last words of a message in a channel that is not the environment's any more
    "slack.moved": "{at:clock} に {channel:raw} へ移りました。#{number} のメッセージはそちらにあります。",
    "slack.moved.pull": "{at:clock} にプルリクエスト #{number} のコメントへ移りました。",
}
