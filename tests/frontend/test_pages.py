"""Pages: who may open them, how many queries they take, and what their forms refuse."""

import datetime as dt
import html
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import HubStaff, Organisation, User
from geo.models import Hub
from listings.models import Listing, ListingImport
from matching.pairs.batch import pair_all
from tests.makers import (
    GENT,
    TODAY,
    demand_that_all_kinds_serve,
    draft,
    make_organisation,
    make_site,
    make_user,
    published,
)

pytestmark = pytest.mark.django_db
HUB = "sociaal-circulaire-hub-gent"


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


@pytest.fixture
def people() -> dict[str, Any]:
    """A member with an organisation, a stranger with another, a hub's manager, and nobody."""
    member, stranger, manager = make_user(), make_user(), make_user()
    organisation = make_organisation(member)
    make_organisation(stranger)
    HubStaff.objects.create(hub=Hub.objects.get(slug=HUB), user=manager, role="manager")
    return {
        "nobody": None, "member": member, "stranger": stranger, "manager": manager, "organisation": organisation,
    }  # fmt: skip


#: For each page: what nobody, a stranger, a member and a hub's manager get. 302 leads to the log-in.
TABLE = {
    "home": (200, 200, 200, 200),
    "search-feed": (200, 200, 200, 200),
    "robots": (200, 200, 200, 200),
    "sitemap": (200, 200, 200, 200),
    "catalog": (200, 200, 200, 200),
    "hubs": (200, 200, 200, 200),
    "hub": (200, 200, 200, 200),
    "hub-pairs": (200, 200, 200, 200),
    "hub-statistics": (200, 200, 200, 200),
    "hub-settings": (302, 403, 403, 200),
    "hub-weights": (302, 403, 403, 200),
    "hub-plan": (302, 403, 403, 200),
    "hub-plan-table": (302, 403, 403, 404),
    "organisation": (200, 200, 200, 200),
    "organisation-settings": (302, 403, 200, 403),
    "site-new": (302, 403, 200, 403),
    "import-new": (302, 403, 200, 403),
    "listing": (200, 200, 200, 200),
    "listing-matches": (200, 200, 200, 200),
    "listing-map-card": (200, 200, 200, 200),
    "listing-edit": (302, 404, 200, 404),
    "draft": (404, 404, 200, 404),
    "draft-edit": (302, 404, 200, 404),
    "import": (302, 404, 200, 404),
    "my-listings": (302, 200, 200, 200),
    "my-matches": (302, 200, 200, 200),
    "my-account": (302, 200, 200, 200),
    "post": (302, 200, 200, 302),
    "about": (200, 200, 200, 200),
    "help": (200, 200, 200, 200),
    "privacy": (200, 200, 200, 200),
    "terms": (200, 200, 200, 200),
    "contact": (200, 200, 200, 200),
    "style": (200, 200, 200, 200),
}


@pytest.mark.parametrize("page", TABLE)
def test_who_may_open_a_page(page: str, people: dict[str, Any]) -> None:
    organisation = people["organisation"]
    listing = published(by=people["member"], organisation=organisation)
    hidden = draft(by=people["member"], organisation=organisation)
    load = ListingImport.objects.create(organisation=organisation, name="stock.csv", file="stock.csv")
    arguments: dict[str, list[Any]] = {
        "hub": [HUB], "hub-pairs": [HUB], "hub-statistics": [HUB], "hub-settings": [HUB], "hub-plan": [HUB],
        "hub-plan-table": [HUB], "hub-weights": [HUB], "import": [load.pk], "draft": [hidden.pk],
        "draft-edit": [hidden.pk],
        **{page: [organisation.slug] for page in ("organisation", "organisation-settings", "site-new", "import-new")},
        **{page: [listing.pk] for page in ("listing", "listing-matches", "listing-map-card", "listing-edit")},
    }  # fmt: skip
    address = reverse({"draft": "listing", "draft-edit": "listing-edit"}.get(page, page), args=arguments.get(page, []))
    got = [client_of(people[who]).get(address).status_code for who in ("nobody", "stranger", "member", "manager")]
    assert tuple(got) == TABLE[page]


#: What changes something: only a member may; the rest is turned away and nothing changes.
WRITES = {
    "listing-edit": {"title": "Gekaapt"},
    "listing-autosave": {"title": "Gekaapt"},
    "listing-step": {"status": "withdrawn"},
    "listing-delete": {},
    "listing-photo": {},
    "listing-blur-site": {},
    "organisation-settings": {"name": "Gekaapt", "kind": "company"},
    "invite": {"email": "x@y.example", "role": "admin"},
    "import-new": {},
    "hub-settings": {"intro": "Gekaapt", "buffer_km": "5"},
    "hub-partner-add": {"organisation": "1"},
    "hub-weights": {"action": "standard"},
    "hub-plan-ask": {},
    "hub-plan-stop": {},
}


