"""The domain's own errors. The edge turns each into a page, a problem detail or a line on the terminal.

`message` is for people and may be shown; it never carries personal data.
"""

from collections.abc import Mapping


class DomainError(Exception):
    """Something a caller asked for cannot be done. `code` is stable and machine-readable."""

    code = "error"

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class NotFound(DomainError):
    """There is no such thing, or the caller may not know of it."""

    code = "not_found"


class Forbidden(DomainError):
    """The caller is known and may not do this."""

    code = "forbidden"


class Conflict(DomainError):
    """The thing is in another state than the act needs (already claimed, already closed, not enough points)."""

    code = "conflict"


class Invalid(DomainError):
    """The given values are wrong. `errors` maps a field to what is wrong with it."""

    code = "invalid"

    def __init__(self, message: str, errors: Mapping[str, str] | None = None, **details: object) -> None:
        super().__init__(message, **details)
        self.errors = dict(errors or {})


class ConfigurationError(DomainError):
    """The installation is set up wrongly; the message says what to change."""

    code = "configuration"
