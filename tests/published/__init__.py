"""GitHub's own published descriptions, fetched once, against which the local GitHub is checked."""
