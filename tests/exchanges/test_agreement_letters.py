"""Letters of standing agreements: to whoever took a step, with what was asked, and why in each reader's language."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from accounts.models import HubStaff, Membership, User
from exchanges import services
from exchanges.agreements.sweep import sweep_agreements
from exchanges.models import ExchangeStep, StandingAgreement
from exchanges.reading import agreements_read_by
from journal.letter_text import render_letter
from journal.models import Letter
from tests.exchanges.makers import Stream
from tests.makers import TODAY, make_user

pytestmark = pytest.mark.django_db


class Offices:
    """A stream, somebody who asks for it, and a colleague of theirs."""

    def __init__(self) -> None:
        self.stream = Stream()
        self.colleague = make_user(name="Bea")
        Membership.objects.create(user=self.colleague, organisation=self.stream.organisation, role="member")

    def told(self) -> set[str]:
        found = set(Letter.objects.values_list("recipient", flat=True))
        Letter.objects.all().delete()
        return found


def staff_of(stream: Stream) -> User:
    staff = make_user(name="Hanne")
    HubStaff.objects.create(user=staff, hub_id=stream.listing.hub_ids[0], role="editor")
    return staff


def test_who_agrees_to_a_counter_offer_hears_what_comes() -> None:
    """Given that a colleague of who asked took the counter-offer, then letters go to them as well."""
    offices = Offices()
    stream = offices.stream
    agreement = stream.countered_standing()
    services.agree_agreement(by=offices.colleague, agreement=agreement, at=stream.at)
    offices.told()
    services.skip_delivery(by=stream.owner, agreement=agreement, due_on=stream.first, reason="Ziek.", at=stream.at)
    assert offices.told() == {stream.requester.email, offices.colleague.email}


def test_of_a_counter_offer_that_waits_all_of_who_asked_are_reminded() -> None:
    offices = Offices()
    offices.stream.countered_standing()
    offices.told()
    sweep_agreements(at=offices.stream.at + dt.timedelta(days=3, minutes=1))
    assert offices.told() == {offices.stream.requester.email, offices.colleague.email}


@pytest.mark.parametrize("name", ["pause", "end"])
def test_staff_of_the_hub_read_the_reason_that_they_gave_for_a_side(name: str) -> None:
    stream = Stream()
    agreement, staff = stream.agreed(), staff_of(stream)
    assert agreements_read_by(staff, [agreement]) == set()
    step = {"pause": services.pause_agreement, "end": services.end_agreement}[name]
    step(by=staff, agreement=agreement, side="owner", reason="De ketel is stuk.", behalf_note="An belde", at=stream.at)
    agreement = StandingAgreement.objects.get(pk=agreement.pk)
    assert agreements_read_by(staff, [agreement]) == {agreement.pk}
    assert agreements_read_by(make_user(), [agreement]) == set()


def test_the_letter_of_a_counter_offer_shows_what_differs() -> None:
    """Given an answer with a last day and a place, then its letter and its reminder say both, and what was asked."""
    stream = Stream()
    stream.ask_standing(place="Poort 3")
    stream.countered_standing(place="Poort 9", ends_on=TODAY + dt.timedelta(days=90))
    sweep_agreements(at=stream.at + dt.timedelta(days=3, minutes=1))
    letters = list(Letter.objects.to(stream.requester.email).filter(template__startswith="agreement_"))
    assert {letter.template for letter in letters} == {"agreement_step", "agreement_reminder"}
    for letter in letters:
        text = render_letter(letter).text
        assert "tot en met" in text
        assert "Poort 9" in text
        (asked,) = [line for line in text.splitlines() if line.startswith("Gevraagd was: ")]
        assert "10" in asked
        assert "Poort 3" in asked


def test_a_place_that_ends_with_a_full_stop_gets_no_second_one() -> None:
    stream = Stream()
    stream.ask_standing(place="Poort 3, bel even aan.")
    stream.countered_standing(place="Poort 9, bel even aan.")
    texts = [render_letter(letter).text for letter in Letter.objects.to(stream.requester.email)]
    assert any("Poort 9, bel even aan." in text and "Poort 3, bel even aan." in text for text in texts)
    assert not any("aan.." in text for text in texts)


def test_why_nothing_can_be_reserved_is_said_in_each_readers_language() -> None:
    """Given a reader of French and one of Dutch, when a date can't be reserved, then each reads why."""
    stream = Stream()
    User.objects.filter(pk=stream.requester.pk).update(language="fr")
    stream.ask_standing()
    services.accept(
        by=stream.owner,
        exchange=services.request_exchange(
            by=stream.requester, organisation=stream.organisation, listing=stream.listing, quantity=Decimal(35),
            wanted_on=stream.first,
        ),
    )  # fmt: skip
    Letter.objects.all().delete()
    with translation.override("en"):
        stream.agreed()
    reasons = {letter.recipient: letter.data["reason"] for letter in Letter.objects.exclude(data__reason="")}
    assert set(reasons) == {stream.owner.email, stream.requester.email}
    assert reasons[stream.owner.email].startswith("Nog 5")
    french = reasons[stream.requester.email]
    assert "5" in french
    assert not french.startswith("Nog")


def test_a_change_without_a_word_says_no_reason_in_anybodys_name() -> None:
    """Given a change without a reason that drops a date, then neither letter nor history has one."""
    stream = Stream()
    agreement = stream.agreed()
    Letter.objects.all().delete()
    terms = stream.terms(starts_on=stream.first + dt.timedelta(days=1))
    services.change_agreement(by=stream.owner, agreement=agreement, terms=terms, at=stream.at)
    letters = list(Letter.objects.filter(template="agreement_step"))
    assert letters
    assert {letter.data["reason"] for letter in letters} == {""}
    called_off = ExchangeStep.objects.filter(state_after="cancelled")
    assert {step.reason for step in called_off} <= {""}
