"""Errors of the API as RFC 9457 problem details."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

MEDIA_TYPE = "application/problem+json"


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """One form for every refusal; None (and so a plain 500, logged) for what nobody foresaw."""
    if isinstance(error, ValidationError):
        return _respond(400, _("Er klopt iets niet in wat je stuurde."), _field_errors(error))
    if isinstance(error, exceptions.ValidationError):
        return _respond(400, _("Er klopt iets niet in wat je stuurde."), _flatten(error.detail))
    if isinstance(error, PermissionDenied):
        return _respond(403, str(error) or _("Dit mag je niet doen."), [])
    if isinstance(error, Http404):
        return _respond(404, _("Dit bestaat niet of is niet meer zichtbaar."), [])
    response = exception_handler(error, context)
    if response is None:
        return None
    detail = response.data.get("detail", "") if isinstance(response.data, dict) else ""
    made = _respond(response.status_code, str(detail), [])
    for header in ("WWW-Authenticate", "Retry-After", "Allow"):
        if response.has_header(header):
            made[header] = response[header]
    return made


def _respond(status: int, detail: str, errors: list[dict[str, str]]) -> Response:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    return Response(body, status=status, content_type=MEDIA_TYPE)


def _field_errors(error: ValidationError) -> list[dict[str, str]]:
    if hasattr(error, "error_dict"):
        return [
            {"field": "" if field == "__all__" else field, "message": message}
            for field, messages in error.message_dict.items()
            for message in messages
        ]
    return [{"field": "", "message": message} for message in error.messages]


def _flatten(detail: Any, field: str = "") -> list[dict[str, str]]:
    if isinstance(detail, dict):
        return [
            row for key, value in detail.items() for row in _flatten(value, f"{field}.{key}" if field else str(key))
        ]
    if isinstance(detail, list):
        return [row for value in detail for row in _flatten(value, field)]
    return [{"field": "" if field == "non_field_errors" else field, "message": str(detail)}]
