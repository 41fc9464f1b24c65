"""`ghapp check --live`: asks GitHub, Slack, the store and AWS whether everything fits together."""
