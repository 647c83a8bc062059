"""JSON values of every shape, for what must live through all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""However busy the machine is, being slow is no failure."""

SCALARS: st.SearchStrategy[Any] = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)


def values(*names: str) -> st.SearchStrategy[Any]:
    """JSON values whose objects often have these names."""

    def around(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(names or ("x",)), inner, max_size=6)

    return st.recursive(SCALARS, around, max_leaves=12)


def some_of(shapes: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects that have some of these names."""
    return st.fixed_dictionaries({}, optional=shapes)


def outcome(act: Callable[[], Any], *kinds: type[Exception]) -> Any:
    """What an act returned, or what it raised of these kinds."""
    try:
        return act()
    except kinds as error:
        return error
