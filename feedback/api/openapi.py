"""`GET /openapi.json`: the description of REST v1 (OpenAPI 3.1)."""

from typing import Any

from flask import Flask, current_app

from feedback.api.access import SCHEME
from feedback.api.blueprint import api

PREFIX = "/api/v1/"
PROBLEM = "application/problem+json"
DESCRIPTION = (
    "Purchases, returns, order events and chats come in; responses, cases, customers, points and figures go out.\n\n"
    "Every call needs a key: `Authorization: Bearer otk_...` (`feedback api-keys create`). Errors are problem details "
    "(RFC 9457). Lists run oldest first in pages; `next_cursor` leads to the next one. Amounts are decimal texts."
)
ERRORS = {
    "400": "The request cannot be read (not JSON, for example).",
    "401": "No key, or one that is unknown or revoked.",
    "403": "The key lacks the scope.",
    "404": "There is no such thing.",
    "405": "This address does not know the method; `Allow` names those it knows.",
    "413": "The body is too large.",
    "415": "The body must be application/json.",
    "422": "Values are wrong; `errors` says which and why.",
    "429": "The key calls too often; `Retry-After` says when to try again.",
}
PROBLEM_SCHEMA = {
    "type": "object",
    "description": "A problem detail (RFC 9457).",
    "required": ["type", "status", "title", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "status": {"type": "integer"},
        "title": {"type": "string"},
        "detail": {"type": "string", "description": "For people."},
        "code": {"type": "string", "description": "Stable, for programs."},
        "errors": {"type": "object", "additionalProperties": {"type": "string"}, "description": "Field to reason."},
    },
}


def install(app: Flask) -> None:
    """Tell the generator what it cannot see."""
    app.config.update(
        AUTO_VALIDATION_ERROR_RESPONSE=False, AUTO_AUTH_ERROR_RESPONSE=False, AUTO_404_RESPONSE=False,
        AUTO_SERVERS=False, AUTO_TAGS=False, AUTO_OPERATION_ID=True, OPENAPI_VERSION="3.1.0",
        SECURITY_SCHEMES={SCHEME: {"type": "http", "scheme": "bearer", "description": "A key with scopes."}},
    )  # fmt: skip
    app.spec_processor(_finish)  # type: ignore[attr-defined]


@api.get("/openapi.json")
@api.doc(hide=True)
def show_openapi() -> Any:
    """Show this description"""
    return current_app._get_spec("json")  # type: ignore[attr-defined]


def _finish(spec: dict[str, Any]) -> dict[str, Any]:
    spec["info"]["description"] = DESCRIPTION
    spec["paths"] = {path: item for path, item in spec["paths"].items() if path.startswith(PREFIX)}
    spec["components"]["schemas"]["Problem"] = PROBLEM_SCHEMA
    for path, item in spec["paths"].items():
        for method, operation in item.items():
            _finish_operation(path, method, operation)
    return spec


def _finish_operation(path: str, method: str, operation: dict[str, Any]) -> None:
    has_body = "requestBody" in operation
    if has_body:
        operation["requestBody"]["required"] = True
    for parameter in operation.get("parameters", []):
        _finish_parameter(parameter)
    without_body = () if has_body else ("413", "415")
    without_name = () if "{" in path or path.endswith(("/nps", "/redemptions")) else ("404",)
    for status, description in ERRORS.items():
        if status not in (*without_body, *without_name, "405"):
            operation["responses"][status] = _problem(description)
    if "409" in operation["responses"]:
        operation["responses"]["409"] = _problem(operation["responses"]["409"]["description"])
    operation["responses"]["429"]["headers"] = {
        "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}
    }
    if "201" in operation["responses"]:
        operation["responses"]["200"]["content"] = operation["responses"]["201"]["content"]


def _finish_parameter(parameter: dict[str, Any]) -> None:
    """A parameter is there or not, never null; what it means stands beside its schema."""
    if parameter["in"] == "path":
        parameter["schema"] = {"type": "string", "minLength": 1, "maxLength": 200}
        parameter["description"] = "The id in your own system."
        return
    schema = parameter["schema"]
    parameter["description"] = schema.pop("description", "")
    kinds = [kind for kind in schema.pop("anyOf", []) if kind != {"type": "null"}]
    if schema.get("default", ...) is None:
        del schema["default"]
    schema.update(kinds[0] if len(kinds) == 1 else {"anyOf": kinds} if kinds else {})


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
