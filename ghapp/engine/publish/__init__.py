"""Publishes projections of the state, edits them when it changes, and posts each notice once."""
