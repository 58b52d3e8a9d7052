"""Errors of the API and the map's tiles as RFC 9457 problem details. Pages get pages (marketplace.outages)."""

import json
import logging
import sys
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, ValidationError
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from geo.shapes import ShapeRefused
from listings.balances.free import NotEnoughFree
from listings.duplicates.own import LooksAlike, RowsLookAlike
from listings.late import TooLate
from listings.photos import PhotosBusy
from listings.validators import StaleListing
from maps.conflicts import MovedOn
from maps.narrowing import UnknownChoice
from marketplace.collisions import collision_of
from marketplace.outages import RETRY_AFTER_S, outage_page, took_too_long

MEDIA_TYPE = "application/problem+json"
#: What programs read. An error here is a problem in JSON, whichever part of Django found it.
MACHINE_PATHS = ("/api/", "/tiles/", "/ogc/", "/health/")

Errors = list[dict[str, str]]
logger = logging.getLogger(__name__)


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """One form for every refusal of the API; None (and so a plain 500, logged) for what nobody foresaw."""
    known = _known(error)
    if known is not None:
        status, detail, errors = known
        made = Response(problem(status, detail, errors) | _facts_of(error), status=status, content_type=MEDIA_TYPE)
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            made["Retry-After"] = str(RETRY_AFTER_S)
        return made
    response = exception_handler(error, context)
    if response is None:
        return None
    detail = response.data.get("detail", "") if isinstance(response.data, dict) else ""
    made = Response(problem(response.status_code, str(detail)), status=response.status_code, content_type=MEDIA_TYPE)
    for header in ("WWW-Authenticate", "Retry-After", "Allow"):
        if response.has_header(header):
            made[header] = response[header]
    return made


