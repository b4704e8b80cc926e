"""The blueprint of REST v1 and what every call passes: a JSON body of a sane size, and errors as problem details."""

from apiflask import APIBlueprint, HTTPError
from flask import Response, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from feedback.api.wire import plain_reason
from feedback.http.errors import problem

LARGEST_BODY = 8 * 1024 * 1024  # bytes; a thousand purchases with items fit

api = APIBlueprint("api", __name__, url_prefix="/api/v1", tag="Otklik")


def read_body() -> None:
    """Read the JSON once the caller is known, before the view: wrong type 415, too large 413, not JSON 400."""
    if request.method not in ("POST", "PUT", "PATCH"):
        return
    if not request.is_json:
        raise UnsupportedMediaType("Send JSON with the header Content-Type: application/json.")
    request.max_content_length = LARGEST_BODY
    try:
        request.get_json(force=True)
    except RecursionError:
        raise BadRequest("The JSON is nested too deeply.") from None
    except BadRequest:
        raise BadRequest("The body is not JSON in UTF-8.") from None


@api.errorhandler(HTTPError)
def _wrong_input(error: HTTPError) -> Response:
    """What the models refuse, field by field."""
    found = {place: texts for places in (error.detail or {}).values() for place, texts in places.items()}
    errors = {
        ("body" if place == "_schema" else place): "; ".join(map(plain_reason, texts)) for place, texts in found.items()
    }
    return problem(error.status_code, "The request has wrong values.", code="invalid", errors=errors)
