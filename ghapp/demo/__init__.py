"""A local GitHub, Slack and CodeDeploy: what the demo shows and the tests live in."""
