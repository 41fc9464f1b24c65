"""Proofs: invariants that must hold in every order of events; a machine searches for exceptions."""
