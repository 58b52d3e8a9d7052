"""The demo shows exchanges in every state, and takes them away with the rest."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from accounts.demo import DEMO_HUB, remove_fictional_organisations
from accounts.models import HubStaff, User
from exchanges import services
from exchanges.chain_sweep import sweep_chains
from exchanges.demo import remove_fictional_exchanges
from exchanges.demo.play import Play, Scene
from exchanges.demo.scenes import SCENES
from exchanges.enquiry_demo import QUESTIONS, remove_fictional_enquiries
from exchanges.enums import EnquiryState, ExchangeState
from exchanges.impact.totals import hours_of, totals_by_month, totals_of
from exchanges.models import (
    Arrangement,
    Delivery,
    Enquiry,
    Exchange,
    ExchangeLeg,
    ExchangeStep,
    ImpactEntry,
    Message,
    Proposal,
    StandingAgreement,
    WeightStatement,
)  # fmt: skip
from exchanges.sweep import sweep
from geo.models import Hub
from journal.models import Letter
from listings.demo.store import remove_fictional_listings
from listings.models import Listing, Reservation
from marketplace.demo import make_demo
from matching.demo import remove_fictional_matches
from tests.exchanges.makers import Story
from tests.exchanges.test_chains import Desks

pytestmark = pytest.mark.django_db


def test_a_hub_where_nobody_works_is_not_asked_in() -> None:
    """A small demo has lots elsewhere alone, and is made all the same."""
    story = Story()
    assert not HubStaff.objects.filter(hub__slug=DEMO_HUB).exists()
    scene = Scene("koper", 3, ("invite", "accept"), "Mogen we eens komen kijken?")
    play = Play(scene, story.listing, story.owner, story.requester, story.organisation, timezone.now())
    play.play()
    play.exchange.refresh_from_db()
    assert (play.exchange.state, play.exchange.conversation.hub_since) == (ExchangeState.ACCEPTED, None)


def test_the_demo_has_exchanges_in_every_state_and_takes_them_away() -> None:
    make_demo(listings=1_500, seed=3, today=timezone.localdate(), progress=lambda _what, _done, _all: None)
    exchanges = Exchange.objects.filter(owner__is_fictional=True)
    assert set(exchanges.values_list("state", flat=True)) == set(ExchangeState)
    assert exchanges.exclude(state=ExchangeState.COMPLETED).count() >= len(SCENES) - 3
    # A year of what was handed over, of which most is known.
    entries = ImpactEntry.objects.current()
    assert len(totals_by_month(entries)) >= 9
    totals = totals_of(entries)
    assert totals.kg_confirmed > 0
    assert totals.kg_one_sided > 0
    assert totals.without_emissions < totals.handed_over / 2
    assert hours_of(entries) > 0
    # A lot of which something was handed over is on a map too.
    assert entries.of_lots(Listing.objects.filter(map_features__feature__state="published")).exists()
    assert set(Enquiry.objects.values_list("state", flat=True)) == set(EnquiryState)
    assert Enquiry.objects.count() == len(QUESTIONS)
    assert Message.objects.filter(role="hub", conversation__exchange__isnull=False).exists()
    # In every state both sides of one wrote to each other, in turn.
    both = {state for state in ExchangeState if any(_is_talk(one) for one in exchanges.filter(state=state))}
    assert both == set(ExchangeState)
    running = StandingAgreement.objects.get(state="agreed", listing__kind="supply")
    assert set(running.conversation.messages.values_list("side", flat=True)) == {"requester", "owner"}
    # What comes back: one agreement runs, with what was brought, what is skipped and what comes; another is asked, and
    # for a third something else is offered.
    agreements = StandingAgreement.objects.filter(requester__is_fictional=True)
    assert set(agreements.values_list("state", flat=True)) == {"agreed", "asked", "countered"}
    assert agreements.filter(listing__kind="service", state="agreed").exists()
    deliveries = Delivery.objects.filter(agreement__state="agreed")
    assert set(deliveries.values_list("state", flat=True)) == {"made", "skipped"}
    assert set(deliveries.values_list("exchange__state", flat=True)) == {"completed", "scheduled", "cancelled"}
    # Weeks of a service, a bundle and a chain under way, on the board of the log-ins' hub.
    hub = Hub.objects.get(slug=DEMO_HUB)
    _check_asked_on_behalf(hub)
    for kind in ("weeks", "bundle", "chain"):
        arrangement = Arrangement.objects.get(kind=kind)
        assert arrangement.exchanges.in_hub(hub.pk).open().count() == 2, arrangement
    assert Exchange.objects.filter(arrangement__kind="chain", state="scheduled", via=None).exists()
    waiting = Proposal.objects.filter(hub=hub).waiting(timezone.now())
    assert waiting.filter(service=None).exists()
    assert waiting.filter(demand=None).exists()
    # Time ends none of them today.
    before = list(exchanges.order_by("pk").values_list("state"))
    sweep(at=timezone.now() + dt.timedelta(hours=4))
    assert list(exchanges.order_by("pk").values_list("state")) == before
    for email in ("bedrijf", "maatwerk", "koper"):
        user = User.objects.get(email=f"{email}@demo.example")
        assert Exchange.objects.waiting_for(user).exists(), email
    # Made again, and smaller, it stands in the place of what was there.
    before_it = exchanges.order_by("-pk").values_list("pk", flat=True)[0]
    make_demo(listings=100, seed=3, today=timezone.localdate(), progress=lambda _what, _done, _all: None)
    assert not exchanges.filter(pk__lte=before_it).exists()
    assert Enquiry.objects.count() == len(QUESTIONS)
    story = Story()
    kept = story.completed()
    remove_fictional_exchanges()
    assert list(Exchange.objects.all()) == [kept]
    assert not StandingAgreement.objects.exists()
    assert ExchangeLeg.objects.count() == 1
    assert ExchangeStep.objects.exclude(exchange=kept).count() == 0
    remove_fictional_enquiries()
    assert Message.objects.count() == 0
    assert WeightStatement.objects.exclude(leg__exchange=kept).count() == 0


def _is_talk(exchange: Exchange) -> bool:
    said = list(exchange.conversation.messages.values_list("side", "text"))
    return {side for side, _text in said} >= {"requester", "owner"} and all(text for _side, text in said)


def _check_asked_on_behalf(hub: Hub) -> None:
    """The hub asked for something on behalf of a partner: its page says so, and it stands on the hub's board."""
    asked = Exchange.objects.in_hub(hub.pk).exclude(behalf_note="").get()
    assert hub.partners.filter(organisation=asked.requester).exists()
    client = Client()
    client.force_login(User.objects.get(email="hub@demo.example"))
    page = client.get(asked.get_absolute_url()).content.decode()
    assert f"De hub vroeg dit namens {escape(asked.requester.name)}" in page
    assert escape(asked.behalf_note) in page
    assert "Dank je wel. Ik bekijk morgen wat er nog ligt." in page
    board = client.get(f"/hubs/{hub.slug}/uitwisselingen/?group=new").content.decode()
    assert asked.get_absolute_url() in board


