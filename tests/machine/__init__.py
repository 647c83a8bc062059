"""Whatever happens in whatever order, nothing paid is lost or paid twice: the real studio against a ledger.

`test_promises.py` lets the real program through and `test_mutants.py` six that each do one thing wrong, which
the same machine must catch. `python -m pytest tests/machine --hypothesis-profile=nightly` tries longer.
"""
