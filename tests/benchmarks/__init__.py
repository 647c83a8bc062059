"""The benchmarks: every figure that the design sets a target for, each beside its floor in the same run.

`python -m tests.benchmarks NAME` runs one, without a name all; one line a figure. A benchmark is a module of
this package with a `BENCHMARK`. Absolute times of a machine say little, so most targets are ratios to a floor:
the least that a program of this kind can take on the same machine at the same moment.
"""
