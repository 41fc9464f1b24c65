"""GitHub's and Slack's published descriptions, fetched once, against which the local ones are checked."""
