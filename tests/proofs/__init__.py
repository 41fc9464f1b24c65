"""Proofs: what must hold in every order of events, searched for exceptions by machine."""
