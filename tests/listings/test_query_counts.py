"""Pages with lists of an organisation's or a hub's own: as many queries for one row as for many."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import HubPartner, HubStaff, Invitation, Organisation, User
from geo.models import Hub
from listings.models import ListingImport
from tests.makers import make_organisation, make_site, make_user

pytestmark = pytest.mark.django_db
HUB = "sociaal-circulaire-hub-gent"
MANY = 8


def queries_of(user: User, address: str) -> tuple[int, str]:
    """How many queries a page takes once its process is warm, and what it says."""
    client = Client()
    client.force_login(user)
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(queries), answer.content.decode()


def assert_same_for_one_and_many(user: User, address: str, add: Any) -> None:
    """`add` makes one more row of each list and returns words by which the page shows each."""
    shown = [add(0)]
    one, _page = queries_of(user, address)
    shown += [add(number) for number in range(1, MANY)]
    many, page = queries_of(user, address)
    assert [words for row in shown for words in row if words not in page] == []
    assert many == one


@pytest.fixture
def member() -> User:
    return make_user()


@pytest.fixture
def organisation(member: User) -> Organisation:
    return make_organisation(member)


@pytest.fixture
def manager() -> User:
    user = make_user()
    HubStaff.objects.create(hub=Hub.objects.get(slug=HUB), user=user, role="manager")
    return user


def test_an_organisation_s_settings(member: User, organisation: Organisation) -> None:
    def add(number: int) -> list[str]:
        site = make_site(organisation)
        site.name = f"Loods {number}"
        site.save()
        colleague = make_user(name=f"Collega {number}")
        organisation.memberships.create(user=colleague, role="member")
        invitation = Invitation.objects.create(
            organisation=organisation, email=f"nieuw{number}@test.example", role="member", invited_by=member
        )
        return [site.name, colleague.name, invitation.email]

    assert_same_for_one_and_many(member, reverse("organisation-settings", args=[organisation.slug]), add)


def test_a_hub_s_settings(manager: User) -> None:
    hub = Hub.objects.get(slug=HUB)

    def add(number: int) -> list[str]:
        partner, colleague = make_organisation(), make_user(name=f"Collega {number}")
        HubPartner.objects.create(hub=hub, organisation=partner)
        HubStaff.objects.create(hub=hub, user=colleague, role="editor")
        return [partner.name, colleague.name]

    assert_same_for_one_and_many(manager, reverse("hub-settings", args=[HUB]), add)


def test_an_import_page_with_its_earlier_files(member: User, organisation: Organisation) -> None:
    def add(number: int) -> list[str]:
        load = ListingImport.objects.create(
            organisation=organisation, created_by=make_user(), name=f"voorraad-{number}.csv", file="stock.csv"
        )
        return [load.name]

    assert_same_for_one_and_many(member, reverse("import-new", args=[organisation.slug]), add)


def test_a_hub_s_page_with_its_partners(member: User) -> None:
    hub = Hub.objects.get(slug=HUB)

    def add(_number: int) -> list[str]:
        partner = make_organisation()
        make_site(partner)
        make_site(partner)
        HubPartner.objects.create(hub=hub, organisation=partner)
        return [partner.name]

    assert_same_for_one_and_many(member, reverse("hub", args=[HUB]), add)
