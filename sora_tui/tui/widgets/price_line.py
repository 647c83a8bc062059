"""What sending costs and what it leaves on the account, in as many words as there is room for."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from sora_tui.tui.caution import Bill
from sora_tui.tui.theme import MUTED


class PriceLine(Widget):
    """`330 credits ($1.65) · balance 2,480 → 2,150` on one line."""

    DEFAULT_CSS = """
    PriceLine { height: 1; width: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._forms: tuple[tuple[str, str], ...] = ()

    def show(self, cost: Bill, *, valid: bool) -> None:
        """Show what it costs.

        Args:
            cost: price and balance as far as they are known.
            valid: whether everything the price depends on is right.
        """
        self.set_class(cost.short or cost.may_be_short, "-short")
        if not valid and cost.price is None:
            self._forms = (("price shows when all is right", ""),)
        elif not cost.balance_words:
            self._forms = ((cost.words, ""), (cost.brief_words, ""), (cost.credits_words, ""))
        else:
            rest = f" · {cost.balance_words}"
            self._forms = (
                (cost.words, f" · balance {cost.balance_words}"),
                (cost.words, rest),
                (cost.brief_words, rest),
                (cost.credits_words, rest),
            )
        self.refresh()

    def render(self) -> Content:
        """The longest form that fits."""
        if not self._forms:
            return Content("")
        width = self.size.width
        price, rest = next((form for form in self._forms if len("".join(form)) <= width), self._forms[-1])
        line = Content.assemble((price, "bold"), (rest, "" if self.has_class("-short") else MUTED))
        return line.truncate(width, ellipsis=True)
