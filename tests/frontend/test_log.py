"""The logs of an organisation and of a hub: who reads which, and what each is told."""

import datetime as dt
from decimal import Decimal
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import strip_tags

from accounts import services as accounts
from accounts.models import HubStaff, Organisation, User
from geo.models import Hub
from journal.events import record
from listings import services
from listings.capacity.services import book_capacity
from listings.imports.services import confirm_import, run_check, run_store, start_import
from listings.verbs import ListingVerb
from materials.models import Material
from tests.journal.test_every_service import photo_file
from tests.makers import draft, make_organisation, make_site, make_user, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return make_user(name="Bo Baas")


@pytest.fixture
def organisation(admin: User) -> Organisation:
    return make_organisation(admin)


@pytest.fixture
def hub() -> Hub:
    return Hub.objects.get(slug="sociaal-circulaire-hub-gent")


@pytest.fixture
def manager(hub: Hub) -> User:
    user = make_user(name="Hanne Hub")
    HubStaff.objects.create(hub=hub, user=user, role="manager")
    return user


def read(client: Client, user: User, name: str, slug: str, **query: Any) -> str:
    client.force_login(user)
    answer = client.get(reverse(name, args=[slug]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_only_admins_read_an_organisation_s_log_and_only_managers_a_hub_s(
    client: Client, organisation: Organisation, admin: User, hub: Hub, manager: User
) -> None:
    member, editor, operator = make_user(), make_user(), make_user(is_superuser=True, is_staff=True)
    organisation.memberships.create(user=member, role="member")
    HubStaff.objects.create(hub=hub, user=editor, role="editor")
    own, of_hub = reverse("organisation-log", args=[organisation.slug]), reverse("hub-log", args=[hub.slug])
    expected = {own: {admin}, of_hub: {manager}}
    for user in (admin, member, manager, editor, operator, make_user()):
        client.force_login(user)
        for address, readers in expected.items():
            assert client.get(address).status_code == (200 if user in readers else 403), (user, address)
    client.logout()
    assert {client.get(address).status_code for address in expected} == {302}


def test_an_admin_reads_who_did_what_with_before_and_after(
    client: Client, organisation: Organisation, admin: User
) -> None:
    listing = published(by=admin, organisation=organisation, title="Planken")
    services.update_listing(by=admin, listing=listing, title="Balken")
    page = read(client, admin, "organisation-log", organisation.slug)
    for words in ("Bo Baas wijzigde", "Planken → Balken", "Bo Baas publiceerde", "opdracht op de server"):
        assert words in page
    assert page.index("Bo Baas wijzigde") < page.index("Bo Baas publiceerde")


def test_who_is_no_member_is_not_named(client: Client, organisation: Organisation, admin: User) -> None:
    listing = published(by=admin, organisation=organisation)
    operator = make_user(is_superuser=True, is_staff=True, name="Olga Operator")
    services.take_down_listing(by=operator, listing=listing)
    page = read(client, admin, "organisation-log", organisation.slug)
    assert "Een beheerder van Werkstof haalde" in page
    assert "Olga Operator" not in page


def test_staff_of_a_hub_is_not_named_to_an_organisation(
    client: Client, organisation: Organisation, admin: User, hub: Hub, manager: User
) -> None:
    accounts.add_hub_partner(by=manager, hub=hub, organisation=organisation)
    page = read(client, admin, "organisation-log", organisation.slug)
    assert f"{organisation.name} is nu partner van {hub.name}." in words(page)
    assert "door iemand van buiten de organisatie" in page
    assert "Hanne Hub" not in page


def test_a_manager_reads_which_organisation_but_neither_who_nor_drafts_nor_values(
    client: Client, organisation: Organisation, admin: User, hub: Hub, manager: User
) -> None:
    draft(by=admin, organisation=organisation, title="Geheim concept")
    listing = published(by=admin, organisation=organisation, title="Planken")
    services.update_listing(by=admin, listing=listing, reference="intern-77", title="Balken")
    accounts.update_hub(by=manager, hub=hub, intro="Welkom allemaal")
    page = read(client, manager, "hub-log", hub.slug)
    for words in (
        organisation.name,
        "wijzigde",
        "eigen referentie",
        "Hanne Hub wijzigde de pagina van",
        "Welkom allemaal",
    ):
        assert words in page
    for words in ("Bo Baas", "intern-77", "Geheim concept", "Planken"):
        assert words not in page


def test_a_log_is_narrowed_by_what_and_by_day(client: Client, organisation: Organisation, admin: User) -> None:
    published(by=admin, organisation=organisation)
    accounts.update_organisation(by=admin, organisation=organisation, description="Hout")
    today, slug = timezone.localdate(), organisation.slug
    page = read(client, admin, "organisation-log", slug, about="organisation")
    assert "wijzigde de gegevens van" in page
    assert "publiceerde" not in page
    page = read(client, admin, "organisation-log", slug, first_day=today.isoformat(), last_day=today.isoformat())
    assert "publiceerde" in page
    tomorrow = today + dt.timedelta(days=1)
    assert "nog niets gebeurd" in read(client, admin, "organisation-log", slug, first_day=tomorrow.isoformat())
    yesterday = today - dt.timedelta(days=1)
    assert "nog niets gebeurd" in read(client, admin, "organisation-log", slug, last_day=yesterday.isoformat())


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"first_day": "31/02/2026"}, "is geen datum. Schrijf ze als"),
        ({"about": "alles en nog wat"}, "Selecteer een geldige keuze"),
        ({"first_day": "2026-11-02", "last_day": "2026-11-01"}, "Kies een dag na de eerste."),
        ({"last_day": "9999-12-31"}, "nog niets gebeurd"),
    ],
)
def test_what_a_log_can_not_read_it_says(
    client: Client, organisation: Organisation, admin: User, query: dict[str, str], says: str
) -> None:
    assert says in read(client, admin, "organisation-log", organisation.slug, **query)


