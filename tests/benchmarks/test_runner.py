"""The runner: what it prints, how it ends, and how a figure is judged. Nothing is measured here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmarks.__main__ import main
from tests.benchmarks.figures import (
    Benchmark,
    Bound,
    Figure,
    Measured,
    Unmeasured,
    at_least,
    at_most,
    ratio_at_least,
    ratio_at_most,
)
from tests.benchmarks.roll import benchmarks

GOOD = Figure("start.first-frame", 120.0, 100.0, "ms", (ratio_at_most(1.3),))
MISSED = Figure("start.memory", 200.0, 100.0, "MB", (ratio_at_most(1.7),))


def a_benchmark(name: str, *measured: Measured) -> Benchmark:
    def measure(folder: Path) -> Iterator[Measured]:
        assert not [*folder.iterdir()]
        yield from measured

    return Benchmark(name, f"what {name} takes", measure)


KNOWN = {
    "good": a_benchmark("good", GOOD),
    "missed": a_benchmark("missed", GOOD, MISSED),
    "absent": a_benchmark("absent", Unmeasured("download", "not there yet")),
}


def test_a_line_holds_name_value_floor_ratio_target_and_verdict() -> None:
    assert GOOD.line.split() == ["start.first-frame", "120ms", "100ms", "1.20x", "<=1.3x", "ok"]
    assert MISSED.line.split() == ["start.memory", "200MB", "100MB", "2.00x", "<=1.7x", "MISSED"]


def test_a_line_without_a_floor_or_target_says_so() -> None:
    alone = Figure("start.posting", 812.5, None, "ms", note="another program")
    assert alone.line.split() == ["start.posting", "812.5ms", "-", "-", "-", "told", "(another", "program)"]


def test_a_large_value_keeps_its_digits() -> None:
    assert Figure("table", 123456.0, None, "ms").line.split()[1] == "123,456ms"


@pytest.mark.parametrize(
    ("bound", "holds"),
    [
        (ratio_at_most(1.2), True),
        (ratio_at_most(1.1), False),
        (ratio_at_least(1.2), True),
        (ratio_at_least(1.3), False),
        (at_most(120), True),
        (at_most(119), False),
        (at_least(120), True),
        (at_least(121), False),
    ],
)
def test_each_kind_of_bound_judges(bound: Bound, holds: bool) -> None:
    assert replace(GOOD, target=(bound,)).is_met is holds


def test_one_broken_bound_is_a_miss() -> None:
    both = replace(GOOD, target=(ratio_at_most(3), at_most(5)))
    assert not both.is_met
    assert both.line.split()[4] == "<=3x,<=5ms"


def test_a_ratio_without_a_floor_and_what_is_no_number_are_missed() -> None:
    assert not replace(GOOD, floor=None).is_met
    assert not replace(GOOD, value=float("nan")).is_met


def test_all_run_and_one_miss_decides_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], KNOWN) == 1
    assert capsys.readouterr().out.splitlines() == [GOOD.line, GOOD.line, MISSED.line, "download: not there yet"]


def test_only_the_named_ones_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["absent", "good"], KNOWN) == 0
    assert capsys.readouterr().out.splitlines() == ["download: not there yet", GOOD.line]


def test_the_list_measures_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"], KNOWN) == 0
    assert "good: what good takes" in capsys.readouterr().out


def test_an_unknown_name_is_answered_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["goood"], KNOWN)
    assert leaving.value.code == 2
    assert "there is no benchmark goood; there are good, missed, absent" in capsys.readouterr().err


def test_every_module_is_found_under_a_name_of_its_own() -> None:
    found = benchmarks()
    assert "download" in found
    assert all(name == benchmark.name and benchmark.about for name, benchmark in found.items())
