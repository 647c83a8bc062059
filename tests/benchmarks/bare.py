"""The floor of what has a screen: a bare Textual app with one table that holds a screenful of rows.

python -m tests.benchmarks.bare
"""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import DataTable

FIRST = "The first row of the bare table"
"""What is read off the screen once the table is there."""
_ROWS = 45


class BareApp(App[None]):
    """Nothing but the table."""

    def compose(self) -> ComposeResult:
        """One table."""
        yield DataTable()

    def on_mount(self) -> None:
        """Fill it."""
        table: DataTable[str] = self.query_one(DataTable)
        table.add_columns("ref", "state", "prompt", "elapsed", "credits")
        table.add_rows((f"{n:08x}", "success", FIRST if n == 0 else f"Row {n}", "2:10", "150") for n in range(_ROWS))


if __name__ == "__main__":
    BareApp().run()
