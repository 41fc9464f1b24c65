"""Tests of the demo: its local GitHub, Slack and CodeDeploy, its page and its story."""
