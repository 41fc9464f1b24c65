"""Tests of the doors over real HTTP, in front of a real store."""
