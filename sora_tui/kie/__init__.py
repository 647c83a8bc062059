"""The wire: everything kie.ai speaks, usable as a library on its own. Imports nothing else of this program.

Names are loaded when they are first used: asking for what a code means must not pay for an HTTP library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sora_tui.kie.codes import explain as explain
    from sora_tui.kie.errors import KieError as KieError

_HOMES = {
    "explain": "codes",
    "KieError": "errors",
}

__all__ = ["KieError", "explain"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
