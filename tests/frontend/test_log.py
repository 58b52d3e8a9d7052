"""The logs of an organisation and of a hub: who reads which, and what each is told."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import services as accounts
from accounts.models import HubStaff, Organisation, User
from geo.models import Hub
from journal.events import record
from listings import services
from listings.verbs import ListingVerb
from tests.makers import draft, make_organisation, make_user, published

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
    for words in ("Zoekertje gewijzigd", "Bo Baas", "Planken → Balken", "Zoekertje gepubliceerd", "commando"):
        assert words in page
    assert page.index("Zoekertje gewijzigd") < page.index("Zoekertje gepubliceerd")


def test_who_is_no_member_is_not_named(client: Client, organisation: Organisation, admin: User) -> None:
    listing = published(by=admin, organisation=organisation)
    operator = make_user(is_superuser=True, is_staff=True, name="Olga Operator")
    services.take_down_listing(by=operator, listing=listing)
    page = read(client, admin, "organisation-log", organisation.slug)
    assert "iemand van buiten de organisatie" in page
    assert "Olga Operator" not in page


def test_a_manager_reads_which_organisation_but_neither_who_nor_drafts_nor_values(
    client: Client, organisation: Organisation, admin: User, hub: Hub, manager: User
) -> None:
    draft(by=admin, organisation=organisation, title="Geheim concept")
    listing = published(by=admin, organisation=organisation, title="Planken")
    services.update_listing(by=admin, listing=listing, reference="intern-77", title="Balken")
    accounts.update_hub(by=manager, hub=hub, intro="Welkom allemaal")
    page = read(client, manager, "hub-log", hub.slug)
    for words in (organisation.name, "Zoekertje gewijzigd", "Eigen referentie", "Hanne Hub", "Welkom allemaal"):
        assert words in page
    for words in ("Bo Baas", "intern-77", "Geheim concept", "Planken"):
        assert words not in page


def test_a_log_is_narrowed_by_what_and_by_day(client: Client, organisation: Organisation, admin: User) -> None:
    published(by=admin, organisation=organisation)
    accounts.update_organisation(by=admin, organisation=organisation, description="Hout")
    today, slug = timezone.localdate(), organisation.slug
    page = read(client, admin, "organisation-log", slug, about="organisation")
    assert "Organisatie gewijzigd" in page
    assert "Zoekertje gepubliceerd" not in page
    page = read(client, admin, "organisation-log", slug, first_day=today.isoformat(), last_day=today.isoformat())
    assert "Zoekertje gepubliceerd" in page
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
    listing = published(by=admin, organisation=organisation)

    def log(count: int) -> None:
        for _number in range(count):
            record(ListingVerb.CHANGED, listing, by=admin, organisation_id=organisation.pk)

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
    assert len(second.context["lines"]) == 15
    assert second.context["next_cursor"] == ""
    other = reverse("organisation-log", args=[make_organisation(admin).slug])
    foreign = client.get(other, {"cursor": first.context["next_cursor"]}, follow=True)
    assert "hoort niet bij deze lijst" in foreign.content.decode()