def test_a_long_log_has_pages_in_a_fixed_number_of_queries(
    client: Client, organisation: Organisation, admin: User, django_assert_num_queries: Any
) -> None:
    listings, materials = [published() for _number in range(4)], list(Material.objects.all()[:60])

    def log(count: int) -> None:
        for number in range(count):
            changes = {"material": [None, materials[number].pk]}
            record(
                ListingVerb.CHANGED, listings[number % 4], by=admin, organisation_id=organisation.pk, changes=changes
            )

    log(3)
    client.force_login(admin)
    address = reverse("organisation-log", args=[organisation.slug])
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    log(60)
    with django_assert_num_queries(len(few)):
        first = client.get(address)
    assert len(first.context["lines"]) == 50
    second = client.get(address, {"cursor": first.context["next_cursor"]})
    assert len(second.context["lines"]) == 13
    assert second.context["next_cursor"] == ""
    other = reverse("organisation-log", args=[make_organisation(admin).slug])
    foreign = client.get(other, {"cursor": first.context["next_cursor"]}, follow=True)
    assert "hoort niet bij deze lijst" in foreign.content.decode()


def test_a_hub_s_log_has_a_fixed_number_of_queries(
    client: Client, hub: Hub, manager: User, django_assert_num_queries: Any
) -> None:
    def happen(count: int) -> None:
        for _number in range(count):
            accounts.add_hub_staff(by=manager, hub=hub, user=make_user())
            accounts.add_hub_partner(by=manager, hub=hub, organisation=make_organisation())
            service = published("service")
            book(service.maker, service)  # type: ignore[attr-defined]

    happen(1)
    client.force_login(manager)
    address = reverse("hub-log", args=[hub.slug])
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    happen(6)
    with django_assert_num_queries(len(few)):
        page = client.get(address)
    assert len(page.context["lines"]) == 4 * 7


def book(by: User, service: Any, **more: Any) -> dt.date:
    monday = timezone.localdate() - dt.timedelta(days=timezone.localdate().weekday()) + dt.timedelta(weeks=2)
    book_capacity(by=by, service=service, week_start=monday, quantity=Decimal("2.5"), **more)
    return monday


def words(page: str) -> str:
    return " ".join(unescape(strip_tags(page)).split())


def test_who_came_to_work_for_a_hub_is_named_with_the_role(client: Client, hub: Hub, manager: User) -> None:
    came = accounts.add_hub_staff(by=manager, hub=hub, user=make_user(name="Elke Nieuw"))
    accounts.change_hub_role(by=manager, staff=came, role="manager")
    accounts.remove_hub_staff(by=manager, staff=came)
    page = words(read(client, manager, "hub-log", hub.slug))
    assert f"Elke Nieuw werkt nu voor {hub.name}, als hubmedewerker." in page
    assert "Hanne Hub gaf Elke Nieuw een andere rol: hubbeheerder in plaats van hubmedewerker." in page
    assert f"Elke Nieuw werkt niet meer voor {hub.name}." in page


