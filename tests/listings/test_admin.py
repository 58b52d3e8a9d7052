"""Django's admin: operators look, set up hubs, and take down; what a hub's border moves is placed anew."""

import datetime as dt
from io import StringIO
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.authtoken.models import Token

from accounts.models import HubPartner, HubStaff, User
from accounts.services import update_hub, verify_organisation
from exchanges.models import InboundMail
from geo.models import Hub, HubRegion, Municipality
from journal.letters import write_letter
from journal.models import SetAside
from listings.enums import ListingStatus
from listings.models import ListingImport
from matching.models import Match
from matching.pairs.incremental import pair
from tests.makers import make_organisation, make_site, make_user, published
from tests.programme.makers import Programme

pytestmark = pytest.mark.django_db
ANTWERP = (51.2194, 4.4025)


@pytest.fixture
def operator(client: Client) -> User:
    user = make_user(is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.mark.parametrize("model", [model for model in admin.site._registry if model._meta.app_label != "account"])
def test_every_list_and_row_opens(client: Client, operator: User, model: type[Model]) -> None:
    one_of_each(operator)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert client.get(reverse(f"{name}_changelist")).status_code == 200
    row = model._default_manager.first()
    assert row
    assert client.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200


def one_of_each(operator: User) -> None:
    """A row of everything that the admin shows and that isn't reference data."""
    organisation, hub = make_organisation(operator), Hub.objects.all()[0]
    published(by=operator, organisation=organisation)
    Programme().published()
    pair(listing_id=published("demand").pk, at=timezone.now())
    HubStaff.objects.create(hub=hub, user=operator, role="editor")
    verify_organisation(
        by=operator, organisation=make_organisation(make_user()), what="organisation", evidence="KBO gezien.",
        until=timezone.localdate() + dt.timedelta(days=9),
    )  # fmt: skip
    HubPartner.objects.create(hub=hub, organisation=organisation)
    ListingImport.objects.create(organisation=organisation, name="stock.csv", file="stock.csv")
    InboundMail.objects.create(
        recipient="x@test.example", sha256="0" * 64, size=1, source="smtp", received_at=timezone.now()
    )
    now = timezone.now()
    SetAside.objects.create(
        sweep="exchanges", subject_kind="exchanges.exchange", subject_id=1, times=1, error="ZeroDivisionError",
        first_at=now, last_at=now, again_at=now,
    )  # fmt: skip
    Group.objects.create(name="Lezers")
    Token.objects.create(user=operator)
    write_letter("password_reset", to="a@test.example", language="nl", data={"link": ""})


def test_whoever_is_no_operator_sees_no_hubs(client: Client) -> None:
    client.force_login(make_user(is_staff=True))
    assert client.get(reverse("admin:geo_hubregion_changelist")).status_code == 403


def test_a_municipality_added_to_a_region_brings_its_listings_into_the_hub(
    client: Client, operator: User, tasks_run_at_once: Any
) -> None:
    listing = published(at=ANTWERP)
    assert listing.hub_ids == []
    region = HubRegion.objects.get(hub__slug="ce-hub-regio-mechelen")
    antwerp = Municipality.objects.get(name_nl="Antwerpen")
    kept = list(region.municipalities.values_list("pk", flat=True))
    with tasks_run_at_once():
        answer = client.post(
            reverse("admin:geo_hubregion_change", args=[region.pk]),
            {
                "name": region.name,
                "kind": region.kind,
                "provenance": "confirmed",
                "municipalities": [*kept, antwerp.pk],
            },
        )
    assert answer.status_code == 302
    listing.refresh_from_db()
    assert listing.hub_ids == [region.hub_id]
    region.refresh_from_db()
    assert region.provenance == "confirmed"


def test_a_wider_border_brings_what_lies_in_it(client: Client, operator: User, tasks_run_at_once: Any) -> None:
    listing = published(at=ANTWERP)
    hub = Hub.objects.get(slug="ce-hub-regio-mechelen")
    fields = {"name": hub.name, "slug": hub.slug, "sectors": ",".join(hub.sectors), "buffer_km": "40"}
    with tasks_run_at_once():
        assert client.post(reverse("admin:geo_hub_change", args=[hub.pk]), fields).status_code == 302
    listing.refresh_from_db()
    assert listing.hub_ids == [hub.pk]


def test_a_border_past_its_limit_is_refused(client: Client, operator: User) -> None:
    hub = Hub.objects.get(slug="ce-hub-regio-mechelen")
    fields = {"name": hub.name, "slug": hub.slug, "sectors": "", "buffer_km": "400"}
    assert client.post(reverse("admin:geo_hub_change", args=[hub.pk]), fields).status_code == 200
    hub.refresh_from_db()
    assert hub.buffer_km == 0


def test_an_operator_takes_listings_down_and_hears_which_could_not_be(client: Client, operator: User) -> None:
    listing, other = published(), published()
    other.status = ListingStatus.CLOSED
    other.save()
    answer = client.post(
        reverse("admin:listings_listing_changelist"),
        {"action": "take_down", "_selected_action": [listing.pk, other.pk]},
        follow=True,
    )
    said = [str(message) for message in answer.context["messages"]]
    assert len(said) == 2
    listing.refresh_from_db()
    assert listing.status == ListingStatus.WITHDRAWN
    other.refresh_from_db()
    assert other.status == ListingStatus.CLOSED


def test_a_listing_isn_t_changed_or_deleted_here(client: Client, operator: User) -> None:
    listing = published()
    change = reverse("admin:listings_listing_change", args=[listing.pk])
    assert client.post(change, {"title": "x"}).status_code == 403
    assert client.post(reverse("admin:listings_listing_delete", args=[listing.pk]), {"post": "yes"}).status_code == 403


def test_an_enterprise_number_is_checked_here(client: Client, operator: User) -> None:
    organisation = make_organisation(make_user())
    make_site(organisation)
    change = reverse("admin:accounts_organisation_change", args=[organisation.pk])
    form = {"name": "Kringloop", "kind": "company", "sites-TOTAL_FORMS": 0, "sites-INITIAL_FORMS": 0}
    assert client.post(change, form | {"enterprise_number": "0403.170.702"}).status_code == 200
    assert client.post(change, form | {"enterprise_number": "BE 0403.170.701"}).status_code == 302
    organisation.refresh_from_db()
    assert organisation.enterprise_number == "0403170701"


def test_a_manager_s_wider_border_brings_what_lies_in_it(tasks_run_at_once: Any) -> None:
    listing, manager = published(at=ANTWERP), make_user()
    hub = Hub.objects.get(slug="ce-hub-regio-mechelen")
    HubStaff.objects.create(hub=hub, user=manager, role="manager")
    with tasks_run_at_once() as callbacks:
        update_hub(by=manager, hub=hub, intro="Welkom")
    assert callbacks == []
    with tasks_run_at_once():
        update_hub(by=manager, hub=hub, buffer_km=40)
    listing.refresh_from_db()
    assert listing.hub_ids == [hub.pk]


def test_a_command_places_anew_what_moved(tasks_run_at_once: Any) -> None:
    supply, demand = published(at=ANTWERP), published("demand", at=ANTWERP)
    region = HubRegion.objects.get(hub__slug="ce-hub-regio-mechelen")
    region.municipalities.add(Municipality.objects.get(name_nl="Antwerpen"))
    said = StringIO()
    with tasks_run_at_once():
        call_command("relocate", stdout=said)
    assert said.getvalue().startswith("2 listings")
    assert Match.objects.get().supply == supply
    assert Match.objects.get().demand == demand
    said = StringIO()
    call_command("relocate", stdout=said)
    assert said.getvalue().startswith("0 listings")


def test_an_operator_sends_a_letter_again_or_takes_it_as_arrived(client: Client, operator: User) -> None:
    address = reverse("admin:journal_letter_changelist")
    for action, becomes in (("send_again", "queued"), ("take_as_sent", "sent")):
        letter = write_letter("password_reset", to="a@test.example", language="nl", data={"link": ""})
        assert letter is not None
        letter.state, letter.phase, letter.leased_until = "sending", "after", timezone.now()
        letter.save()
        assert "a@test.example" in client.get(address, {"attention": "doubtful"}).content.decode()
        client.post(address, {"action": action, "_selected_action": [letter.pk]})
        letter.refresh_from_db()
        assert letter.state == becomes
        letter.delete()
    client.force_login(make_user(is_staff=True))
    assert client.get(address).status_code == 403
