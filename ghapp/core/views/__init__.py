"""Projections and messages, rendered from state: pure, one file per destination."""
