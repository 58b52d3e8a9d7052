"""The page of a question that the database had no answer to: it took too long, or the database is away.

It is made of words alone: who asked, and whatever else is in the database, can't be looked up now.
"""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from psycopg.errors import QueryCanceled

#: Seconds after which it makes sense to ask again.
RETRY_AFTER_S = 5


def took_too_long(error: BaseException) -> bool:
    """Whether the database answers, but had no time for this."""
    return isinstance(error.__cause__, QueryCanceled)


def outage_page(request: HttpRequest, error: BaseException) -> HttpResponse:
    """503 in the reader's language: what happened and what to do. For htmx the words alone."""
    slow = took_too_long(error)
    if "HX-Request" in request.headers:
        said = (
            _("Dit duurde te lang. Zoek in een kleiner gebied of met meer filters.")
            if slow
            else _("We kunnen er even niet bij. Probeer het straks opnieuw.")
        )
        response = HttpResponse(said, content_type="text/plain; charset=utf-8")
    else:
        reading = request.method in ("GET", "HEAD")
        context = {"slow": slow, "same": request.get_full_path() if reading else ""}
        response = HttpResponse(render_to_string("503.html", context))
    response.status_code = 503
    response["Retry-After"] = str(RETRY_AFTER_S)
    response["Cache-Control"] = "no-store"
    return response
