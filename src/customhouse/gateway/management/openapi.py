"""The management API described for programs: OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1.html)."""

from typing import Any

import msgspec

from customhouse.gateway.canary.names import NONCE
from customhouse.gateway.management.deciding import DecisionRequest
from customhouse.gateway.management.token_desk import TokenRequest
from customhouse.report.gateway_documents import (
    CanaryDocument,
    DowngradesDocument,
    FetchesDocument,
    GatewayExplainDocument,
    IssuedTokenDocument,
    LedgerEntryDocument,
    TokensDocument,
)
from customhouse.report.identity import tool

_DOCUMENTS = (
    DecisionRequest,
    TokenRequest,
    GatewayExplainDocument,
    LedgerEntryDocument,
    FetchesDocument,
    DowngradesDocument,
    CanaryDocument,
    TokensDocument,
    IssuedTokenDocument,
)
_ERRORS = {
    400: "The call cannot be read, or asks for what cannot be.",
    401: "No token, or one that opens nothing.",
    403: "The token's role is not enough, or a page of another site asks.",
    404: "Neither the registry nor the gateway knows it.",
    409: "It contradicts what is in force.",
    413: "The body is too large.",
    429: "Too many requests; see Retry-After.",
    503: "It cannot be told now; see Retry-After.",
}
_READING = (400, 401, 429, 503)
#: Names and versions as registries have them; what else a purl may be written like is read as well.
_PATTERN = (
    r"^pkg:npm/(%40[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*(@[0-9A-Za-z][0-9A-Za-z.+-]*)?$"
    r"|^pkg:pypi/[a-z0-9]([a-z0-9._-]*[a-z0-9])?(@[0-9A-Za-z][0-9A-Za-z.+!-]*)?$"
)
_PURL = {
    "name": "purl",
    "in": "path",
    "required": True,
    "description": "A package URL, percent-encoded as a whole: pkg:npm/axios@1.14.0, pkg:pypi/requests.",
    "schema": {"type": "string", "maxLength": 2048, "pattern": _PATTERN},
}
_DAY = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_ERROR = {
    "type": "object",
    "description": "What is wrong, and what to do next.",
    "required": ["error"],
    "properties": {"error": {"type": "string"}, "hint": {"type": "string"}},
}
_READY = {
    "type": "object",
    "required": ["ready", "parts"],
    "properties": {"ready": {"const": True}, "parts": {"type": "object", "additionalProperties": {"type": "string"}}},
}
_OBJECT = {"type": "object"}


def api_document(server: str) -> dict[str, Any]:
    """Describe the API at an address, without a closing slash."""
    _, components = msgspec.json.schema_components(_DOCUMENTS, ref_template="#/components/schemas/{name}")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Customhouse gateway",
            "version": tool()[1],
            "description": "What is hidden and why, decisions, the ledger, tokens. Errors say what to do next.",
        },
        "servers": [{"url": server}],
        "components": {
            "schemas": {**components, "Error": _ERROR},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic", "description": "The token as the password."},
            },
        },
        "paths": _paths(),
    }


def _paths() -> dict[str, Any]:
    return {
        "/health": {"get": _operation("health", "The process answers.", {200: _json(_OBJECT)}, _READING)},
        "/ready": {"get": _operation("ready", "Everything it needs works.", {200: _json(_READY)}, _READING)},
        "/metrics": {"get": _operation("metrics", "Metrics for Prometheus.", {200: _content("text/plain")}, _READING)},
        "/customhouse/openapi.json": {"get": _operation("openapi", "This document.", {200: _json(_OBJECT)}, _READING)},
        "/customhouse/explain/{purl}": {
            "parameters": [_PURL],
            "get": _operation(
                "explain",
                "What is hidden of a package or release, why, since when, until when.",
                {200: {**_json(_ref("GatewayExplainDocument")), **_content("text/html")}},
                (*_READING, 404),
            ),
        },
        "/customhouse/decisions": {
            "post": _operation(
                "decide",
                "Approve, block or release. For approvers.",
                {201: _json(_ref("LedgerEntryDocument"))},
                (*_READING, 403, 404, 409, 413),
                body="DecisionRequest",
            )
        },
        "/customhouse/ledger": {
            "get": _operation(
                "ledger",
                "The entries after a number, one a line, as their hashes cover them. For approvers.",
                {200: _content("application/x-ndjson")},
                (*_READING, 403),
                query=("after", {"type": "integer", "minimum": 0, "maximum": 999_999_999_999_999}),
            )
        },
        "/customhouse/fetches/{purl}": {
            "parameters": [_PURL],
            "get": _operation(
                "fetches",
                "Who was handed which file, or refused it. For approvers.",
                {200: _json(_ref("FetchesDocument"))},
                (*_READING, 403),
            ),
        },
        "/customhouse/downgrades": {
            "get": _operation(
                "downgrades",
                "How often clients were told an older version than the newest on a day (UTC; without one, today).",
                {200: _json(_ref("DowngradesDocument"))},
                _READING,
                query=("day", _DAY),
            )
        },
        "/customhouse/canaries/{nonce}": {
            "parameters": [
                {
                    "name": "nonce",
                    "in": "path",
                    "required": True,
                    "description": "The sixteen digits at the end of the canary's name, chosen by chance.",
                    "schema": {"type": "string", "pattern": f"^{NONCE}$"},
                }
            ],
            "get": _operation(
                "canary", "Who asked for a canary, by which program.", {200: _json(_ref("CanaryDocument"))}, _READING
            ),
        },
        "/customhouse/tokens": {
            "get": _operation(
                "tokens", "Every token. For admins.", {200: _json(_ref("TokensDocument"))}, (*_READING, 403)
            ),
            "post": _operation(
                "issue",
                "Issue a token; its secret is told this once. For admins.",
                {201: _json(_ref("IssuedTokenDocument"))},
                (*_READING, 403, 409, 413),
                body="TokenRequest",
            ),
        },
        "/customhouse/tokens/{name}": {
            "parameters": [
                {"name": "name", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
            ],
            "delete": _operation(
                "revoke", "Revoke a token. For admins.", {200: _json(_OBJECT)}, (*_READING, 403, 404, 409, 413)
            ),
        },
    }


def _operation(
    name: str,
    summary: str,
    answers: dict[int, dict[str, Any]],
    errors: tuple[int, ...],
    *,
    body: str = "",
    query: tuple[str, dict[str, Any]] | None = None,
) -> dict[str, Any]:
    guarded = 403 in errors  # noqa: PLR2004 - what only some may do says so
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": summary,
        # Where nothing is guarded a token is welcome, and tells more.
        "security": [{"bearer": []}, {"basic": []}, *([] if guarded else [{}])],
        "responses": {
            **{str(status): {"description": "So it is.", "content": content} for status, content in answers.items()},
            **{
                str(status): {"description": _ERRORS[status], "content": _json(_ref("Error"))}
                for status in sorted(errors)
            },
        },
    }
    if body:
        operation["requestBody"] = {"required": True, "content": _json(_ref(body))}
    if query is not None:
        operation["parameters"] = [{"name": query[0], "in": "query", "required": False, "schema": query[1]}]
    return operation


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _content(kind: str) -> dict[str, Any]:
    return {kind: {"schema": {"type": "string"}}}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}
