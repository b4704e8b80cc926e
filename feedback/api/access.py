"""Who calls: `@needs(Scope.X)` on every view asks for a Bearer key with that scope and counts the key's calls."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import current_app, g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import TooManyRequests, Unauthorized

from feedback.api.blueprint import read_body
from feedback.clock import utc_now
from feedback.db import db, transaction
from feedback.errors import Forbidden
from feedback.http.limits import use_up
from feedback.staff.api_keys import KnownKey, Scope, find_key, is_use_stale, note_use

View = TypeVar("View", bound=Callable[..., Any])
LIMIT = "API_RATE_LIMIT"  # in the app's config
SCHEME = "key"


def needs(scope: Scope) -> Callable[[View], View]:
    """Let only keys with this scope reach the view: 401 without a key, 403 without the scope, 429 when too fast."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            key = _presented_key()
            if not key.may(scope):
                raise Forbidden(f"The key lacks the scope {scope}.", scope=str(scope))
            seconds = use_up("api", current_app.config[LIMIT], str(key.id))
            if seconds is not None:
                raise TooManyRequests("The key calls too often.", retry_after=seconds)
            g.api_key_id = key.id
            read_body()
            return current_app.ensure_sync(view)(*args, **kwargs)

        guarded.required_scope = scope  # type: ignore[attr-defined]
        guarded._spec = {**getattr(view, "_spec", {}), "security": [{SCHEME: [str(scope)]}]}  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def calling_key_id() -> int:
    """The id of the key of this call."""
    return int(g.api_key_id)


def _presented_key() -> KnownKey:
    given = request.authorization
    token = given.token if given is not None and given.type == "bearer" else None
    if not token:
        raise _unknown("Send a key: Authorization: Bearer otk_...")
    now = utc_now()
    key = find_key(db.session(), token)
    if key is None:
        raise _unknown("The key is unknown or revoked.")
    if is_use_stale(key, now):
        with transaction() as session:
            note_use(session, key.id, now)
    return key


def _unknown(detail: str) -> Unauthorized:
    return Unauthorized(detail, www_authenticate=WWWAuthenticate("bearer", {"realm": "Otklik API"}))
