"""What is far too much, too long or too deep is refused or answered in a few queries; nothing breaks."""

from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.makers import make_organisation, make_user, published

pytestmark = pytest.mark.django_db
HERE = "lat=51.05&lon=3.72"
SEARCH = f"/api/v1/search/?{HERE}"
THIRTY = "9" * 30
WORLD = "-180,-90,180,90"
STRANGE_WORDS = [
    "...", "!?", "-", "--", '"', '""', '"" OR', "OR", "or or or", "-hout", "- -", "de het een", "van en of", "🪵",
    "🪵🪑" * 50, "%", "%%%", "_", "____", "%_%", "\\", "\\%", "'", "';--", "' OR 1=1", "(", "((((", "a:*", "hout:*",
    "&", "|", "!", "<->", "\u0301", "\u200b", "\u202e", "é" * 200, "x" * 200, " a" * 100, "%s", "%(q)s", "{}", "$1",
    "\t", "\ufffe", "İ" * 100,
]  # fmt: skip


@pytest.fixture
def outsider() -> Client:
    """A client that gets the answer of an error instead of the error itself."""
    return Client(raise_request_exception=False)


def asked(client: Client, path: str, **more: Any) -> tuple[int, int]:
    """Status, and how many queries it took; what a process reads once and keeps was read before."""
    client.get(f"{SEARCH}&hub=sociaal-circulaire-hub-gent&material=wood")
    with CaptureQueriesContext(connection) as context:
        answer = client.get(path, **more)
    if answer.status_code >= 400 and path.startswith(("/api/", "/tiles/", "/ogc/")):
        assert answer["Content-Type"] == "application/problem+json"
        assert len(answer.content) < 3_000
    return answer.status_code, len(context)


@pytest.mark.parametrize(
    ("path", "status", "most"),
    [
        (f"{SEARCH}&page_size={10**6}", 400, 0),
        (f"{SEARCH}&page_size=-{THIRTY}", 400, 0),
        (f"{SEARCH}&page_size=100", 200, 4),
        (f"{SEARCH}&radius_km=40075", 400, 0),
        (f"{SEARCH}&radius_km=1e308", 400, 0),
        (f"{SEARCH}&radius_km=1e-300", 200, 4),
        (f"{SEARCH}&to_lat=51&to_lon=4&detour_km=40075", 400, 0),
        (f"{SEARCH}&q={'a' * 10_000}", 400, 0),
        (f"{SEARCH}&q={quote('🪵' * 10_000)}", 400, 0),
        (f"{SEARCH}&{'&'.join(f'material=wood-{number}' for number in range(900))}", 400, 0),
        (f"{SEARCH}&{'&'.join(['material=wood'] * 1_000)}", 400, 0),
        (f"{SEARCH}&{'&'.join(['material=wood'] * 900)}", 400, 0),
        (f"{SEARCH}&{'&'.join(f'nothing{number}=1' for number in range(990))}", 400, 0),
        (f"{SEARCH}&{'&'.join(f'nothing{number}=1' for number in range(2_000))}", 400, 0),
        (f"{SEARCH}&material={'x' * 10_000}", 400, 1),
        (f"{SEARCH}&hub={'x' * 10_000}", 400, 1),
        (f"{SEARCH}&kind={'x' * 10_000}", 400, 0),
        (f"{SEARCH}&min_quantity={THIRTY}&unit=kg", 400, 0),
        (f"{SEARCH}&max_price={'9' * 10_000}", 400, 0),
        (f"{SEARCH}&available_on=9999-12-31", 200, 4),
        (f"{SEARCH}&available_on=0001-01-01", 200, 4),
        (f"{SEARCH}&cursor={'x' * 10_000}", 400, 0),
        (f"{SEARCH}&cursor={':'.join('x' * 100)}", 400, 0),
        (f"/api/v1/search/?bbox={WORLD}", 200, 4),
        (f"/api/v1/search/?bbox={WORLD}&q=paletten", 200, 12),
        (f"/api/v1/search/?bbox={','.join(['1' * 10_000] * 4)}", 400, 0),
        (f"/api/v1/search/?bbox={','.join('1' * 10_000)}", 400, 0),
        (f"/api/v1/search/?lat={'5' * 10_000}&lon=3", 400, 0),
        (f"/api/v1/search/facets/?bbox={WORLD}", 200, 8),
        (f"/api/v1/geocode/?q={'a' * 10_000}", 400, 0),
        (f"/api/v1/materials/?q={'a' * 10_000}", 400, 0),
        (f"/api/v1/listings/{THIRTY}/", 404, 0),
        (f"/api/v1/listings/{THIRTY}/matches/", 404, 0),
        (f"/api/v1/listings/?cursor={'x' * 10_000}", 400, 0),
        (f"/api/v1/hubs/{'x' * 10_000}/", 404, 1),
        (f"/api/v1/hubs/sociaal-circulaire-hub-gent/pairs/?cursor={'x' * 10_000}", 400, 1),
        (f"/api/v1/hubs/sociaal-circulaire-hub-gent/pairs/?page_size={10**6}", 400, 1),
        ("/tiles/listings/30/1/1.mvt", 404, 0),
        (f"/tiles/listings/30/{2**30}/{2**30}.mvt", 404, 0),
        ("/tiles/listings/10/1024/0.mvt", 404, 0),
        ("/tiles/listings/10/0/1024.mvt", 404, 0),
        ("/tiles/listings/10/-1/0.mvt", 404, 0),
        (f"/tiles/listings/10/{THIRTY}/{THIRTY}.mvt", 404, 0),
        (f"/tiles/listings/{THIRTY}/1/1.mvt", 404, 0),
        (f"/tiles/hubs/{THIRTY}/{THIRTY}/{THIRTY}.mvt", 404, 0),
        ("/tiles/listings/0/0/0.mvt", 204, 1),
        (f"/tiles/listings/0/0/0.mvt?q={'a' * 10_000}", 400, 0),
        (f"/tiles/listings/10/522/342.mvt?radius_km=40075&{HERE}", 400, 0),
    ],
    ids=lambda value: value[:70] if isinstance(value, str) else None,
)
def test_far_too_much_is_refused_or_answered_in_a_few_queries(
    outsider: Client, path: str, status: int, most: int
) -> None:
    found, took = asked(outsider, path)
    assert found == status
    assert took <= most


