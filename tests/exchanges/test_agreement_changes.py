"""A change of a standing agreement that asks more of the other side waits for its yes; less counts at once."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from exchanges import services
from exchanges.agreements.proposing import asks_more
from exchanges.agreements.steps import turn_of
from exchanges.agreements.sweep import sweep_agreements
from exchanges.agreements.terms import Terms
from exchanges.models import StandingAgreement
from exchanges.taking import ExchangeMoved
from listings.balances.free import NotEnoughFree
from listings.late import TooLate
from listings.models import Listing
from tests.exchanges.makers import Stream
from tests.exchanges.test_agreement_pages import step
from tests.exchanges.test_agreements import HOURS, WEEK, free, later, read_again, states, told
from tests.exchanges.test_pages import as_, read
from tests.makers import make_user

pytestmark = pytest.mark.django_db

TUESDAY = dt.date(2026, 12, 1)
BEFORE = Terms(
    quantity=Decimal(10), starts_on=TUESDAY, ends_on=dt.date(2027, 6, 1), from_time=dt.time(9), to_time=dt.time(10),
    place="Poort 3",
)  # fmt: skip


@pytest.mark.parametrize(
    ("other", "more"),
    [
        ({}, False),
        ({"quantity": Decimal(9)}, False),
        ({"quantity": Decimal("10.5")}, True),
        ({"starts_on": TUESDAY + 3 * WEEK}, False),
        ({"starts_on": TUESDAY + dt.timedelta(days=1)}, True),
        ({"every": 2}, False),
        ({"every": 2, "starts_on": TUESDAY + WEEK}, False),
        ({"rhythm": "months"}, True),
        ({"ends_on": dt.date(2027, 5, 1)}, False),
        ({"ends_on": dt.date(2027, 7, 1)}, True),
        ({"ends_on": None}, True),
        ({"from_time": dt.time(8)}, True),
        ({"from_time": None, "to_time": None}, True),
        ({"place": "Kade 9"}, True),
        ({"quantity": Decimal(5), "place": "Kade 9"}, True),
    ],
)
def test_less_less_often_and_sooner_over_asks_nothing(other: dict[str, Any], more: bool) -> None:
    assert asks_more(BEFORE, "kg", replace(BEFORE, **other), "kg") == more
    assert asks_more(BEFORE, "kg", replace(BEFORE, **other), "tonne")


@pytest.mark.parametrize(
    ("before", "after", "more"),
    [
        ((2, dt.date(2026, 12, 1)), (2, dt.date(2026, 12, 15)), False),
        ((2, dt.date(2026, 12, 1)), (2, dt.date(2026, 12, 8)), True),
        ((2, dt.date(2026, 12, 1)), (1, dt.date(2026, 12, 1)), True),
        ((2, dt.date(2026, 12, 1)), (3, dt.date(2026, 12, 1)), True),
        ((2, dt.date(2026, 12, 1)), (4, dt.date(2026, 12, 1)), False),
    ],
)
def test_every_date_of_the_new_rhythm_is_one_of_the_old(
    before: tuple[int, dt.date], after: tuple[int, dt.date], more: bool
) -> None:
    old, new = (replace(BEFORE, every=every, starts_on=day) for every, day in (before, after))
    assert asks_more(old, "kg", new, "kg") == more


def test_by_the_month_another_day_of_the_month_is_another_day() -> None:
    """Given each month on the 31st, when it goes on from the last of February, then it would be the 28th of March."""
    monthly = replace(BEFORE, rhythm="months", starts_on=dt.date(2027, 1, 31))
    assert asks_more(monthly, "kg", replace(monthly, starts_on=dt.date(2027, 2, 28)), "kg")
    assert not asks_more(monthly, "kg", replace(monthly, starts_on=dt.date(2027, 3, 31)), "kg")


def test_more_waits_for_the_other_side_and_what_was_agreed_stays_until_then() -> None:
    stream = Stream()
    stream.agreed(**HOURS)
    told()
    second = stream.first + WEEK
    proposed = services.change_agreement(
        by=stream.owner, agreement=stream.agreement, reason="Meer draf.",
        terms=stream.terms(quantity=Decimal(30), starts_on=second, **HOURS), at=stream.at,
    )  # fmt: skip
    assert (proposed.state, int(proposed.quantity), proposed.proposed_by) == ("agreed", 10, "owner")
    assert str(turn_of(proposed)) == "requester"
    ((to, sentence),) = told()
    assert to == stream.requester.email
    assert "stelde een wijziging van de vaste afspraak voor “Houten paletten” voor" in sentence
    assert (free(stream, stream.first), free(stream, second)) == (30, 30)
    # What comes meanwhile is made as it was agreed on.
    sweep_agreements(at=later(2))
    assert [int(row.quantity) for row in stream.deliveries()] == [10, 10, 10]
    agreed = services.agree_change(by=stream.requester, agreement=proposed, at=later(2))
    assert (int(agreed.quantity), agreed.proposed_by, agreed.deadline_at) == (30, "", None)
    assert [int(row.quantity) for row in stream.deliveries()] == [10, 30, 30]
    assert (free(stream, stream.first), free(stream, second)) == (30, 10)


def test_less_counts_at_once() -> None:
    stream = Stream()
    stream.agreed()
    changed = services.change_agreement(
        by=stream.owner, agreement=stream.agreement, terms=stream.terms(quantity=Decimal(4), every=2)
    )
    assert (int(changed.quantity), changed.proposed_by) == (4, "")
    assert [(int(row.quantity), row.state) for row in stream.deliveries()] == [(4, "made"), (10, "skipped")]


@pytest.mark.parametrize("who", ["owner", "requester"])
def test_only_the_other_side_answers_and_only_who_proposed_takes_it_back(who: str) -> None:
    stream = Stream(first=40)
    stream.agreed()
    own, other = (stream.owner, stream.requester) if who == "owner" else (stream.requester, stream.owner)
    for end in ("decline", "take_back"):
        proposed = services.change_agreement(
            by=own, agreement=stream.agreement, terms=stream.terms(quantity=Decimal(20))
        )
        told()
        for by, take in (
            (own, services.agree_change), (own, services.decline_change), (other, services.take_back_change),
        ):  # fmt: skip
            with pytest.raises(PermissionDenied), transaction.atomic():
                take(by=by, agreement=proposed, reason="Nee.")
        # Until it is answered nobody changes anything else of all that follows.
        for by in (own, other):
            with pytest.raises(ExchangeMoved, match="wacht al een wijziging"), transaction.atomic():
                services.change_agreement(by=by, agreement=proposed, terms=stream.terms(quantity=Decimal(5)))
        if end == "decline":
            with pytest.raises(ValidationError, match="waarom"):
                services.decline_change(by=other, agreement=proposed)
            services.decline_change(by=other, agreement=proposed, reason="Te veel.")
        else:
            services.take_back_change(by=own, agreement=proposed)
        assert (int(read_again(stream).quantity), stream.agreement.proposed_by) == (10, "")
        assert [to for to, _sentence in told()] == [(own if end == "decline" else other).email]
        with pytest.raises(ExchangeMoved):
            services.agree_change(by=other, agreement=stream.agreement)


def test_what_nobody_answers_is_reminded_of_and_lapses_after_a_week() -> None:
    stream = Stream(first=40)
    stream.change_proposed()
    told()
    for days, count in ((2, 0), (3, 1), (6, 1)):
        sweep_agreements(at=stream.at + dt.timedelta(days=days, minutes=1))
        assert [to for to, _sentence in told("agreement_reminder")] == [stream.requester.email] * count, days
    sweep_agreements(at=stream.at + dt.timedelta(days=7, minutes=1))
    agreement = read_again(stream)
    assert (agreement.state, agreement.proposed_by, int(agreement.quantity)) == ("agreed", "", 10)
    assert {to for to, _sentence in told()} == {stream.owner.email, stream.requester.email}


def test_it_can_not_be_answered_any_more_once_its_first_day_has_begun() -> None:
    """Given a change from the day after tomorrow on, then it lapses when that day begins, and isn't agreed to late."""
    stream = Stream(first=2)
    proposed = stream.change_proposed()
    assert proposed.deadline_at is not None
    assert proposed.deadline_at < stream.at + dt.timedelta(days=2)
    with pytest.raises(TooLate, match="voorbij"):
        services.agree_change(by=stream.requester, agreement=proposed, at=later(2))
    sweep_agreements(at=later(2))
    assert read_again(stream).proposed_by == ""


