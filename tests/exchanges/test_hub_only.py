"""When the organisation of a hub-only listing is told to whom: by an agreement, and by who asks for something."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import HubPartner, HubStaff
from exchanges import services
from exchanges.models import Exchange
from exchanges.taking import ExchangeMoved
from geo.models import Hub
from listings.balances.periods import monday_of
from listings.models import OwnerDisclosure
from listings.services import update_listing
from tests.exchanges.makers import Story
from tests.makers import TODAY, make_user, material, published
from tests.unnamed import as_, body_of, hidden, letters_to, told_in

pytestmark = pytest.mark.django_db
MONDAY = monday_of(TODAY) + dt.timedelta(weeks=1)


def test_a_counter_offer_opens_nothing_and_a_refusal_neither() -> None:
    story = Story(hub_only=True, precision="blurred")
    story.countered()
    page = f"/uitwisselingen/{story.exchange.pk}/"
    owner = story.listing.organisation.name
    steps: list[tuple[Any, dict[str, str]]] = [
        (None, {}), (services.take_back, {}), (services.decline, {"reason": "Toch niet."}),
    ]  # fmt: skip
    for step, how in steps:
        if step is not None:
            step(by=story.owner, exchange=story.exchange, **how)
        text = body_of(as_(story.requester).get(page))
        assert owner not in text
        assert "Organisatie bekend bij de hub" in text
    assert not OwnerDisclosure.objects.exists()
    assert as_(story.requester).get(f"/api/v1/exchanges/{story.exchange.pk}/").json()["owner"] is None


def test_what_was_agreed_once_stays_known_when_it_falls_through() -> None:
    story = Story(hub_only=True, precision="blurred")
    story.accepted()
    services.cancel(by=story.owner, exchange=story.exchange, reason="Verkocht.")
    owner = story.listing.organisation.name
    client = as_(story.requester)
    for address in (f"/uitwisselingen/{story.exchange.pk}/", f"/zoekertje/{story.listing.pk}/"):
        assert owner in body_of(client.get(address))
    # The place is the owner's again.
    assert client.get(f"/api/v1/exchanges/{story.exchange.pk}/").json()["place"] is None


def test_who_dealt_with_it_before_it_became_hub_only_knows_it_still() -> None:
    story = Story(precision="blurred")
    story.accepted()
    update_listing(by=story.owner, listing=story.listing, hub_only=True)
    owner, there = story.listing.organisation.name, f"/zoekertje/{story.listing.pk}/"
    assert owner in body_of(as_(story.requester).get(there))
    assert owner not in body_of(as_(make_user()).get(there))


def test_who_asks_with_a_hub_only_listing_says_who_they_are_to_that_owner() -> None:
    supply = published()
    demand = hidden("demand", quantity=15)
    owner, asker = supply.maker, demand.maker  # type: ignore[attr-defined]
    assert not told_in(body_of(as_(owner).get(f"/zoekertje/{demand.pk}/")))
    services.request_exchange(
        by=asker, organisation=demand.organisation, listing=supply, quantity=Decimal(5), matched=demand
    )
    assert "Zonderling demand" in body_of(as_(owner).get(f"/zoekertje/{demand.pk}/"))
    assert not told_in(body_of(as_(make_user()).get(f"/zoekertje/{demand.pk}/")))


def test_a_hub_does_not_ask_for_it_but_proposes() -> None:
    """Given a partner that only the hub knows, when its staff ask on its behalf, then they are told to propose."""
    supply, demand = published(), hidden("demand", quantity=15)
    hub = Hub.objects.get(pk=supply.hub_ids[0])
    staff = HubStaff.objects.create(hub=hub, user=make_user(), role="editor").user
    HubPartner.objects.create(hub=hub, organisation=demand.organisation)
    with pytest.raises(ValidationError, match="Stel de match aan beide voor"):
        services.request_exchange(
            by=staff, organisation=demand.organisation, listing=supply, quantity=Decimal(5), matched=demand,
            behalf_note="An, per telefoon",
        )  # fmt: skip
    proposal = services.propose_match(by=staff, hub=hub, supply=supply, demand=demand)
    assert not told_in(letters_to(supply.maker))  # type: ignore[attr-defined]
    for listing in (supply, demand):
        services.answer_proposal(by=listing.maker, proposal=proposal, answer="yes")  # type: ignore[attr-defined]
    assert "Zonderling demand" in body_of(as_(supply.maker).get(f"/zoekertje/{demand.pk}/"))  # type: ignore[attr-defined]


def test_a_service_does_not_book_for_it_before_it_agrees() -> None:
    supply = hidden("supply", material=material("furniture"), condition=2)
    service = published("service", materials=[material("furniture")])
    for by in (service.maker, HubStaff.objects.create(  # type: ignore[attr-defined]
        hub_id=service.hub_ids[0], user=make_user(), role="editor"
    ).user):  # fmt: skip
        with pytest.raises(ValidationError, match="Stel een keten voor"):
            services.book_weeks_for(by=by, service=service, supply=supply, weeks=[MONDAY], quantity=Decimal(2))
    assert not Exchange.objects.exists()


def test_staff_of_another_hub_do_not_agree_for_an_owner_whom_they_do_not_know() -> None:
    story = Story(hub_only=True, precision="blurred")
    story.ask()
    other = Hub.objects.exclude(pk__in=story.listing.hub_ids).order_by("pk")[0]
    Exchange.objects.filter(pk=story.exchange.pk).update(hub_ids=[*story.listing.hub_ids, other.pk])
    staff = HubStaff.objects.create(hub=other, user=make_user(), role="manager").user
    with pytest.raises(PermissionDenied):
        services.accept(by=staff, exchange=story.exchange, side="owner")
    steps = as_(staff).get(f"/api/v1/exchanges/{story.exchange.pk}/").json()["open_steps"]
    assert {step["side"] for step in steps} == {"requester"}
    own = HubStaff.objects.create(hub_id=story.listing.hub_ids[0], user=make_user(), role="manager").user
    accepted = services.accept(by=own, exchange=story.exchange, side="owner", behalf_note="An, per telefoon")
    assert accepted.state == "accepted"


def test_what_moved_meanwhile_is_told_without_a_name() -> None:
    story = Story(hub_only=True, precision="blurred")
    story.ask()
    services.decline(by=story.owner, exchange=story.exchange, reason="Verkocht.")
    with pytest.raises(ExchangeMoved) as refused:
        services.withdraw(by=story.requester, exchange=story.exchange)
    assert story.listing.organisation.name not in str(refused.value)
    assert "Organisatie bekend bij de hub" in str(refused.value)
