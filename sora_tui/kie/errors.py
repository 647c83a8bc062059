"""What can go wrong on the wire, as exceptions that keep everything the service said.

The kinds answer the one question that matters after a paid request: is it certain that nothing was made?
`NotDelivered` says yes, `Refused` says what the service said, the other two say that nobody can know.
"""

from __future__ import annotations


class KieError(Exception):
    """A request that did not end in a usable answer.

    Attributes:
        http_status: the HTTP status, if an answer began.
        code: the response code in the answer's body, if there was a readable one. It counts before the
            HTTP status (contract §1).
        text: the service's own words, unsanitised; empty if it said nothing readable.
        raw: the answer as it came (at most 2 MB, decoded with U+FFFD for what is not UTF-8).
        retry_after: seconds the service asks us to wait, between 0 and 300; None if it did not ask.
    """

    def __init__(
        self,
        sentence: str,
        *,
        http_status: int | None = None,
        code: int | None = None,
        text: str = "",
        raw: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(sentence)
        self.http_status = http_status
        self.code = code
        self.text = text
        self.raw = raw
        self.retry_after = retry_after

    @property
    def is_throttled(self) -> bool:
        """Whether this is a 429, in the body or, where the body has no code, in the HTTP status.

        A throttled request is not queued and made nothing, so sending it again is safe (contract §2).
        """
        return 429 in (self.code, self.http_status if self.code is None else None)


class NotDelivered(KieError):
    """Proof that no byte of the request was sent: no connection, no TLS, no tunnel."""


class AnswerLost(KieError):
    """The request may have arrived, but its answer did not: a timeout, a reset, a close, a cut body."""


class UnreadableAnswer(KieError):
    """An answer came that is not the service's: HTML, empty, not an object, too large, a redirect."""


class Refused(KieError):
    """The service answered in its own words with a code other than 200."""


class UnusableFile(KieError):
    """A file of this machine that cannot be sent: missing, empty, not readable, or changed on the way."""


class InvalidKey(ValueError):
    """The key cannot be one. The message never holds it."""


class InvalidBaseUrl(ValueError):
    """The service's address may not be used. The message never holds it, since it may hold a secret."""