@pytest.mark.parametrize("words", STRANGE_WORDS)
def test_words_that_say_nothing_find_nothing_in_a_few_queries(outsider: Client, words: str) -> None:
    published()
    for path, most in {
        f"{SEARCH}&q={quote(words)}": 12,
        f"/?q={quote(words)}": 52,
        f"/tiles/listings/14/8360/5477.mvt?q={quote(words)}": 7,
        f"/api/v1/geocode/?q={quote(words[:100])}": 9,
        f"/api/v1/materials/?q={quote(words[:100])}": 4,
    }.items():
        status, took = asked(outsider, path)
        assert status in (200, 204, 400), path
        assert took <= most, path


@pytest.mark.parametrize("words", ["%", "%%", "_", "\\", "%s", "____", "%_%"])
def test_wildcards_stand_for_nothing_else(outsider: Client, words: str) -> None:
    published()
    assert outsider.get(f"{SEARCH}&q={quote(words)}").json()["count"]["value"] == 0


@pytest.mark.parametrize(
    ("path", "status", "most"),
    [
        (f"/?page_size={10**6}", 200, 24),
        ("/?lat=51.05&lon=3.72&radius_km=40075", 200, 24),
        (f"/?q={'a' * 10_000}", 200, 24),
        (f"/?place={'a' * 10_000}", 200, 24),
        (f"/?{'&'.join(['material=wood'] * 1_001)}", 400, 0),
        (f"/?bbox={WORLD}", 200, 24),
        ("/?hub=sociaal-circulaire-hub-gent", 200, 32),
        (f"/?cursor={'x' * 10_000}", 200, 24),
        (f"/zoekertje/{THIRTY}/", 404, 24),
        (f"/zoekertje/{THIRTY}/kaart/", 404, 24),
    ],
    ids=lambda value: value[:70] if isinstance(value, str) else None,
)
def test_pages_say_what_is_wrong_too(outsider: Client, path: str, status: int, most: int) -> None:
    found, took = asked(outsider, path)
    assert found == status
    assert took <= most


@pytest.mark.usefixtures("collector_waits")
@pytest.mark.parametrize(
    "body",
    [b"[" * 10_000, b'{"a":' * 10_000 + b"1" + b"}" * 10_000, b'{"title": ' + b"[" * 2_000 + b"]" * 2_000 + b"}"],
    ids=["open", "deep", "deep in a field"],
)
def test_deep_json_is_refused(outsider: Client, body: bytes) -> None:
    user = make_user()
    make_organisation(user)
    outsider.force_login(user)
    with CaptureQueriesContext(connection) as context:
        answer = outsider.post("/api/v1/listings/", body, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert len(context) <= 4


def test_what_is_too_long_to_read_isn_t_read(outsider: Client) -> None:
    user = make_user()
    outsider.force_login(user)
    with CaptureQueriesContext(connection) as context:
        answer = outsider.post("/api/v1/listings/", b" " * 30_000_000, content_type="application/json")
    assert answer.status_code in (400, 413)
    assert len(context) <= 4