@pytest.mark.parametrize("page", WRITES)
@pytest.mark.parametrize("who", ["nobody", "stranger"])
def test_others_change_nothing(page: str, who: str, people: dict[str, Any]) -> None:
    organisation: Organisation = people["organisation"]
    listing = published(by=people["member"], organisation=organisation)
    argument = HUB if page.startswith("hub") else listing.pk if page.startswith("listing") else organisation.slug
    answer = client_of(people[who]).post(reverse(page, args=[argument]), WRITES[page])
    assert answer.status_code in (302, 403, 404)
    if answer.status_code == 302:
        assert answer["Location"].startswith(("/account/login/", f"/hubs/{HUB}/"))
    after = Listing.objects.get(pk=listing.pk)
    assert (after.title, after.status, after.precision) == ("Houten paletten", "published", "exact")
    assert Organisation.objects.get(pk=organisation.pk).name == organisation.name
    assert not organisation.invitations.exists()
    assert Hub.objects.get(slug=HUB).intro != "Gekaapt"


def test_a_page_that_changes_something_needs_its_token(people: dict[str, Any]) -> None:
    listing = published(by=people["member"], organisation=people["organisation"])
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["member"])
    answer = client.post(reverse("listing-step", args=[listing.pk]), {"status": "withdrawn"})
    assert answer.status_code == 403


