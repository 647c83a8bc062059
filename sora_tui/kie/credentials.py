"""The account's key: checked once, never shown."""

from __future__ import annotations

import re

from pydantic import SecretStr

from sora_tui.kie.errors import InvalidKey

_SHORTEST_SECRET = 12


class Key:
    """A key that can be sent. Its `repr` shows nothing of it.

    Raises:
        InvalidKey: it is empty or holds what no key holds; the message has nothing of it.
    """

    def __init__(self, key: str | SecretStr) -> None:
        clear = (key.get_secret_value() if isinstance(key, SecretStr) else key).strip()
        if not clear:
            raise InvalidKey("The API key is empty.")
        if not re.fullmatch(r"[!-~]+", clear):
            raise InvalidKey("The API key holds a blank or a character that no key has: copy it again.")
        self._secret = SecretStr(clear)

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
