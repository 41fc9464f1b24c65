"""`ghapp setup`: from nothing to a filled `.env`, step by step; each step can be taken up again later."""