@pytest.mark.parametrize("count", [1, 12])
@pytest.mark.parametrize(
    ("page", "most"),
    # Two of these count for the menu: exchanges that wait for the reader, and messages that are new. One beside pairs
    # of others tells for which partners of their hub the reader may ask.
    [("home", 22), ("my-listings", 12), ("my-matches", 11), ("hub", 28), ("hub-pairs", 13), ("organisation", 16),
     ("listing-matches", 28), ("hubs", 10)],
)  # fmt: skip
def test_a_list_takes_the_same_queries_for_one_and_many(
    page: str, most: int, count: int, people: dict[str, Any], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    organisation = people["organisation"]
    demand = published("demand", by=people["member"], organisation=organisation)
    for _number in range(count):
        published()
    for _number in range(count):
        published("demand", by=people["member"], organisation=organisation, quantity=7)
    pair_all(at=timezone.now())
    client = client_of(people["member"])
    arguments = {"hub": [HUB], "hub-pairs": [HUB], "organisation": [organisation.slug], "listing-matches": [demand.pk]}
    address = reverse(page, args=arguments.get(page, []))
    client.get(address)  # what a process reads once
    with django_assert_max_num_queries(most):
        assert client.get(address).status_code == 200


def test_chains_and_a_bundle_take_the_same_queries_for_few_and_many() -> None:
    taken = {}
    for count in (2, 9):
        demand = demand_that_all_kinds_serve(count)
        client, address = client_of(demand.maker), reverse("listing-matches", args=[demand.pk])  # type: ignore[attr-defined]
        client.get(address)  # what a process reads once
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        assert len(answer.context["chains"]) >= 2 * count
        assert len(answer.context["bundle"].stops) >= count
        taken[count] = len(queries)
        Organisation.objects.all().delete()
    assert taken[2] == taken[9] <= 40, taken


def test_a_place_that_may_have_been_meant_is_a_link_away(client: Client) -> None:
    answer = client.get("/", {"place": "Gnet", "q": "hout", "radius_km": "10"})
    assert "“Gnet” ken ik niet. Bedoel je Gent?" in answer.content.decode()
    (guess,) = answer.context["asked"].guesses
    followed = client.get(f"/?{guess.query}").context["asked"]
    assert (followed.place, followed.words, followed.parameters.radius_km) == ("Gent", "hout", 10)


def test_nothing_found_offers_a_wider_material_and_a_demand_for_the_same(people: dict[str, Any]) -> None:
    client = client_of(people["member"])
    asked = {"q": "europalletten", "place": "Gent", "radius_km": "5"}
    results = client.get("/", asked).context["results"]
    assert any(hint.label.startswith("Zoek ruimer: ") for hint in results.hints)
    answer = client.get("/", {"material": "wood-pallets", "place": "Gent"})
    posting = reverse("post") + "?" + answer.context["results"].demand_query
    assert posting in html.unescape(answer.content.decode())
    assert html.escape(posting) in client.get(posting).content.decode()
    client.post(posting, {"kind": "demand", "organisation": people["organisation"].slug})
    demand = Listing.objects.get()
    assert demand.material
    assert (demand.kind, demand.status, demand.material.code) == ("demand", "draft", "wood-pallets")


def test_an_address_with_mistakes_names_them_and_searches_nothing(client: Client) -> None:
    for query, says in (
        ({"place": "Nergenshuizen"}, "ken ik niet"),
        ({"place": "a"}, "Bedoel je Antwerpen,"),
        ({"place": "Parijs"}, "Parijs ligt buiten Vlaanderen en Brussel"),
        ({"place": "Londen"}, "Londen ligt buiten Vlaanderen en Brussel"),
        ({"lat": "3.7", "lon": "51"}, "omgewisseld"),
        ({"lat": "nan", "lon": "3"}, "geen getal"),
        ({"lat": "1e999", "lon": "3"}, "eindig getal"),
        ({"place": "Gent", "radius_km": "-1"}, "straal"),
        ({"place": "Gent", "radius_km": "1000000000"}, "straal"),
        ({"material": "unobtainium"}, "geen materiaal"),
        ({"q": "x" * 300}, "hoogstens"),
        ({"cursor": "forged"}, "cursor"),
        ({"min_quantity": "9999999999", "unit": "kg"}, "miljard"),
        ({"min_quantity": "1e9", "unit": "kg"}, "voluit"),
    ):
        answer = client.get("/", query)
        assert answer.status_code == 200
        assert says in answer.content.decode(), query


@pytest.mark.parametrize(
    ("typed", "meant"), [("veldstraat 1 gent", "Gent"), ("oostend", "Oostende"), ("Gand", "Gent")]
)
def test_an_unchosen_place_is_taken_where_it_is_sure(client: Client, typed: str, meant: str) -> None:
    assert f"binnen 25 km van {meant}" in client.get("/", {"place": typed, "radius_km": "25"}).content.decode()


@pytest.mark.parametrize("address", [f"/hubs/{HUB}/koppels/", "/mijn/matches/", "matches"])
def test_a_foreign_cursor_leads_to_the_first_page(address: str, people: dict[str, Any]) -> None:
    listing = published(by=people["member"], organisation=people["organisation"])
    address = f"/zoekertje/{listing.pk}/matches/" if address == "matches" else address
    answer = client_of(people["member"]).get(address, {"cursor": "x"}, follow=True)
    assert answer.redirect_chain == [(address, 302)]
    assert "hoort niet bij deze lijst" in answer.content.decode()


@pytest.mark.parametrize(
    "query", [{"bbox": "-180,-90,180,90"}, {"bbox": "100,10,120,20"}, {"place": "\x00"}, {"place": "Ge\x00nt"}]
)
def test_odd_boxes_and_bytes_break_nothing(client: Client, query: dict[str, str]) -> None:
    assert client.get("/", query).status_code == 200
    assert client.get("/api/v1/search/", query).status_code in (200, 400)


def test_a_chosen_material_is_not_also_searched_as_words(client: Client) -> None:
    listing = published(title="Iets zonder dat woord")
    page = client.get("/", {"material": "wood-pallets", "q": "Houten paletten", "place": "Gent"}).content.decode()
    assert listing.title in page


def form(listing: Listing, **more: Any) -> dict[str, Any]:
    """What the browser sends for a complete supply."""
    return {
        "title": listing.title, "material": "wood-pallets", "quantity": "40", "unit": "piece", "condition": "3",
        "lat": GENT[0], "lon": GENT[1], "precision": "exact", "available_from": TODAY.isoformat(),
        "price_kind": "on_request", "price_basis": "lot", "recurrence": "one_off", "pickup": "on",
        "declared_status": "unsure", "action": "publish",
    } | more  # fmt: skip


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"quantity": "0"}, "meer dan 0"),
        ({"quantity": "9999999999"}, "hoogstens een miljard"),
        ({"quantity": "1e9"}, "voluit"),
        ({"quantity": "veel"}, "geen getal"),
        ({"lat": "nan"}, "getal"),
        ({"lat": "3.7", "lon": "51"}, "omgewisseld"),
        ({"lat": "40", "lon": "-3"}, "niet in België"),
        ({"available_until": (TODAY - dt.timedelta(days=3)).isoformat()}, "De einddatum ligt voor de begindatum"),
        ({"unit": "litre"}, "past niet bij het materiaal"),
        ({"material": "unobtainium"}, "Kies een materiaal uit de lijst"),
        ({"title": "x" * 141}, "140"),
        ({"price_kind": "fixed"}, "bedrag"),
        ({"eural_code": "12"}, "euralcode"),
        ({"reach_km": "-1"}, "1"),
        ({"pickup": ""}, "Kies afhalen, leveren of allebei"),
    ],
)
def test_a_wrong_field_is_named_and_the_draft_is_not_published(change: dict[str, str], says: str) -> None:
    listing = draft()
    client = client_of(listing.created_by)
    answer = client.post(reverse("listing-edit", args=[listing.pk]), form(listing, **change))
    assert answer.status_code == 200
    assert says.lower() in answer.content.decode().lower()
    assert Listing.objects.get(pk=listing.pk).status == "draft"