@pytest.mark.parametrize("end", ["pause", "end"])
def test_a_pause_or_an_end_leaves_no_change_waiting(end: str) -> None:
    stream = Stream()
    stream.change_proposed()
    take = {"pause": services.pause_agreement, "end": services.end_agreement}[end]
    taken = take(by=stream.requester, agreement=stream.agreement, reason="Genoeg.")
    assert (taken.proposed_by, taken.proposed_terms, taken.proposed_at) == ("", None, None)


def test_what_can_not_be_reserved_or_counts_otherwise_by_now_is_not_agreed_to() -> None:
    stream = Stream()
    proposed = stream.change_proposed()
    services.accept(
        by=stream.owner,
        exchange=services.request_exchange(
            by=stream.requester, organisation=stream.organisation, listing=stream.listing, quantity=Decimal(25),
            wanted_on=stream.first,
        ),
    )  # fmt: skip
    with pytest.raises(NotEnoughFree), transaction.atomic():
        services.agree_change(by=stream.requester, agreement=proposed)
    assert (int(read_again(stream).quantity), stream.agreement.proposed_by) == (10, "owner")
    assert states(stream) == ["made", "made"]
    Listing.objects.filter(pk=stream.listing.pk).update(unit="kg")
    with pytest.raises(TooLate, match="De eenheid"):
        services.agree_change(by=stream.requester, agreement=proposed)