def test_what_was_held_of_a_lot_that_isn_t_fictional_is_free_again() -> None:
    story = Story()
    story.organisation.is_fictional = True
    story.organisation.save()
    story.accepted()
    remove_fictional_exchanges()
    assert not Exchange.objects.exists()
    assert set(Reservation.objects.values_list("state", flat=True)) == {"released"}
    story.listing.refresh_from_db()
    assert story.listing.taken_quantity == 0


def make_fictional(listing: Listing) -> None:
    listing.organisation.is_fictional = True
    listing.organisation.save()


def remove_all_that_is_fictional() -> None:
    """In the order in which the demo does; what refers to a row that is gone shows at once."""
    remove_fictional_exchanges()
    remove_fictional_matches()
    remove_fictional_listings()
    remove_fictional_organisations()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("part", ["supply", "service"])
def test_a_chain_of_real_people_with_something_fictional_goes_whole_with_its_letters(part: str) -> None:
    desks = Desks()
    brought, _fetched = desks.agreed()
    services.cancel(by=desks.worker, exchange=brought, reason="Brand in het atelier.")
    sweep_chains(at=timezone.now())
    assert {"exchange_proposal", "exchange_step", "chain_fell"} == set(
        Letter.objects.values_list("template", flat=True)
    )
    make_fictional(getattr(desks, part))
    remove_all_that_is_fictional()
    for model in (Exchange, Arrangement, Proposal, Letter):
        assert not model._default_manager.exists(), model


def test_a_fictional_demand_takes_only_its_own_part_of_a_chain_away() -> None:
    desks = Desks()
    brought, _fetched = desks.agreed()
    make_fictional(desks.demand)
    remove_all_that_is_fictional()
    assert [(one, one.arrangement) for one in Exchange.objects.all()] == [(brought, None)]
    assert set(Letter.objects.values_list("subject_id", flat=True)) == {brought.pk}


def test_what_is_written_about_real_exchanges_stays() -> None:
    real, fictional = Story(), Story()
    for story in (real, fictional):
        exchange = story.accepted()
        services.send_message(by=story.owner, conversation=exchange.conversation, text="Tot dan.", at=story.at)
    make_fictional(fictional.listing)
    remove_fictional_exchanges()
    assert set(Letter.objects.values_list("template", flat=True)) == {"exchange_step", "exchange_message"}
    assert set(Letter.objects.values_list("recipient", flat=True)) <= {real.owner.email, real.requester.email}