def test_a_ten_megabyte_title_is_refused_without_reading_on() -> None:
    listing = draft()
    client = client_of(listing.created_by)
    answer = client.post(reverse("listing-edit", args=[listing.pk]), form(listing, title="x" * 10_000_000))
    assert answer.status_code == 400
    assert "titel of de beschrijving" in answer.content.decode()
    assert Listing.objects.get(pk=listing.pk).title == listing.title


def test_another_site_moves_the_listing_also_without_javascript() -> None:
    listing = draft()
    aalst = make_site(listing.organisation, 50.938, 4.04)
    client = client_of(listing.created_by)
    assert listing.location is not None
    fields = form(listing, site=aalst.pk, lat=listing.location.y, lon=listing.location.x)
    answer = client.post(reverse("listing-edit", args=[listing.pk]), fields)
    assert answer.status_code == 302
    moved = Listing.objects.get(pk=listing.pk)
    assert moved.location == aalst.location
    assert moved.municipality is not None
    assert moved.municipality.name_nl == "Aalst"


def test_a_listing_that_is_closed_has_no_form_to_change_it() -> None:
    listing = published()
    client = client_of(listing.created_by)
    client.post(reverse("listing-step", args=[listing.pk]), {"status": "closed"})
    address = reverse("listing-edit", args=[listing.pk])
    for answer in (
        client.get(address, follow=True),
        client.post(address, form(listing, title="Anders", action="save"), follow=True),
    ):
        assert answer.redirect_chain == [(reverse("listing", args=[listing.pk]), 302)]
        assert "verandert niet meer" in answer.content.decode()
    assert Listing.objects.get(pk=listing.pk).title == listing.title


def test_a_step_that_is_not_allowed_is_refused_in_words() -> None:
    listing = published()
    client = client_of(listing.created_by)
    client.post(reverse("listing-step", args=[listing.pk]), {"status": "closed"})
    answer = client.post(reverse("listing-step", args=[listing.pk]), {"status": "published"}, follow=True)
    assert "kan een zoekertje niet naar" in answer.content.decode()


def test_pages_show_no_exact_place_of_a_blurred_listing(client: Client) -> None:
    listing = published(precision="blurred", at=(51.054321, 3.717432))
    for address in (f"/zoekertje/{listing.pk}/", "/?place=Gent", f"/zoekertje/{listing.pk}/kaart/"):
        page = client.get(address).content.decode()
        assert "51.0543" not in page.replace("51.0543,3.7174", "")
        assert "3.717432" not in page


def test_an_organisation_without_hub_region_is_told_of_the_nearest_hub(client: Client) -> None:
    listing = published(at=(51.2194, 4.4025))
    page = client.get(f"/zoekertje/{listing.pk}/").content.decode()
    assert "ligt in geen hubregio" in page
    assert "CE hub regio Mechelen" in page


@pytest.mark.parametrize("address", ["/nergens/", "/zoekertje/999999999/", "/hubs/geen-hub/", "/organisatie/geen/"])
def test_what_is_not_there_says_so_in_our_own_page(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "Deze bladzijde bestaat niet" in answer.content.decode()


def test_hazardous_waste_is_told_that_it_is_never_paired(client: Client) -> None:
    listing = published(eural_code="17 02 04*")
    assert "Gevaarlijk afval koppelen we niet vanzelf" in client.get(f"/zoekertje/{listing.pk}/").content.decode()


def test_a_demand_says_that_it_asks_at_least_a_condition(client: Client) -> None:
    listing = published(kind="demand", condition=2)
    assert "<dd>minstens te herstellen</dd>" in client.get("/?kind=demand").content.decode()
    assert "<dt>Minstens</dt><dd>Te herstellen</dd>" in client.get(f"/zoekertje/{listing.pk}/").content.decode()


def test_a_listing_that_is_withdrawn_waits_for_no_match() -> None:
    listing = published()
    client = client_of(listing.created_by)
    client.post(reverse("listing-step", args=[listing.pk]), {"status": "withdrawn"})
    for name in ("listing", "listing-matches"):
        page = client.get(reverse(name, args=[listing.pk])).content.decode()
        assert "Alleen een gepubliceerd zoekertje krijgt matches." in page
        assert "Zodra er iets bijkomt" not in page


def test_a_wrong_password_is_refused_in_plain_words(client: Client) -> None:
    answer = client.post("/account/login/", {"login": "wie@test.example", "password": "niet-dit-woord"})
    assert "E-mailadres of wachtwoord klopt niet." in answer.content.decode()


@pytest.mark.parametrize("page", ["/account/signup/", "/account/password/reset/"])
def test_an_address_for_mail_has_one_name(client: Client, page: str) -> None:
    answer = client.get(page, headers={"accept-language": "fr"}).content.decode()
    assert "Adresse e-mail" in answer
    assert "Courriel" not in answer
