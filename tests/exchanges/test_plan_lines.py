"""Staff of a hub ask for what a line of its plan says, or ask both sides."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import HubPartner, HubStaff, User
from exchanges.models import Exchange, Proposal
from geo.models import Hub
from listings.models import Listing
from matching.models import HubPlan
from matching.plan.result import make_plan
from tests.exchanges.test_pages import as_, hidden, read
from tests.makers import TODAY, make_user, published

pytestmark = pytest.mark.django_db


class Planned:
    """A hub's plan that sends 20 pallets of a lot of 40 to the one who asks for 440 kg."""

    def __init__(self) -> None:
        self.supply: Listing = published()
        self.demand: Listing = published("demand", quantity=440, unit="kg")
        self.hub = Hub.objects.get(pk=self.supply.hub_ids[0])
        self.staff: User = HubStaff.objects.create(hub=self.hub, user=make_user(name="Hanne"), role="editor").user
        self.plan = HubPlan.objects.create(
            hub=self.hub, state="ready", progress=100, finished_at=self.demand.created_at,
            result=make_plan(self.hub, today=TODAY),
        )  # fmt: skip
        self.said = {"behalf_note": "An, per telefoon"}
        self.page = f"/hubs/{self.hub.slug}/plan/"
        self.address = f"/zoekertje/{self.supply.pk}/aanvragen/?voor={self.demand.pk}&plan={self.plan.pk}"

    def make_partner(self) -> None:
        HubPartner.objects.create(hub=self.hub, organisation=self.demand.organisation)

    def send(self, user: User, **more: Any) -> Any:
        client = as_(user)
        return client.post(
            self.address, hidden(read(client.get(self.address))) | {"quantity": "20"} | self.said | more
        )


def test_a_line_of_the_plan_is_asked_for_a_partner_with_its_amount_filled_in() -> None:
    planned = Planned()
    planned.make_partner()
    client = as_(planned.staff)
    assert planned.address.replace("&", "&amp;") in read(client.get(planned.page))
    page = read(client.get(planned.address))
    assert 'name="quantity" value="20"' in page
    assert planned.send(planned.staff).status_code == 302
    exchange = Exchange.objects.get()
    assert (exchange.requester, exchange.matched, exchange.started_from) == (
        planned.demand.organisation, planned.demand, "plan",
    )  # fmt: skip
    step = exchange.steps.get()
    assert (step.role, step.side, step.quantity) == ("hub", "requester", Decimal(20))


def test_where_the_hub_may_not_ask_for_an_organisation_it_asks_both() -> None:
    planned = Planned()
    client = as_(planned.staff)
    page = read(client.get(planned.page))
    assert planned.address.replace("&", "&amp;") not in page
    assert "Aan beide vragen" in page
    assert client.get(planned.address).status_code == 403
    given = {"supply": planned.supply.pk, "demand": planned.demand.pk}
    assert client.post(f"/hubs/{planned.hub.slug}/voorstellen/", given).status_code == 302
    assert Proposal.objects.get().supply == planned.supply


def test_a_plan_is_its_hubs_and_a_line_has_to_be_there() -> None:
    planned = Planned()
    planned.make_partner()
    member: User = planned.demand.maker  # type: ignore[attr-defined]
    for user in (member, make_user(), make_user(is_superuser=True)):
        assert as_(user).get(planned.address).status_code == 404
    staff, other = as_(planned.staff), published("demand", quantity=440, unit="kg")
    for wrong in (
        f"voor={other.pk}&plan={planned.plan.pk}",
        f"plan={planned.plan.pk}",
        f"voor={planned.demand.pk}&plan=99",
    ):
        assert staff.get(f"/zoekertje/{planned.supply.pk}/aanvragen/?{wrong}").status_code == 404
    assert not Exchange.objects.exists()


def test_a_line_of_what_has_gone_since_offers_nothing() -> None:
    planned = Planned()
    Listing.objects.filter(pk=planned.supply.pk).update(status="withdrawn")
    page = read(as_(planned.staff).get(planned.page))
    assert "Aan beide vragen" not in page
    assert "/aanvragen/" not in page


def test_a_line_past_a_service_is_proposed_to_all_three_with_its_amount_filled_in() -> None:
    planned = Planned()
    service = published("service")
    (row,) = planned.plan.result["assignments"]
    row |= {"service": service.pk, "mass_kg": 220.0}
    planned.plan.save()
    client = as_(planned.staff)
    address = f"/zoekertje/{planned.supply.pk}/keten/{service.pk}/{planned.demand.pk}/voorstellen/?kg=220.0"
    assert address in read(client.get(planned.page))
    page = read(client.get(address))
    assert 'name="quantity" value="10"' in page
    assert 'name="work" value="10"' in page
    for odd in ("x", "-1", "1e9", "9" * 30, "²", "nan"):
        assert 'name="quantity" value="40"' in read(client.get(address.replace("220.0", odd)))
