"""Huge, tiny and odd values on every way in: each is answered within a second, and never with an error of ours."""

import html
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, NamedTuple
from urllib.parse import quote, urljoin

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import HubStaff
from geo.models import Hub
from listings.api.search import PARAMETERS
from listings.api.serializers import ListingWriteSerializer
from listings.models import Listing
from matching.pairs.batch import pair_all
from tests.makers import TODAY, make_organisation, make_site, make_user, published

pytestmark = pytest.mark.django_db
SLUG = "sociaal-circulaire-hub-gent"
HERE = {"lat": "51.05", "lon": "3.72"}
#: What an answer may take, on a machine that does other things too: of the time of this process, and of the database.
SECONDS, STATEMENT_MS = 1.0, 1_000

NUMBERS = [
    "1e999999999", "-1e999999999", "1e-999999999", "0e999999999", "1e308", "1e309", "-1e309", "1e-400", "nan", "-nan",
    "sNaN", "inf", "-inf", "Infinity", "-0", "+0", "0x10", "0b1", "1_000", "1__0", "１２", "٣", "²", "½", "Ⅷ", "1,5",
    "1.5.5", "1e", "e5", "+-1", "--1", "1/3", "1 000", "9" * 30, "9" * 400, "9" * 5_000, "0" * 5_000 + "1",
    "0." + "0" * 5_000 + "1", str(2**31), str(2**32), str(2**63 - 1), str(2**63), str(-(2**63) - 1), "1e15", "1e-15",
]  # fmt: skip
DAYS = ["0000-00-00", "0001-01-01", "9999-12-31", "10000-01-01", "2026-02-30", "2026-W01-1", "20260101", "-2026-01-01"]
SIGNS = "-\"'\\!&|()<>:*@%_#$^~`+=[]{};,./? \t\n\u00a0\u200b\u200d\u202e\u0301\u05d0\u0627🪵\ufffe\ufffd\x00\x01\x7f"
RUNS = st.builds(
    lambda sign, times: sign * times, st.sampled_from(SIGNS), st.sampled_from([1, 2, 33, 64, 200, 10_000])
)
MIXES = st.builds(
    lambda parts, times: "".join(parts) * times,
    st.lists(
        st.sampled_from(['-"', '""', "-", "or ", " OR ", "-(", "a", "-a ", '"a', "\\", "'", "&", " ", "é", "🪵"])
    ),
    st.sampled_from([1, 12, 40]),
)
TEXTS = st.one_of(
    st.sampled_from(NUMBERS + DAYS), RUNS, MIXES, st.text(max_size=250), st.sampled_from(["a" * 10_000, "é" * 201]),
    st.integers().map(str), st.floats().map(repr), st.sampled_from(["", "null", "true", "[]", "{}", "../etc", "%00"]),
)  # fmt: skip
#: JSON; a lone half of a character can be spelled in it.
VALUES = st.one_of(
    TEXTS, st.integers(), st.sampled_from([10**30, -(10**30), 2**63, 10**400, 1e308, 5e-324, -0.0]), st.floats(),
    st.none(), st.booleans(), st.just("\ud800"), st.lists(TEXTS, max_size=3),
    st.dictionaries(st.sampled_from(["lat", "lon", "x", "y", "srid", "eur", "kind", "\x00"]), TEXTS | st.floats()),
)  # fmt: skip
EACH = settings(
    max_examples=40, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip


class Person(NamedTuple):
    """Somebody who may come everywhere, with what is theirs."""

    client: Client
    supply: Listing
    demand: Listing
    service: Listing


@pytest.fixture
def person() -> Person:
    user = make_user()
    HubStaff.objects.create(hub=Hub.objects.get(slug=SLUG), user=user, role="manager")
    organisation = make_organisation(user)
    make_site(organisation)
    mine = {"organisation": organisation, "by": user}
    supply, demand, service = (published(kind, **mine) for kind in ("supply", "demand", "service"))
    published("demand")
    pair_all(at=supply.created_at)
    client = Client(raise_request_exception=False)
    client.force_login(user)
    for path in SEARCHES:
        client.get(path, HERE)  # what a process reads once
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {STATEMENT_MS}")
    return Person(client, supply, demand, service)


def answer(client: Client, method: str, path: str, *given: Any, **more: Any) -> Any:
    """The answer, which comes in time and is none of an error; what it stored is undone."""
    for _again in range(2):
        with transaction.atomic():
            begun = time.process_time()
            found = getattr(client, method)(path, *given, **more)
            took = time.process_time() - begun
            transaction.set_rollback(True)
        assert found.status_code < 500, (method, path, given, found.content[-500:])
        if took < SECONDS:
            return found
    raise AssertionError((method, path, given, took))


def where(path: str) -> dict[str, str]:
    return {} if path.startswith(("/api/v1/geo", "/api/v1/mat")) else HERE


SEARCHES = ["/api/v1/search/", "/api/v1/search/facets/", "/tiles/listings/10/522/342.mvt", "/", "/aantallen/"]
NAMES = [parameter.name for parameter in PARAMETERS]


@EACH
@given(
    path=st.sampled_from(SEARCHES), given=st.dictionaries(st.sampled_from([*NAMES, "place", "to"]), TEXTS, min_size=1)
)
def test_a_search(person: Person, path: str, given: dict[str, str]) -> None:
    answer(person.client, "get", path, HERE | given)


@EACH
@given(path=st.sampled_from([*SEARCHES, "/api/v1/geocode/", "/api/v1/materials/"]), words=TEXTS)
def test_words(person: Person, path: str, words: str) -> None:
    found = answer(person.client, "get", path, where(path) | {"q": words})
    if path.startswith("/api") and len(words) <= 100 and "\x00" not in words and words.strip():
        assert found.status_code == 200, found.content


@pytest.mark.parametrize("path", ["/api/v1/search/", "/"])
def test_a_run_of_any_sign_breaks_nothing(person: Person, path: str) -> None:
    for words in (sign * times for sign in SIGNS for times in (33, 199)):
        found = answer(person.client, "get", path, HERE | {"q": words})
        assert found.status_code == 200 or "\x00" in words, found.content


@EACH
@given(
    layer=st.sampled_from(["land", "municipalities", "hubs", "places", "listings"]) | TEXTS,
    place=st.tuples(*[st.integers(-1, 20).map(str) | TEXTS] * 3),
)
def test_a_tile(person: Person, layer: str, place: tuple[str, str, str]) -> None:
    answer(person.client, "get", f"/tiles/{quote(layer)}/{'/'.join(map(quote, place))}.mvt")
    answer(person.client, "get", f"/tiles/{quote(layer)}.json")


LISTS = [
    "/api/v1/listings/", f"/api/v1/hubs/{SLUG}/pairs/", "/api/v1/listings/{}/matches/", "/api/v1/listings/{}/chains/",
    "/zoekertje/{}/matches/", "/mijn/zoekertjes/", "/mijn/matches/", f"/hubs/{SLUG}/koppels/",
    f"/hubs/{SLUG}/logboek/", f"/hubs/{SLUG}/partner/zoeken/", f"/api/v1/hubs/{SLUG}/proposals/",
    f"/api/v1/hubs/{SLUG}/enquiries/", "/api/v1/proposals/", "/api/v1/enquiries/",
]  # fmt: skip


@EACH
@given(path=st.sampled_from(LISTS), given=st.dictionaries(
    st.sampled_from(["cursor", "page_size", "page", "q", "kind", "partner", "verb", "after", "state"]) | st.text(),
    TEXTS,
))  # fmt: skip
def test_a_page_of_a_list(person: Person, path: str, given: dict[str, str]) -> None:
    answer(person.client, "get", path.format(person.demand.pk), given)


@EACH
@given(text=TEXTS, path=st.sampled_from([
    "/api/v1/listings/{}/", "/api/v1/listings/{}/matches/", "/api/v1/listings/{}/capacity/", "/api/v1/hubs/{}/",
    "/api/v1/hubs/{}/plan/", "/api/v1/materials/{}/", "/zoekertje/{}/", "/hubs/{}/", "/organisatie/{}/", "/import/{}/",
    "/post/weigeren/{}/", "/uitnodiging/{}/", "/{}", "/api/{}", "/static/{}",
    "/media/photos/{}", "/media/{}", "/tiles/listings/{}/522/342.mvt", "/tiles/municipalities/10/{}/342.mvt",
]))  # fmt: skip
def test_an_address(person: Person, path: str, text: str) -> None:
    answer(person.client, "get", path.format(quote(text)))


HEADERS = [
    "Accept", "Accept-Language", "Accept-Encoding", "Authorization", "If-None-Match", "If-Match", "If-Modified-Since",
    "If-Unmodified-Since", "Range", "Cookie", "Content-Type", "Host", "Origin", "Referer", "User-Agent",
    "X-Request-ID", "X-Forwarded-For", "X-Forwarded-Proto", "X-CSRFToken", "HX-Request", "HX-Current-URL", "HX-Target",
]  # fmt: skip
COOKIES = ["sessionid", "csrftoken", "django_language", "messages", "wrote"]


@EACH
@given(
    path=st.sampled_from(["/api/v1/search/?hub=" + SLUG, "/api/v1/materials/wood/", "/tiles/hubs/8/130/85.mvt", "/"]),
    headers=st.dictionaries(st.sampled_from(HEADERS), TEXTS, min_size=1, max_size=4),
    cookies=st.dictionaries(st.sampled_from(COOKIES), TEXTS, max_size=2),
)
def test_headers(person: Person, path: str, headers: dict[str, str], cookies: dict[str, str]) -> None:
    # What a server hands on has no line ends and no NUL, and is read as Latin-1.
    sent = {name: _as_sent(text) for name, text in headers.items()}
    if cookies:
        sent["Cookie"] = "; ".join(f"{name}={_as_sent(text)}" for name, text in cookies.items())
    answer(Client(raise_request_exception=False), "get", path, headers=sent)
    address = f"/api/v1/listings/{person.supply.pk}/"
    answer(person.client, "patch", address, b'{"title": "Planken"}', content_type="application/json", headers=sent)


def _as_sent(text: str) -> str:
    return text.translate({0: None, 10: None, 13: None}).encode()[:8_000].decode("latin-1")


@pytest.mark.parametrize("length", ["²", "-1", "1e9", "", " ", "9" * 5_000, "20000001"])
def test_a_length(person: Person, length: str) -> None:
    found = answer(
        person.client, "post", "/api/v1/listings/", b"{}", content_type="application/json", CONTENT_LENGTH=length
    )
    assert found.status_code in (400, 413)


FIELDS = sorted(ListingWriteSerializer.Meta.fields)


@EACH
@given(fields=st.dictionaries(st.sampled_from([*FIELDS, "price", "updated_at"]), VALUES, min_size=1, max_size=4))
def test_a_listing_over_the_api(person: Person, fields: dict[str, Any]) -> None:
    goods = {
        "organisation": person.supply.organisation_id, "kind": "supply", "title": "Paletten",
        "material": "wood-pallets", "quantity": 40, "unit": "piece", "condition": "used",
        "available_from": TODAY.isoformat(), "location": {"lat": 51.05, "lon": 3.72},
    }  # fmt: skip
    for method, path, body in (
        ("post", "/api/v1/listings/", goods | fields),
        ("patch", f"/api/v1/listings/{person.supply.pk}/", fields),
        ("post", f"/api/v1/listings/{person.supply.pk}/status/", {"status": next(iter(fields.values()))}),
    ):
        answer(person.client, method, path, body, content_type="application/json")


@EACH
@given(booking=st.fixed_dictionaries({}, optional=dict.fromkeys(("week_start", "quantity", "supply", "note"), VALUES)))
def test_what_else_is_written_over_the_api(person: Person, booking: dict[str, Any]) -> None:
    whole = {"week_start": TODAY.isoformat(), "quantity": 1} | booking
    path = f"/api/v1/listings/{person.service.pk}/capacity/bookings/"
    answer(person.client, "post", path, whole, content_type="application/json")
    points = dict(zip(("material", "distance", "price"), booking.values(), strict=False))
    answer(person.client, "patch", f"/api/v1/hubs/{SLUG}/weights/", points, content_type="application/json")


class Form(NamedTuple):
    """A form of a page: how and where it is sent, and its fields with what stands in them."""

    method: str
    action: str
    fields: dict[str, str]


class _Forms(HTMLParser):
    """The forms of a page. A field that stands outside of a form and names none is left out."""

    def __init__(self, page: str, text: str) -> None:
        super().__init__()
        self.page, self.found, self._inside = page, list[Form](), False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urljoin(self.page, html.unescape(given.get("action") or given.get("hx-post") or self.page))
            self.found.append(Form("post" if "hx-post" in given else given.get("method", "get").lower(), action, {}))
            self._inside = True
        elif tag in ("input", "select", "textarea", "button") and self._inside and given.get("name"):
            self.found[-1].fields.setdefault(given["name"], given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "form"


def pages(person: Person) -> Iterator[str]:
    whose, hub = [person.supply.organisation.slug], [SLUG]
    yield from ("/", "/account/login/", "/account/signup/", "/account/password/reset/", "/organisatie/nieuw/")
    yield from map(reverse, ("my-account", "post", "my-listings"))
    yield from (reverse(name, args=whose) for name in ("organisation-settings", "site-new", "import-new", "invite"))
    yield from (reverse(name, args=hub) for name in ("hub-settings", "hub-weights", "hub-staff", "hub-plan"))
    for listing in (person.supply, person.demand, person.service):
        yield from (reverse(name, args=[listing.pk]) for name in ("listing", "listing-edit"))
    yield reverse("service-weeks", args=[person.service.pk])


def forms(person: Person) -> list[Form]:
    """Every form on every page, once; but those that end the session."""
    found: dict[tuple[str, str, tuple[str, ...]], Form] = {}
    for page in pages(person):
        shown = person.client.get(page)
        for form in _Forms(page, shown.content.decode()).found:
            if "logout" not in form.action and form.fields:
                found.setdefault((form.method, form.action, tuple(form.fields)), form)
    return list(found.values())


def test_a_form_with_a_nul_where_a_row_is_chosen_is_refused(person: Person) -> None:
    page = reverse("listing-edit", args=[person.service.pk])
    assert answer(person.client, "post", page, {"materials": "\x00"}).status_code == 400


@settings(EACH, max_examples=80)
@given(data=st.data())
def test_a_form(person: Person, data: st.DataObject) -> None:
    known = forms(person) if not hasattr(person.client, "known_forms") else person.client.known_forms
    person.client.known_forms = known  # type: ignore[attr-defined] # read once
    assert len(known) > 12
    assert sum(len(form.fields) for form in known) > 60
    form = data.draw(st.sampled_from(known))
    odd = data.draw(st.dictionaries(st.sampled_from(sorted(form.fields)), TEXTS, min_size=1))
    answer(person.client, form.method, form.action, form.fields | odd)
