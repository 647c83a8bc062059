"""The reliability campaigns: long trials of what must never happen, each beside a control that lets it happen.

`python -m tests.campaigns NAME` runs one at full size; CI runs all of them small (`test_campaigns.py`). A
campaign is a module of this package with a `CAMPAIGN`. The judge in everything about money is the
simulator's ledger, not the client's own books.
"""