def test_the_database_keeps_a_change_whole() -> None:
    stream = Stream()
    stream.change_proposed()
    rows = StandingAgreement.objects.filter(pk=stream.agreement.pk)
    broken: list[dict[str, Any]] = [{"proposed_by": ""}, {"proposed_terms": None}, {"state": "paused"}]
    for fields in broken:
        with pytest.raises(IntegrityError, match="agreement_change_proposed_whole"), transaction.atomic():
            rows.update(**fields)


def test_who_is_to_answer_sees_what_changes_and_agrees_on_the_page() -> None:
    stream = Stream()
    stream.agreed(place="Poort 3")
    owner, requester = as_(stream.owner), as_(stream.requester)
    there = f"/vaste-afspraken/{stream.agreement.pk}/"
    given = {
        "quantity": "20", "often": "weeks-1", "starts_on": stream.first + WEEK, "ends_on": "", "from_time": "",
        "to_time": "", "place": "Kade 9", "reason": "De poort is <weg>.",
    }  # fmt: skip
    assert "Meer, of een andere dag, uur of plek, geldt zodra de ander akkoord gaat" in read(owner.get(there))
    assert step(owner, stream.agreement, "change", side="owner", **given).status_code == 302
    page = read(requester.get(there))
    now = page.split('id="now"')[1].split("</section>")[0]
    assert "Jij bent aan zet: ga akkoord met de wijziging, of weiger." in now
    for words in (
        "Per levering: van 10 naar 20",
        "Waar en hoe: Poort 3 → Kade 9",
        "De poort is &lt;weg&gt;.",
        "Antwoorden kan tot",
    ):
        assert words in now
    assert 'stap/agree_change/"' in now
    assert 'stap/change/"' not in page
    assert f"{stream.organisation} is aan zet." in read(owner.get(there))
    assert 'stap/take_back_change/"' in read(owner.get(there))
    listed = read(requester.get("/mijn/uitwisselingen/")).split('id="agreements"')[1].split("</ul>")[0]
    assert "jij bent aan zet" in listed
    assert "wijziging voorgesteld, tot" in listed
    assert (
        "jij bent aan zet"
        not in read(owner.get("/mijn/uitwisselingen/")).split('id="agreements"')[1].split("</ul>")[0]
    )
    assert requester.get(f"/vaste-afspraken/{stream.agreement.pk}/").status_code == 200
    assert as_(make_user()).get(there).status_code == 404
    assert step(requester, stream.agreement, "agree_change", side="requester").status_code == 302
    page = read(owner.get(there))
    assert "Deze vaste afspraak loopt." in page
    assert (int(read_again(stream).quantity), stream.agreement.place) == (20, "Kade 9")