def problem(status: int, detail: str, errors: Errors | None = None) -> dict[str, Any]:
    """The members of a problem; `errors` names each wrong field with what to do about it."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
    }
    return body | {"errors": errors} if errors else body


def _facts_of(error: Exception) -> dict[str, Any]:
    """What a program goes on with, as a person does with the words: how much is free where more was asked, which
    listings something looks like, where a shape is wrong and what it may be meant as, both versions of what two people
    changed.
    """
    match error:
        case NotEnoughFree():
            return {"free": float(error.free)}
        case LooksAlike():
            return {"alike": error.ids}
        case RowsLookAlike():
            return {"rows": [{"row": one.row, "alike": one.listings, "rows": one.rows} for one in error.rows]}
        case ShapeRefused():
            where = {"where": {"lon": error.where[0], "lat": error.where[1]}} if error.where else {}
            return where | ({"proposal": error.proposal} if error.proposal else {})
        case MovedOn():
            return {"conflict": _conflict(error)}
    return {}


def _conflict(error: MovedOn) -> dict[str, Any]:
    return {
        "version": error.version,
        "seen": error.seen_version,
        "fields": [
            {
                "field": one.name, "label": one.label, "before": one.before, "theirs": one.theirs, "mine": one.mine,
                "clashes": one.clashes,
            }
            for one in error.fields
        ],
    }  # fmt: skip


class ProblemMiddleware:
    """The same problems for what programs read from plain Django views, such as tiles; a page of its own for people
    whose question the database had no answer to, or who took what somebody else had just taken.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not _is_machine_path(request):
            # Such as after a log-in that led back to what only a button sends.
            page = render(request, "405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
            page["Allow"] = response.get("Allow", "")
            return page
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not _is_machine_path(request):
            return _page_without_database(request, error) or _page_of_collision(request, error)
        known = _known(error)
        return plain_problem(*known) if known is not None else None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_machine_path(request):
        return plain_problem(400, _("Dit verzoek kunnen we niet lezen."))
    return defaults.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_machine_path(request):
        return plain_problem(403, _("Dit mag je niet doen."))
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_machine_path(request):
        return plain_problem(404, _("Dit adres bestaat niet. De adressen staan in /api/docs/."))
    refused = exception.words if isinstance(exception, UnknownChoice) else ""
    return render(request, "404.html", {"refused": refused}, status=HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    if _is_machine_path(request):
        known = _known(sys.exc_info()[1])
        return plain_problem(*known) if known else plain_problem(500, _("Er ging bij ons iets mis. We kijken het na."))
    return _page_without_database(request, sys.exc_info()[1]) or defaults.server_error(request)


def plain_problem(status: int, detail: str, errors: Errors | None = None) -> HttpResponse:
    """A problem outside REST framework."""
    body = json.dumps(problem(status, detail, errors), ensure_ascii=False)
    response = HttpResponse(body, status=status, content_type=MEDIA_TYPE)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = str(RETRY_AFTER_S)
    return response


def _page_without_database(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """None for any other error."""
    if not isinstance(error, (OperationalError, InterfaceError)):
        return None
    logger.error("The database had no answer", exc_info=error)
    return outage_page(request, error)


def _page_of_collision(request: HttpRequest, error: BaseException) -> HttpResponse | None:
    """None for any other error. For htmx the words alone."""
    collision = collision_of(error)
    if collision is None:
        return None
    if "HX-Request" in request.headers:
        return HttpResponse(collision.words, status=409, content_type="text/plain; charset=utf-8")
    return render(request, "409.html", {"words": collision.words}, status=HTTPStatus.CONFLICT)


def _is_machine_path(request: HttpRequest) -> bool:
    return request.path_info.startswith(MACHINE_PATHS)


def _known(error: BaseException | None) -> tuple[int, str, Errors] | None:
    """Status, detail and errors of what has a name; None for anything else."""
    wrong = _("Er klopt iets niet in wat je stuurde.")
    match error:
        case StaleListing():
            return (
                412,
                _("Iemand anders wijzigde dit sinds je het las. Lees het opnieuw, en stuur dan je wijziging."),
                [],
            )
        case TooLate() | LooksAlike() | RowsLookAlike():
            return 409, " ".join(error.messages), _field_errors(error)
        case MovedOn():
            return 409, " ".join(error.messages), []
        case ValidationError():
            return 400, wrong, _field_errors(error)
        case exceptions.ValidationError():
            return 400, wrong, _flatten(error.detail)
        case PhotosBusy():
            return 503, str(error), []
        case PermissionDenied():
            return 403, str(error) or _("Dit mag je niet doen."), []
        case Http404():
            return 404, _("Dit bestaat niet of is niet meer zichtbaar."), []
        case RequestDataTooBig():
            return 413, _("Dit is te groot om in één keer te sturen."), []
        case SuspiciousOperation() | MultiPartParserError():
            return 400, _("Dit verzoek kunnen we niet lezen."), []
        case IntegrityError() if collision := collision_of(error):
            field = [{"field": collision.field, "message": collision.words}] if collision.field else []
            return 409, collision.words, field
        case OperationalError() | InterfaceError():
            logger.error("The database had no answer", exc_info=error)
            return 503, _no_answer(error), []
    return None


def _no_answer(error: BaseException) -> str:
    if took_too_long(error):
        return _("Dit duurde te lang. Vraag minder in één keer: een kleiner gebied, of meer filters.")
    return _("De databank antwoordt niet. Probeer het straks opnieuw.")


def _field_errors(error: ValidationError) -> Errors:
    if hasattr(error, "error_dict"):
        return [
            {"field": "" if field == "__all__" else field, "message": message}
            for field, messages in error.message_dict.items()
            for message in messages
        ]
    return [{"field": "", "message": message} for message in error.messages]


def _flatten(detail: Any, field: str = "") -> Errors:
    if isinstance(detail, dict):
        return [
            row for key, value in detail.items() for row in _flatten(value, f"{field}.{key}" if field else str(key))
        ]
    if isinstance(detail, list):
        return [row for value in detail for row in _flatten(value, field)]
    return [{"field": "" if field == "non_field_errors" else field, "message": str(detail)}]
