"""Letters of an exchange go to the people who see to it, or else to who made the listing; of what nobody answers all
of an organisation are reminded.
"""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import HubStaff, Membership, User
from exchanges import services
from exchanges.models import Exchange
from exchanges.sweep import sweep
from journal.delivery import message_of
from journal.letters import refuse_letters
from journal.models import Letter
from tests.exchanges.makers import Story
from tests.makers import make_user

pytestmark = pytest.mark.django_db


class Offices:
    """A lot that one member made, and two colleagues; somebody who asks for it, and a colleague of theirs."""

    def __init__(self) -> None:
        self.story = Story()
        owners, askers = self.story.listing.organisation, self.story.organisation
        self.colleague, self.third = make_user(name="Carla"), make_user(name="Dirk")
        self.beside = make_user(name="Bea")
        for user, organisation in ((self.colleague, owners), (self.third, owners), (self.beside, askers)):
            Membership.objects.create(user=user, organisation=organisation, role="member")
        self.exchange = self.story.ask()

    def told(self) -> set[User]:
        """Who got letters since the last look."""
        found = set(Letter.objects.values_list("recipient", flat=True))
        Letter.objects.all().delete()
        return {user for user in User.objects.all() if user.email in found}


def test_who_made_the_listing_hears_of_a_request_and_of_one_that_waits_all_of_the_owner() -> None:
    """Given a request, then who made the listing hears of it; after three days without an answer all of the owner do,
    and once one answered, then they and who made it.
    """
    offices = Offices()
    story = offices.story
    assert offices.told() == {story.owner}
    sweep(at=story.at + dt.timedelta(days=3, minutes=1))
    assert offices.told() == {story.owner, offices.colleague, offices.third}
    services.accept(by=offices.colleague, exchange=offices.exchange)
    assert offices.told() == {story.requester, story.owner}
    services.send_message(by=story.requester, conversation=offices.exchange.conversation, text="Dank je.")
    assert offices.told() == {story.owner, offices.colleague}


def test_where_who_made_the_listing_is_gone_all_of_the_owner_hear_of_a_request() -> None:
    offices = Offices()
    offices.told()
    services.withdraw(by=offices.story.requester, exchange=offices.exchange)
    Membership.objects.filter(user=offices.story.owner).delete()
    offices.told()
    offices.story.ask()
    assert offices.told() == {offices.colleague, offices.third}


def test_of_a_message_that_nobody_took_up_the_reminder_still_reaches_everybody() -> None:
    """Writing is taking part: who asked hears of what comes, and the owner's side is reminded as a whole."""
    offices = Offices()
    offices.told()
    services.send_message(by=offices.beside, conversation=offices.exchange.conversation, text="Kan het morgen?")
    assert offices.told() == {offices.story.owner, offices.story.requester}
    sweep(at=offices.story.at + dt.timedelta(days=6, minutes=1))
    assert offices.told() == {offices.story.owner, offices.colleague, offices.third}


def test_who_asked_hears_of_it_and_not_all_their_colleagues() -> None:
    offices = Offices()
    offices.told()
    services.send_message(by=offices.story.owner, conversation=offices.exchange.conversation, text="Wanneer?")
    assert offices.told() == {offices.story.requester}
    # Who writes too, takes part from then on.
    services.send_message(by=offices.beside, conversation=offices.exchange.conversation, text="Morgen.")
    assert offices.told() == {offices.story.owner, offices.story.requester}
    services.decline(by=offices.story.owner, exchange=offices.exchange, reason="Verkocht.")
    assert offices.told() == {offices.story.requester, offices.beside}


def test_where_who_saw_to_it_left_everybody_hears_again() -> None:
    """Nobody is left waiting because one person is gone."""
    offices = Offices()
    offices.told()
    Membership.objects.filter(user=offices.story.requester).delete()
    services.accept(by=offices.story.owner, exchange=offices.exchange)
    assert offices.told() == {offices.beside}


def test_what_staff_of_the_hub_do_for_a_side_takes_nothing_off_its_people() -> None:
    offices = Offices()
    offices.told()
    staff = make_user(name="Hanne")
    HubStaff.objects.create(user=staff, hub_id=offices.story.listing.hub_ids[0], role="editor")
    services.accept(by=staff, exchange=offices.exchange, side="owner", behalf_note="An, per telefoon")
    assert offices.told() == {offices.story.requester, offices.story.owner}
    # Both are to agree on a moment, and all of both are reminded.
    sweep(at=timezone.now() + dt.timedelta(days=7, minutes=1))
    everybody = {offices.story.requester, offices.beside, offices.story.owner, offices.colleague, offices.third}
    assert offices.told() == everybody
    assert Exchange.objects.get().state == "accepted"


def test_who_stopped_mails_about_messages_hears_of_requests_and_steps_and_not_of_messages() -> None:
    """One click under a message stops no request, reminder, appointment or dispute."""
    offices = Offices()
    services.withdraw(by=offices.story.requester, exchange=offices.exchange)
    refuse_letters(offices.story.owner.email, "messages")
    offices.told()
    exchange = offices.story.ask()
    assert offices.story.owner in offices.told()
    services.send_message(by=offices.story.requester, conversation=exchange.conversation, text="Past dinsdag?")
    assert offices.story.owner not in offices.told()


def test_letters_of_steps_can_t_be_stopped_and_those_of_messages_can() -> None:
    offices = Offices()
    services.send_message(by=offices.story.requester, conversation=offices.exchange.conversation, text="Dag")
    stops = {
        letter.template: message_of(letter).extra_headers.get("List-Unsubscribe", "")
        for letter in Letter.objects.all()
    }
    assert set(stops) == {"exchange_step", "exchange_message"}
    assert stops["exchange_step"] == ""
    assert "/post/weigeren/" in stops["exchange_message"]


def test_of_a_counter_offer_that_waits_colleagues_of_who_asked_hear() -> None:
    """Given that who asked went on holiday, when the counter-offer waits for days, then all of their side hear."""
    offices = Offices()
    services.counter(by=offices.story.owner, exchange=offices.exchange, quantity=Decimal(6), at=offices.story.at)
    assert offices.told() == {offices.story.owner, offices.story.requester}
    sweep(at=offices.story.at + dt.timedelta(days=2, minutes=1))
    assert offices.told() == {offices.story.requester, offices.beside}


@pytest.mark.parametrize("of_owner_first", [True, False], ids=["owner made first", "requester made first"])
def test_who_is_a_member_of_both_sides_is_reminded_when_either_is_to_answer(of_owner_first: bool) -> None:
    story = Story()
    exchange = story.ask()
    member = story.owner if of_owner_first else story.requester
    other = story.organisation if of_owner_first else story.listing.organisation
    Membership.objects.create(user=member, organisation=other, role="member")
    Letter.objects.all().delete()
    sweep(at=story.at + dt.timedelta(days=3, minutes=1))
    assert member.email in set(Letter.objects.values_list("recipient", flat=True))
    services.counter(by=story.owner, exchange=exchange, quantity=Decimal(6), at=story.at)
    Letter.objects.all().delete()
    sweep(at=story.at + dt.timedelta(days=2, minutes=1))
    assert member.email in set(Letter.objects.values_list("recipient", flat=True))
