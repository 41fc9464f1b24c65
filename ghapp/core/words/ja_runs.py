"""Workflow runs in Japanese: how far one came, and those that nobody ordered."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    # whether a release that did not succeed is out
    "reach.not": "#{number} は {environment} に出ていません",
    "reach.maybe": "#{number} は {environment} に出ている可能性があります",
    "reach.was.not": "#{number} は {environment} に出ませんでした",
    "reach.was.maybe": "#{number} は {environment} に出た可能性があります",
    "reach.broke": "{broke:code} で失敗しました。",
    "reach.skipped": "実行は成功しましたが、デプロイのジョブがスキップされたため、何もデプロイされていません。",
    "reach.unknown": "どのジョブが実行されたかを確認できませんでした。実行ログを確認してください。",
    "reach.unread": "実行は成功しましたが、ジョブを確認できませんでした。実行ログを確認してください。",
    "reach.unsure": "実行は成功しましたが、スキップされたか失敗したジョブがあり、"
    "どのジョブがデプロイするのか判別できません。実行ログを確認してください。"
    "デプロイするジョブに `environment:` を書くか、guard を入れてください。",
    "reach.back": "取り消すには {again:code}",
    # what nobody ordered
    "unordered": "⚠️ **{cause:code} ({by:raw}) により {workflow:code} がロックを取らずに実行されました**{link:raw}。"
    "{environments:names} の表示は実際と異なる可能性があります。ロックを取って出すには {command:code}。"
    "防ぐ方法は `ghapp check` が示します。次からは `/status` にのみ表示します。",
    "unordered.held": "{holder:person} ⚠️ **{environment} のロック中に、{cause:code} ({by:raw}) により "
    "{workflow:code} が実行されました**{link:raw}。今の状態を確認してください。防ぐ方法は `ghapp check` が示します。",
    "status.unordered": "⚠️ {at:clock} に {cause:code} ({by:name}) がロックを取らずにワークフローを"
    "実行しました{link:raw}。今の本番は表示と異なる可能性があります。",
    "status.unread": "⚠️ {name} は終了しましたが、実行のジョブを読めないため、"
    "#{number} が {environment} に出たか分かりません。",
    "status.unsure": "⚠️ {name} は終了しましたが、スキップされたか失敗したジョブがあり、どのジョブがデプロイするのか"
    "判別できないため、#{number} が {environment} に出たか分かりません。",
    "status.maybe": "⚠️ {name} は成功しませんでした。#{number} は {environment} に出ている可能性があります。",
}
