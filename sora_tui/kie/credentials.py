"""The account's key: checked once, never shown."""

from __future__ import annotations

import re

from sora_tui.kie.errors import InvalidKey

_SHORTEST_SECRET = 12


class Secret:
    """A text that shows itself to nobody who does not ask for it by name."""

    # No dataclass: `asdict` would show it.
    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return f"Secret('{'**********' if self._text else ''}')"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def get_secret_value(self) -> str:
        """The text."""
        return self._text


class Key:
    """A key that can be sent. Its `repr` shows nothing of it.

    Raises:
        InvalidKey: it is empty or holds what no key holds; the message has nothing of it.
    """

    def __init__(self, key: str | Secret) -> None:
        clear = (key.get_secret_value() if isinstance(key, Secret) else key).strip()
        if not clear:
            raise InvalidKey("The API key is empty.")
        if not re.fullmatch(r"[!-~]+", clear):
            raise InvalidKey("The API key holds a blank or a character that no key has: copy it again.")
        self._secret = Secret(clear)

    def __repr__(self) -> str:
        return "Key('**********')"

    def header(self) -> str:
        """The value of the `Authorization` header."""
        return f"Bearer {self._secret.get_secret_value()}"

    def masked(self, answer: bytes) -> bytes:
        """An answer without the key, should the service repeat it."""
        key = self._secret.get_secret_value().encode()
        # a short key (a simulator's) may be a plain word, and words must not vanish from answers
        return answer.replace(key, b"[key]") if len(key) >= _SHORTEST_SECRET else answer
