"""A listing that is closed, withdrawn or given whole ends its requests, and who asked hears what comes nearest."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pytest

from exchanges import services
from exchanges.facts import facts_of
from exchanges.gone import sweep_gone
from exchanges.models import Exchange
from exchanges.tasks import end_requests
from journal.letter_text import render_letter
from journal.models import Letter
from listings.balances.services import give, hold
from listings.models import Listing
from listings.services import close_listing, take_down_listing, withdraw_listing
from marketplace import settings as installed
from matching.pairs.incremental import pair
from tests.exchanges.makers import Story
from tests.exchanges.test_at_once import at_once
from tests.makers import make_user, published


def give_all(story: Story) -> None:
    give(reservation=hold(by=story.owner, listing=story.listing, quantity=Decimal(40)), quantity=Decimal(40))


GOING: dict[str, Callable[[Story], object]] = {
    "closed": lambda story: close_listing(by=story.owner, listing=story.listing),
    "withdrawn": lambda story: withdraw_listing(by=story.owner, listing=story.listing),
    "taken down": lambda story: take_down_listing(by=make_user(is_superuser=True), listing=story.listing),
    "given": give_all,
}


@pytest.mark.django_db
@pytest.mark.parametrize("how", GOING)
def test_a_request_of_what_is_gone_ends_with_a_letter_to_who_asked(how: str) -> None:
    story = Story()
    story.ask()
    GOING[how](story)
    assert end_requests(story.listing.pk) == 1
    exchange = Exchange.objects.get()
    assert (exchange.state, exchange.due_at, exchange.steps.last().step) == ("lapsed", None, "exchange.gone")  # type: ignore[union-attr]
    (letter,) = Letter.objects.of_template("request_gone")
    assert letter.recipient == story.requester.email
    assert "Dat is er niet meer" in render_letter(letter).text
    # Nobody is told or reminded of it again.
    assert sweep_gone(at=story.after()) == 0
    assert not Letter.objects.of_template("exchange_reminder").exists()
    # Its owner isn't said to have left a request unanswered.
    assert facts_of(story.listing.organisation, at=story.at).asked == 0


@pytest.mark.django_db
def test_the_letter_names_what_comes_nearest() -> None:
    story = Story()
    near, far = published(title="Dichtbij"), published(title="Verder", at=(50.9, 4.3))
    own = published(by=story.requester, organisation=story.organisation, title="Eigen")
    story.ask()
    close_listing(by=story.owner, listing=story.listing)
    sweep_gone(at=story.at)
    text = render_letter(Letter.objects.of_template("request_gone").get()).text
    assert text.index("Dichtbij") < text.index("Verder")
    assert f"/zoekertje/{near.pk}/" in text
    assert f"/zoekertje/{far.pk}/" in text
    assert own.title not in text


@pytest.mark.django_db
def test_of_a_request_for_one_s_own_demand_the_next_best_match_is_named() -> None:
    story = Story()
    other = published(title="De volgende")
    demand = published("demand", by=story.requester, organisation=story.organisation, quantity=15)
    pair(listing_id=demand.pk, at=story.at)
    story.ask(matched=demand)
    close_listing(by=story.owner, listing=story.listing)
    sweep_gone(at=story.at)
    letter = Letter.objects.of_template("request_gone").get()
    assert [item["title"] for item in letter.data["lists"][0]["items"]] == [other.heading]


@pytest.mark.django_db
def test_what_is_reserved_or_may_be_published_again_stays() -> None:
    story = Story()
    story.ask()
    story.accepted()
    expired = Story()
    expired.ask()
    Listing.objects.filter(pk=expired.listing.pk).update(status="expired")
    take_down_listing(by=make_user(is_superuser=True), listing=story.listing)
    assert sweep_gone(at=story.at) == 0
    assert sorted(Exchange.objects.values_list("state", flat=True)) == ["accepted", "requested"]


@pytest.mark.parametrize("verb", ["listing.closed", "listing.withdrawn", "listing.taken_down"])
def test_it_follows_at_once_on_the_step_of_the_listing(verb: str) -> None:
    assert "exchanges.tasks.end_requests" in installed.REACTIONS[verb]


@pytest.mark.django_db(transaction=True)
def test_closing_accepting_and_sweeping_at_once_leave_one_of_both() -> None:
    for _round in range(3):
        story = Story()
        exchange = story.ask()
        close = partial(close_listing, by=story.owner, listing=story.listing)
        accept = partial(services.accept, by=story.owner, exchange=exchange)
        at_once([close, accept, partial(sweep_gone, at=story.at), partial(sweep_gone, at=story.at)])
        sweep_gone(at=story.at)
        exchange.refresh_from_db()
        story.listing.refresh_from_db()
        assert (exchange.state, story.listing.status) in (("accepted", "published"), ("lapsed", "closed"))