def test_who_left_without_a_name_is_not_named_by_address(client: Client, hub: Hub, manager: User) -> None:
    left = accounts.add_hub_staff(by=manager, hub=hub, user=make_user())
    accounts.remove_hub_staff(by=manager, staff=left)
    page = read(client, manager, "hub-log", hub.slug)
    assert left.user.email not in page
    assert "Iemand die er niet meer bij is werkt niet meer voor" in page


def test_what_someone_calls_themselves_is_text(client: Client, hub: Hub, manager: User) -> None:
    accounts.add_hub_staff(by=manager, hub=hub, user=make_user(name="<b>Bo</b>{who}"))
    page = read(client, manager, "hub-log", hub.slug)
    assert "&lt;b&gt;Bo&lt;/b&gt;{who}" in page


def test_a_booked_week_names_the_service_the_amount_and_the_week(client: Client, hub: Hub, manager: User) -> None:
    service = published("service", title="Fietsen herstellen")
    supply = published(title="Oude fietsen", organisation=service.organisation, by=service.maker)  # type: ignore[attr-defined]
    monday = book(manager, service, supply=supply)
    page = read(client, manager, "hub-log", hub.slug)
    day = date_format(monday, "j F Y")
    assert f"Hanne Hub boekte 2,5\N{NO-BREAK SPACE}stuks in de week van {day} bij Fietsen herstellen." in unescape(
        strip_tags(page)
    )
    for listing in (service, supply):
        assert f'href="{listing.get_absolute_url()}"' in page


def test_a_photo_names_its_listing(client: Client, organisation: Organisation, admin: User, hub: Hub) -> None:
    listing = published(by=admin, organisation=organisation, title="Planken")
    services.add_photo(by=admin, listing=listing, upload=photo_file())
    page = read(client, admin, "organisation-log", organisation.slug)
    assert "Bo Baas voegde een foto toe aan Planken." in words(page)
    assert listing.get_absolute_url() in page


def test_an_amount_says_its_unit_also_where_that_stayed(
    client: Client, organisation: Organisation, admin: User
) -> None:
    listing = published(by=admin, organisation=organisation)
    services.update_listing(by=admin, listing=listing, quantity="12.5", price_kind="fixed", price_eur="1250")
    page = read(client, admin, "organisation-log", organisation.slug).replace("\N{NO-BREAK SPACE}", " ")
    for shown in ("40 stuks → 12,5 stuks", "op aanvraag → vaste prijs", "€ 1\N{NARROW NO-BREAK SPACE}250"):
        assert shown in page


@pytest.mark.parametrize("publish", [True, False])
def test_a_hub_reads_which_listings_an_import_published_there(
    client: Client, organisation: Organisation, admin: User, hub: Hub, manager: User, publish: bool
) -> None:
    make_site(organisation)
    rows = "".join(f"Houten paletten;{count};stuks;Partij {count}\n" for count in range(1, 13))
    upload = SimpleUploadedFile("geheime naam.csv", f"materiaal;hoeveelheid;eenheid;titel\n{rows}".encode())
    made = start_import(by=admin, organisation=organisation, upload=upload, publish=publish)
    run_check(made)
    run_store(confirm_import(by=admin, listing_import=made))
    page = words(read(client, manager, "hub-log", hub.slug, about="imports"))
    assert (f"De lijst van {organisation.name} is ingelezen." in page) is publish
    assert ("Partij 1, Partij 2," in page and "en 2 andere" in page) is publish
    assert "geheime naam" not in page
    own = read(client, admin, "organisation-log", organisation.slug)
    assert "De lijst “geheime naam.csv” is ingelezen." in own
    assert "<dt>Nieuwe zoekertjes</dt><dd>12</dd>" in own
    assert "Fouten" not in own
    assert "gewijzigd" not in own


def test_a_hub_reads_what_an_operator_s_command_imported(
    client: Client, organisation: Organisation, hub: Hub, manager: User, tmp_path: Path
) -> None:
    make_site(organisation)
    given = tmp_path / "lijst.csv"
    given.write_text("materiaal;hoeveelheid;eenheid;titel\nHouten paletten;12;stuks;Partij één\n")
    call_command("import_listings", str(given), organisation=organisation.pk, stdout=StringIO())
    page = words(read(client, manager, "hub-log", hub.slug, about="imports"))
    assert f"De lijst van {organisation.name} is ingelezen." in page
    assert "Partij één" in page
