"""When the database has no time or is away, people and programs are told so; the next request finds nothing of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from tests.makers import make_user

pytestmark = pytest.mark.django_db(transaction=True)
PROBLEM = "application/problem+json"


@pytest.fixture
def outsider() -> Client:
    """A client that gets the answer of an error instead of the error itself."""
    return Client(raise_request_exception=False)


@pytest.fixture
def busy() -> Iterator[Any]:
    """Somebody keeps the table of listings to himself, and the web waits a tenth of a second; a call lets it go."""
    at = connection.settings_dict
    with psycopg.connect(host=at["HOST"], dbname=at["NAME"], user=at["USER"], port=at["PORT"] or None) as other:
        other.execute("LOCK TABLE listings_listing IN ACCESS EXCLUSIVE MODE")
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 100")
        yield other.rollback
    with connection.cursor() as cursor:
        cursor.execute("RESET statement_timeout")


@pytest.fixture
def away(tmp_path: Path) -> Iterator[Any]:
    """Where the database was, nobody listens; a call brings it back."""
    at = connection.settings_dict
    before, pool = at["HOST"], at["OPTIONS"]["pool"]
    connection.close()
    at["HOST"], at["OPTIONS"]["pool"] = str(tmp_path), False

    def bring_back() -> None:
        connection.close()
        at["HOST"], at["OPTIONS"]["pool"] = before, pool

    yield bring_back
    bring_back()


@pytest.mark.parametrize("language", settings.LANGUAGE_CODES)
def test_a_page_that_takes_too_long_says_what_to_do(outsider: Client, busy: Any, language: str) -> None:
    with translation.override(language):
        title = gettext("Dit duurde te lang")
    answer = outsider.get("/?q=hout", headers={"Accept-Language": language})
    page = answer.content.decode()
    assert answer.status_code == 503
    assert answer["Content-Type"].startswith("text/html")
    assert int(answer["Retry-After"]) > 0
    assert f'<html lang="{language}">' in page
    assert f"<h1>{title}</h1>" in page
    assert 'href="/?q=hout"' in page
    busy()
    assert outsider.get("/?q=hout").status_code == 200


def test_htmx_gets_a_few_words(outsider: Client, busy: Any) -> None:
    answer = outsider.get("/?q=hout", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["Content-Type"]) == (503, "text/plain; charset=utf-8")
    assert "kleiner gebied" in answer.content.decode()
    assert len(answer.content) < 120
    busy()
    assert outsider.get("/?q=hout", headers={"HX-Request": "true"}).status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/search/?lat=51.05&lon=3.72", "/tiles/listings/10/522/342.mvt?q=hout"])
def test_programs_get_a_problem(outsider: Client, busy: Any, path: str) -> None:
    answer = outsider.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (503, PROBLEM)
    assert "kleiner gebied" in answer.json()["detail"]
    busy()
    assert outsider.get(path).status_code in (200, 204)


def test_without_a_database_pages_still_say_so(outsider: Client, away: Any) -> None:
    page, fragment = outsider.get("/"), outsider.get("/", headers={"HX-Request": "true"})
    api = outsider.get("/api/v1/hubs/")
    assert [answer.status_code for answer in (page, fragment, api)] == [503, 503, 503]
    assert "Probeer het straks opnieuw" in page.content.decode()
    assert "Probeer het straks opnieuw" in fragment.content.decode()
    assert api["Content-Type"] == PROBLEM
    away()
    assert outsider.get("/").status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_logged_in_can_t_be_looked_up_and_is_told_the_same(outsider: Client, request: Any, method: str) -> None:
    outsider.force_login(make_user())
    bring_back = request.getfixturevalue("away")
    answer = getattr(outsider, method)("/plaatsen/")
    assert answer.status_code == 503
    assert ("misschien niet bewaard" in answer.content.decode()) == (method == "post")
    assert int(answer["Retry-After"]) > 0
    bring_back()
    assert outsider.get("/").status_code == 200
