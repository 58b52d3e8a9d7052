"""A hub arranges that a lot is kept between two hand-overs: in a partner's storage, or its own."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import HubPartner, HubStaff, User
from exchanges import services
from exchanges.models import Exchange, ImpactEntry
from geo.models import Hub
from listings.models import Listing
from matching.pairs.incremental import pair
from tests.exchanges.makers import slot
from tests.exchanges.test_chains import MONDAY, Desks, meet, weigh
from tests.exchanges.test_pages import as_, read
from tests.makers import make_user, material, published

pytestmark = pytest.mark.django_db


class Kept(Desks):
    """Forty sound desks, a school that isn't open yet, a partner of the hub with room, and somebody of that hub."""

    def __init__(self) -> None:
        super().__init__()
        Listing.objects.filter(pk=self.supply.pk).update(condition=4)
        self.supply.refresh_from_db()
        self.service = store()
        self.worker = self.maker(self.service)
        self.hub = Hub.objects.get(pk=self.supply.hub_ids[0])
        HubPartner.objects.create(hub=self.hub, organisation=self.service.organisation)
        self.staff: User = HubStaff.objects.create(hub=self.hub, user=make_user(), role="editor").user
        self.address = f"/hubs/{self.hub.slug}/opslag/{self.supply.pk}/{self.demand.pk}/"


def store(**more: Any) -> Listing:
    given: dict[str, Any] = {
        "title": "Loods aan het kanaal", "service_kinds": ["storage"], "materials": [material("furniture")],
        "capacity_per_week": 40, "capacity_unit": "pallet",
    }  # fmt: skip
    return published("service", **(given | more))


def test_a_pair_leads_to_who_can_keep_it_and_from_there_to_the_question_to_all_three() -> None:
    kept = Kept()
    published("service", title="Atelier")
    silent = store(title="Niet gezegd hoeveel")
    Listing.objects.filter(pk=silent.pk).update(capacity_per_week=None, capacity_unit="")
    staff = as_(kept.staff)
    pair(listing_id=kept.supply.pk, at=timezone.now())
    assert kept.address in read(staff.get(f"/hubs/{kept.hub.slug}/koppels/"))
    page = read(staff.get(kept.address))
    assert "Loods aan het kanaal" in page
    assert "40 pallet" in page
    assert "Niet gezegd hoeveel" not in page
    assert "Atelier" not in page
    ask = f"/zoekertje/{kept.supply.pk}/keten/{kept.service.pk}/{kept.demand.pk}/voorstellen/"
    assert ask in page
    form = read(staff.get(ask))
    assert "Hoeveel plaats in de opslag (pallets vol)" in form
    given = {"quantity": "30", "work": "3", "week": MONDAY.isoformat(), "note": ""}
    asked = staff.post(ask, given)
    assert asked.status_code == 302, read(asked)
    assert "op te halen vanaf de maandag erna" in read(staff.get(asked["Location"]))


def test_it_goes_over_twice_and_counts_once() -> None:
    kept = Kept()
    proposal = kept.propose(by=kept.staff, work=Decimal(3))
    for user in (kept.giver, kept.worker, kept.school):
        services.answer_proposal(by=user, proposal=proposal, answer="yes")
    brought, fetched = Exchange.objects.order_by("pk")
    assert (brought.listing, fetched.via) == (kept.service, kept.service)
    assert kept.free() == (10, 37)
    meet(brought, kept.giver, kept.worker, slot(8))
    weigh(brought, 900, kept.giver, kept.worker)
    meet(fetched, kept.worker, kept.school, slot(20))
    weigh(fetched, 900, kept.worker, kept.school)
    lines = ImpactEntry.objects.order_by("pk")
    assert [(line.kg, line.unknown == "service") for line in lines] == [(Decimal(900), True), (Decimal(900), False)]


def test_one_s_own_storage_is_no_stop_in_between_and_the_shortest_way_is_first() -> None:
    kept = Kept()
    far = store(title="Verre loods", at=(51.2, 4.4))
    store(title="Eigen loods", by=kept.giver, organisation=kept.supply.organisation)
    Listing.objects.filter(pk=far.pk).update(hub_ids=[kept.hub.pk])
    page = read(as_(kept.staff).get(kept.address))
    assert page.index("Loods aan het kanaal") < page.index("Verre loods")
    assert "Eigen loods" not in page


def test_it_is_for_the_staff_of_a_hub_that_one_of_both_lies_in() -> None:
    kept = Kept()
    other = Hub.objects.exclude(pk__in=[*kept.supply.hub_ids, *kept.demand.hub_ids]).order_by("pk")[0]
    there = HubStaff.objects.create(hub=other, user=make_user(), role="manager").user
    elsewhere = kept.address.replace(kept.hub.slug, other.slug)
    for user, address, status in (
        (kept.staff, kept.address, 200), (kept.giver, kept.address, 403), (there, kept.address, 403),
        (there, elsewhere, 403), (kept.staff, kept.address.replace(f"/{kept.demand.pk}/", "/0/"), 404),
    ):  # fmt: skip
        assert as_(user).get(address).status_code == status, address


def test_many_places_take_as_many_queries_as_one() -> None:
    kept = Kept()
    client, counts = as_(kept.staff), []
    for _round in range(2):
        client.get(kept.address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(kept.address).status_code == 200
        counts.append(len(queries))
        for _more in range(3):
            store()
    assert counts[0] == counts[1]
