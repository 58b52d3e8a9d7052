"""Letters of standing agreements: to whoever took a step, with what was asked, and why in each reader's language."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import translation

from accounts.models import HubStaff, Membership, User
from exchanges import services
from exchanges.agreements.differences import Differs, difference_words, kept_terms
from exchanges.agreements.history import history_of
from exchanges.agreements.sweep import sweep_agreements
from exchanges.agreements.terms import Terms
from exchanges.models import ExchangeStep, StandingAgreement
from exchanges.reading import agreements_read_by
from journal.letter_text import render_letter
from journal.models import Letter
from materials.figures import long_day
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
    stream.agreed()
    Letter.objects.all().delete()
    terms = stream.terms(starts_on=stream.first + dt.timedelta(days=1))
    stream.change(by=stream.owner, terms=terms, at=stream.at)
    letters = list(Letter.objects.filter(template="agreement_step"))
    assert letters
    assert {letter.data["reason"] for letter in letters} == {""}
    called_off = ExchangeStep.objects.filter(state_after="cancelled")
    assert {step.reason for step in called_off} <= {""}


def test_the_letter_of_a_change_says_what_differs_and_what_one_can_do() -> None:
    """Given other terms, then the letter says each that differs, the old beside the new."""
    stream = Stream()
    agreement = stream.agreed(place="Poort 3", from_time=dt.time(9), to_time=dt.time(10))
    Letter.objects.all().delete()
    terms = stream.terms(quantity=Decimal(6), place="Kade 9", ends_on=stream.first + dt.timedelta(days=90), every=2)
    services.change_agreement(by=stream.owner, agreement=agreement, terms=terms, at=stream.at)
    text = render_letter(Letter.objects.to(stream.requester.email).get())
    assert text.subject == "Vaste afspraak (wijziging voorgesteld): Houten paletten"
    (line,) = [one for one in text.text.splitlines() if one.startswith("Wat verandert: ")]
    for words in (
        "Per levering: van 10 naar 6\u00a0stuks", "Hoe vaak: elke ", "→ om de 2 weken op ",
        "Waar en hoe: Poort 3 → Kade 9", "Uur: 09:00–10:00 → telkens af te spreken",
        "Tot en met: tot een van jullie stopt → ",
    ):  # fmt: skip
        assert words in line
    assert "Wat nu: Ga akkoord of weiger: dat kan tot " in text.text
    happened = history_of(StandingAgreement.objects.get(pk=agreement.pk), stream.owner, may_read=True)[-1]
    assert "Waar en hoe: Poort 3 → Kade 9" in happened.words


def test_less_counts_at_once_and_its_letter_says_how_much_it_was() -> None:
    stream = Stream()
    agreement = stream.agreed()
    Letter.objects.all().delete()
    services.change_agreement(by=stream.owner, agreement=agreement, terms=stream.terms(quantity=Decimal(6)))
    text = render_letter(Letter.objects.to(stream.requester.email).get())
    assert text.subject == "Vaste afspraak (gewijzigd): Houten paletten"
    assert "Wat verandert: Per levering: van 10 naar 6\u00a0stuks" in text.text.splitlines()
    assert "Wat nu: Past dit niet?" in text.text


def test_a_change_of_the_place_alone_says_no_quantity() -> None:
    stream = Stream()
    agreement = stream.agreed(place="Poort 3")
    Letter.objects.all().delete()
    services.change_agreement(
        by=stream.owner, agreement=agreement, terms={"starts_on": stream.first, "place": "Kade 9"}, at=stream.at
    )
    data = Letter.objects.to(stream.requester.email).get().data
    assert data["differs"] == "Waar en hoe: Poort 3 → Kade 9"
    assert "10" not in data["sentence"]


def test_each_second_week_from_another_week_on_is_another_rhythm() -> None:
    """Given the same words for other dates, then the first days tell them apart."""
    before = Terms(quantity=Decimal(10), starts_on=dt.date(2026, 12, 1), every=2)
    after = replace(before, starts_on=dt.date(2026, 12, 8))
    differs = Differs(kept_terms(before, "piece"), kept_terms(after, "piece"))
    assert difference_words(differs) == [
        "Hoe vaak: om de 2 weken op dinsdag vanaf 1 december 2026 → om de 2 weken op dinsdag vanaf 8 december 2026"
    ]
    same = Differs(kept_terms(before, "piece"), kept_terms(replace(before, starts_on=dt.date(2026, 12, 15)), "piece"))
    assert difference_words(same) == []


def test_the_letter_of_one_changed_date_says_from_which_day_to_which() -> None:
    stream = Stream()
    agreement = stream.agreed()
    Letter.objects.all().delete()
    services.change_delivery(
        by=stream.owner, agreement=agreement, due_on=stream.first, quantity=Decimal(4),
        on=stream.first + dt.timedelta(days=1), at=stream.at,
    )  # fmt: skip
    text = render_letter(Letter.objects.to(stream.requester.email).get())
    assert text.subject == "Vaste afspraak (levering gewijzigd): Houten paletten"
    days = f"{long_day(stream.first)} → {long_day(stream.first + dt.timedelta(days=1))}"
    assert f"Wat verandert: Hoeveelheid: van 10 naar 4\u00a0stuks · Dag: {days}" in text.text
