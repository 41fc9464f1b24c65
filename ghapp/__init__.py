"""One pull request, one release. Data moves one way:

GitHub → doors (verify, slim, store) → queue ⇢ worker → facts → core.decide → record → reconcile → runners, views.
`core` is pure and decides; `engine` drives; `adapters` are the world behind `ports`; `assembly` connects them.
"""

__version__ = "0.1.0"
