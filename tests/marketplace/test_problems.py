"""Programs get problems in JSON, whichever part finds the mistake; people get pages."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import IntegrityError, connection, transaction
from django.test import Client

from tests.makers import published

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


@pytest.fixture
def outsider() -> Client:
    """A client that gets the answer of an error instead of the error itself."""
    return Client(raise_request_exception=False)


def too_slow(*_arguments: object, **_more: object) -> Any:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 20")
        cursor.execute("SELECT pg_sleep(5)")


def raising(error: Exception) -> Any:
    def fail(*_arguments: object, **_more: object) -> Any:
        raise error

    return fail


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/nothing/", 404),
        ("/api/v1/listings/99999999999999999999999999/", 404),
        ("/api/v1/listings/0/", 404),
        ("/api/v1/hubs/nowhere/", 404),
        ("/api/v1/hubs/nowhere/region/", 404),
        ("/api/v1/materials/unobtainium/", 404),
        ("/tiles/nothing/1/1/1.mvt", 404),
        ("/tiles/hubs/3/9/0.mvt", 404),
        ("/tiles/listings/10/522/342.mvt?kind=gift", 400),
        ("/tiles/listings/10/522/342.mvt?hub=%00", 400),
        ("/health/nothing", 404),
    ],
)
def test_a_wrong_address_is_a_problem(outsider: Client, path: str, status: int) -> None:
    answer = outsider.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM)
    assert answer.json()["status"] == status
    assert len(answer.json()["detail"]) > 10


def test_a_page_that_isn_t_there_is_a_page(outsider: Client) -> None:
    answer = outsider.get("/nergens/")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (PermissionDenied("Nee."), 403),
        (SuspiciousOperation("no"), 400),
        (IntegrityError("twice"), 409),
        (RuntimeError("secret detail"), 500),
    ],
)
@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/api/v1/search/?lat=51&lon=3.7", "listings.api.search.search"),
        ("/tiles/hubs/8/131/85.mvt", "geo.tiles.current_quality"),
    ],
)
def test_what_goes_wrong_inside_is_a_problem_without_its_secrets(
    outsider: Client, monkeypatch: pytest.MonkeyPatch, path: str, part: str, error: Exception, status: int
) -> None:
    monkeypatch.setattr(part, raising(error))
    answer = outsider.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM)
    assert b"secret" not in answer.content
    assert b"Traceback" not in answer.content


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/api/v1/search/?lat=51&lon=3.7", "listings.api.search.search"),
        ("/tiles/hubs/8/131/85.mvt", "geo.tiles.current_quality"),
    ],
)
def test_a_query_that_takes_too_long_says_so(
    outsider: Client, monkeypatch: pytest.MonkeyPatch, path: str, part: str
) -> None:
    monkeypatch.setattr(part, too_slow)
    answer = outsider.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (503, PROBLEM)
    assert "duurde te lang" in answer.json()["detail"]
    assert int(answer["Retry-After"]) > 0


def test_a_method_that_isn_t_there_names_those_that_are(outsider: Client) -> None:
    answer = outsider.delete("/api/v1/hubs/", headers={"Accept-Language": "nl"})
    assert answer.status_code in (401, 405)
    assert answer["Content-Type"] == PROBLEM


def test_a_body_that_is_far_too_long_isn_t_read(outsider: Client) -> None:
    answer = outsider.post(
        "/api/v1/listings/", b"{}", content_type="application/json", headers={"Content-Length": "900000000"}
    )
    assert (answer.status_code, answer["Content-Type"]) == (413, PROBLEM)


def test_a_strange_host_is_a_problem_too(outsider: Client) -> None:
    answer = outsider.get("/api/v1/hubs/", headers={"Host": "evil.example"})
    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)


@pytest.mark.django_db
def test_a_page_that_only_a_button_sends_says_that_nothing_was_done(client: Client) -> None:
    listing = published()
    client.force_login(listing.maker)  # type: ignore[attr-defined]
    answer = client.get(f"/zoekertje/{listing.pk}/stap/")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "nog niets gebeurd" in answer.content.decode()
