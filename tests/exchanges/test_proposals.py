"""A hub brings a match to both sides: with two yeses an exchange begins."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from accounts.models import HubStaff, Membership, User
from exchanges import services
from exchanges.models import Exchange, Proposal
from exchanges.proposal_sweep import sweep_proposals
from exchanges.taking import ExchangeMoved
from geo.models import Hub
from journal.letter_text import render_letter
from journal.models import Letter
from listings.balances.free import standing_of
from listings.balances.periods import monday_of
from listings.models import Listing
from matching.pairs.incremental import pair
from tests.makers import make_user, published

pytestmark = pytest.mark.django_db


class Match:
    """40 pallets offered, 15 asked, and somebody of their hub."""

    def __init__(self) -> None:
        self.supply: Listing = published("supply")
        self.demand: Listing = published("demand", quantity=15)
        self.hub = Hub.objects.get(pk=self.supply.hub_ids[0])
        self.staff = make_user(name="Hanne Hub")
        HubStaff.objects.create(hub=self.hub, user=self.staff, role="editor")

    def propose(self, **more: Any) -> Proposal:
        given = {"by": self.staff, "hub": self.hub, "supply": self.supply, "demand": self.demand} | more
        return services.propose_match(**given)

    def say(self, listing: Listing, answer: str, proposal: Proposal, **more: Any) -> Proposal:
        by = listing.maker  # type: ignore[attr-defined]
        more = ({"reason": "other"} if answer == "no" else {}) | more
        return services.answer_proposal(by=by, proposal=proposal, answer=answer, **more)


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def read(response: Any) -> str:
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_with_two_yeses_what_fits_is_reserved() -> None:
    match = Match()
    proposal = match.propose(note="Jullie zijn buren.")
    told = Letter.objects.filter(template="exchange_proposal")
    sides = (match.supply.maker, match.demand.maker)  # type: ignore[attr-defined]
    assert {letter.recipient for letter in told} == {user.email for user in sides}
    match.say(match.supply, "yes", proposal)
    assert not Exchange.objects.exists()
    exchange = match.say(match.demand, "yes", proposal).exchange
    assert exchange is not None
    assert (exchange.state, exchange.requester, exchange.owner) == (
        "accepted", match.demand.organisation, match.supply.organisation,
    )  # fmt: skip
    assert exchange.legs.get().quantity == 15
    assert standing_of(Listing.objects.get(pk=match.supply.pk)).held == 15


def test_with_a_no_it_stops_and_it_may_be_proposed_again() -> None:
    match = Match()
    proposal = match.propose()
    match.say(match.supply, "no", proposal)
    with pytest.raises(ExchangeMoved):
        match.say(match.demand, "yes", proposal)
    assert not Exchange.objects.exists()
    match.propose()
    assert Proposal.objects.count() == 2


def test_nobody_is_asked_twice_while_they_may_answer_and_after_two_weeks_it_is_over() -> None:
    match = Match()
    proposal = match.propose()
    with pytest.raises(ValidationError, match="al gevraagd"):
        match.propose()
    later = timezone.now() + dt.timedelta(days=15)
    with pytest.raises(ExchangeMoved):
        match.say(match.supply, "yes", proposal, at=later)
    match.propose(at=later)
    assert Proposal.objects.count() == 1


def test_only_the_hub_of_one_of_both_proposes_and_only_the_sides_answer() -> None:
    match = Match()
    elsewhere = make_user()
    other = Hub.objects.exclude(pk__in=match.supply.hub_ids)[0]
    HubStaff.objects.create(hub=other, user=elsewhere, role="manager")
    with pytest.raises(PermissionDenied):
        match.propose(by=elsewhere)
    with pytest.raises(PermissionDenied):
        match.propose(by=elsewhere, hub=other)
    with pytest.raises(PermissionDenied):
        match.propose(by=match.supply.maker)  # type: ignore[attr-defined]
    proposal = match.propose()
    for stranger in (match.staff, elsewhere, make_user()):
        with pytest.raises(PermissionDenied):
            services.answer_proposal(by=stranger, proposal=proposal, answer="yes")
    assert not Exchange.objects.exists()


@pytest.mark.parametrize("wrong", ["", "misschien", "YES"])
def test_an_answer_is_yes_or_no(wrong: str) -> None:
    match = Match()
    with pytest.raises(ValidationError) as refused:
        match.say(match.supply, wrong, match.propose())
    assert "answer" in refused.value.message_dict


def test_two_of_a_kind_make_no_pair() -> None:
    match = Match()
    with pytest.raises(ValidationError):
        match.propose(supply=match.demand, demand=match.supply)


def test_a_hub_asks_from_its_list_of_pairs_and_both_answer_on_the_page() -> None:
    match = Match()
    given = {"supply": match.supply.pk, "demand": match.demand.pk, "note": "Past dit?"}
    made = as_(match.staff).post(f"/hubs/{match.hub.slug}/voorstellen/", given)
    proposal = Proposal.objects.get()
    assert made["Location"] == f"/voorstellen/{proposal.pk}/"
    for listing, expected in ((match.supply, "Bedankt voor je antwoord."), (match.demand, "allebei ja")):
        client = as_(listing.maker)  # type: ignore[attr-defined]
        assert f"/voorstellen/{proposal.pk}/" in read(client.get("/mijn/uitwisselingen/"))
        page = read(client.get(f"/voorstellen/{proposal.pk}/"))
        assert "Past dit?" in page
        assert "15 stuks" in page
        answered = client.post(f"/voorstellen/{proposal.pk}/antwoord/", {"answer": "yes"}, follow=True)
        assert expected in read(answered)
    assert Exchange.objects.count() == 1
    assert "Naar de uitwisseling" in read(as_(match.staff).get(f"/voorstellen/{proposal.pk}/"))


def test_the_hub_takes_its_proposal_back_and_may_ask_anew() -> None:
    match = Match()
    proposal = match.propose()
    match.say(match.supply, "yes", proposal)
    page = f"/voorstellen/{proposal.pk}/"
    assert "Voorstel intrekken" in read(as_(match.staff).get(page))
    side = as_(match.demand.maker)  # type: ignore[attr-defined]
    assert "Voorstel intrekken" not in read(side.get(page))
    assert side.post(f"{page}intrekken/").status_code == 403
    assert "Ingetrokken." in read(as_(match.staff).post(f"{page}intrekken/", follow=True))
    said = read(side.get(page))
    assert f"{match.hub.name} trok dit voorstel in." in said
    assert "Ja, graag" not in said
    with pytest.raises(ExchangeMoved):
        match.say(match.demand, "yes", proposal)
    with pytest.raises(ExchangeMoved):
        services.withdraw_proposal(by=match.staff, proposal=proposal)
    # Who said yes counts on it; the other reads it on the page.
    letter = Letter.objects.get(template="exchange_proposal_ended")
    assert letter.recipient == match.supply.maker.email  # type: ignore[attr-defined]
    assert f"{match.hub.name} trok het voorstel" in render_letter(letter).text
    assert sweep_proposals(at=timezone.now() + dt.timedelta(days=15)) == 0
    again = match.propose()
    assert again.state_at(timezone.now()) == "waiting"


def test_what_an_organisation_proposed_no_hub_takes_back() -> None:
    match = Match()
    proposal = match.propose()
    other = HubStaff.objects.create(hub=Hub.objects.exclude(pk=match.hub.pk)[0], user=make_user(), role="manager").user
    with pytest.raises(PermissionDenied):
        services.withdraw_proposal(by=other, proposal=proposal)
    proposal.refresh_from_db()
    assert proposal.withdrawn_at is None


def test_who_has_not_answered_is_reminded_once_three_days_before_it_lapses() -> None:
    match = Match()
    proposal = match.propose()
    match.say(match.supply, "yes", proposal)
    Letter.objects.all().delete()
    soon = proposal.lapses_at - dt.timedelta(days=3)
    assert sweep_proposals(at=soon - dt.timedelta(minutes=1)) == 0
    assert (sweep_proposals(at=soon), sweep_proposals(at=soon + dt.timedelta(hours=1))) == (1, 0)
    letter = Letter.objects.get()
    assert letter.recipient == match.demand.maker.email  # type: ignore[attr-defined]
    rendered = render_letter(letter)
    assert rendered.subject.startswith("Herinnering, ")
    assert "nog geen antwoord" in rendered.text


def test_the_hub_hears_that_both_said_yes() -> None:
    match = Match()
    proposal = match.propose()
    match.say(match.supply, "yes", proposal)
    assert not Letter.objects.filter(template="exchange_proposal_agreed").exists()
    match.say(match.demand, "yes", proposal)
    letter = Letter.objects.get(template="exchange_proposal_agreed")
    assert letter.recipient == match.staff.email
    assert "Iedereen zei ja op jullie voorstel" in render_letter(letter).text


def test_of_an_asked_pair_the_hub_reads_that_it_was_asked() -> None:
    match = Match()
    pair(listing_id=match.supply.pk, at=timezone.now())
    pairs = f"/hubs/{match.hub.slug}/koppels/"
    assert "Waarom dit past (mag leeg)" in read(as_(match.staff).get(pairs))
    match.propose()
    page = read(as_(match.staff).get(pairs))
    assert "Aan beide gevraagd" in page
    assert "Waarom dit past (mag leeg)" not in page


def test_a_chain_that_was_proposed_asks_neither_side_of_the_pair_for_the_pair() -> None:
    match = Match()
    service = published("service")
    services.propose_chain(
        by=match.supply.maker,  # type: ignore[attr-defined]
        supply=match.supply, service=service, demand=match.demand, week=monday_of(timezone.localdate()),
        quantity=Decimal(10), work=Decimal(10),
    )  # fmt: skip
    pair(listing_id=match.supply.pk, at=timezone.now())
    page = read(as_(match.staff).get(f"/hubs/{match.hub.slug}/koppels/"))
    assert "Aan beide gevraagd" not in page
    assert "Waarom dit past (mag leeg)" in page


def test_others_see_no_proposal() -> None:
    match = Match()
    proposal = match.propose()
    assert as_(make_user()).get(f"/voorstellen/{proposal.pk}/").status_code == 404
    assert as_(make_user()).post(f"/voorstellen/{proposal.pk}/antwoord/", {"answer": "yes"}).status_code == 404
    assert Client().get(f"/voorstellen/{proposal.pk}/").status_code == 302
    refused = as_(make_user()).post(f"/hubs/{match.hub.slug}/voorstellen/", {"supply": 1, "demand": "x"})
    assert refused.status_code in (403, 404)


@pytest.mark.parametrize("how", ["left", "deleted"])
@pytest.mark.parametrize("side", ["supply", "demand"])
def test_what_somebody_said_for_an_organisation_holds_when_they_are_gone(side: str, how: str) -> None:
    """The other one's yes begins the exchange, and a colleague of who left goes on with it."""
    match = Match()
    first, last = (match.supply, match.demand) if side == "supply" else (match.demand, match.supply)
    proposal, colleague = match.propose(), make_user()
    Membership.objects.create(organisation=first.organisation, user=colleague, role="member")
    match.say(first, "yes", proposal)
    who = first.maker  # type: ignore[attr-defined]
    Membership.objects.filter(user=who).delete()
    if how == "deleted":
        User.objects.filter(pk=who.pk).delete()
    answer = as_(last.maker).post(f"/voorstellen/{proposal.pk}/antwoord/", {"answer": "yes"})  # type: ignore[attr-defined]
    assert answer.status_code == 302
    exchange = Exchange.objects.get()
    assert (exchange.state, int(exchange.legs.get().quantity)) == ("accepted", 15)
    is_gone = how == "deleted" and side == "demand"
    assert exchange.asked_by_id == (colleague.pk if is_gone else proposal_by(proposal, "demand"))
    assert Letter.objects.filter(template="exchange_step", recipient=colleague.email).exists()
    again = services.cancel(by=colleague, exchange=exchange, reason="Toch niet.")
    assert again.state == "cancelled"


def proposal_by(proposal: Proposal, side: str) -> int | None:
    proposal.refresh_from_db()
    found: int | None = getattr(proposal, f"{side}_by_id")
    return found


def test_where_nobody_of_an_organisation_is_left_the_last_yes_is_refused_in_words() -> None:
    match = Match()
    proposal = match.propose()
    match.say(match.supply, "yes", proposal)
    Membership.objects.filter(organisation=match.supply.organisation).delete()
    with pytest.raises(ExchangeMoved, match="werkt niemand meer op Werkstof"):
        match.say(match.demand, "yes", proposal)
    assert not Exchange.objects.exists()
