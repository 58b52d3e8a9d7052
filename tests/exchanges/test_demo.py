"""The demo shows exchanges in every state, and takes them away with the rest."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import User
from exchanges.demo import remove_fictional_exchanges
from exchanges.demo.scenes import SCENES
from exchanges.enquiry_demo import QUESTIONS, remove_fictional_enquiries
from exchanges.enums import EnquiryState, ExchangeState
from exchanges.impact.totals import hours_of, totals_by_month, totals_of
from exchanges.models import Enquiry, Exchange, ExchangeLeg, ExchangeStep, ImpactEntry, Message, WeightStatement
from exchanges.sweep import sweep
from listings.models import Reservation
from marketplace.demo import make_demo
from tests.exchanges.makers import Story

pytestmark = pytest.mark.django_db


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
    assert set(Enquiry.objects.values_list("state", flat=True)) == set(EnquiryState)
    assert Enquiry.objects.count() == len(QUESTIONS)
    assert Message.objects.filter(role="hub", conversation__exchange__isnull=False).exists()
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
    assert ExchangeLeg.objects.count() == 1
    assert ExchangeStep.objects.exclude(exchange=kept).count() == 0
    remove_fictional_enquiries()
    assert Message.objects.count() == 0
    assert WeightStatement.objects.exclude(leg__exchange=kept).count() == 0


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
