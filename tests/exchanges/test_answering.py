"""A no to a proposal says why, for the hub alone; and a hub answers on behalf of a partner that asked it to."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import HubPartner, HubStaff, Membership, Organisation
from exchanges import services
from exchanges.models import Exchange, Proposal
from geo.models import Hub
from journal.letter_text import render_letter
from journal.models import Event, Letter
from tests.exchanges.test_chains import Desks
from tests.exchanges.test_proposals import Match, as_, read
from tests.makers import make_user

pytestmark = pytest.mark.django_db
NOTE = "An Peeters, per telefoon op 3 maart"


class Partner(Match):
    """The demand's organisation is a partner of the hub that proposes the match."""

    def __init__(self) -> None:
        super().__init__()
        Organisation.objects.filter(pk=self.demand.organisation_id).update(name="Kringwinkel Noord")
        self.demand.refresh_from_db()
        HubPartner.objects.create(hub=self.hub, organisation=self.demand.organisation)
        self.proposal = self.propose()
        self.member = self.demand.organisation.memberships.get().user
        self.giver = self.supply.organisation.memberships.get().user
        self.page = f"/voorstellen/{self.proposal.pk}/"

    def answer(self, answer: str = "yes", **more: Any) -> Proposal:
        given: dict[str, Any] = {"by": self.staff, "behalf_note": NOTE} | more
        return services.answer_proposal(proposal=self.proposal, answer=answer, **given)


def test_a_no_says_why_and_only_the_hub_and_who_said_it_read_that() -> None:
    story = Partner()
    story.say(story.supply, "yes", story.proposal)
    given = {"side": "demand", "answer": "no", "reason": "too_far", "words": "Zestig kilometer."}
    assert as_(story.member).post(f"{story.page}antwoord/", given).status_code == 302
    why = "het is te ver: Zestig kilometer."
    for user, reads in ((story.staff, True), (story.member, True), (story.giver, False)):
        assert (why in read(as_(user).get(story.page))) is reads
        row = as_(user).get(f"/api/v1/proposals/{story.proposal.pk}/").json()
        assert row["refusal"] == ({"reason": "too_far", "words": "Zestig kilometer."} if reads else None)
    letters = {
        one.recipient: render_letter(one).text for one in Letter.objects.filter(template="exchange_proposal_ended")
    }
    assert set(letters) == {story.staff.email, story.giver.email}
    assert f"Waarom niet: {why}" in letters[story.staff.email]
    assert "Zestig" not in letters[story.giver.email]
    assert "te ver" not in letters[story.giver.email]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"answer": "no"}, "reason"), ({"answer": "no", "reason": "zomaar"}, "reason"),
        ({"answer": "no", "reason": "other", "words": "x" * 501}, "words"),
        ({"answer": "no", "reason": "other", "words": "x\0"}, "words"),
        ({"answer": "yes", "reason": "price"}, "reason"), ({"answer": "yes", "words": "Duur."}, "reason"),
    ],
)  # fmt: skip
def test_a_no_without_a_reason_is_asked_for_one_and_a_yes_has_none(given: dict[str, Any], field: str) -> None:
    story = Partner()
    with pytest.raises(ValidationError) as refused:
        services.answer_proposal(by=story.member, proposal=story.proposal, **given)
    assert list(refused.value.message_dict) == [field]
    story.proposal.refresh_from_db()
    assert (story.proposal.demand_answer, story.proposal.refusal) == ("", "")


def test_on_the_page_a_no_without_a_reason_shows_the_list_again() -> None:
    story = Partner()
    again = as_(story.member).post(
        f"{story.page}antwoord/", {"side": "demand", "answer": "no", "words": "Mijn uitleg"}
    )
    assert again.status_code == 409
    for words in ("Mijn uitleg", "Kies waarom niet", "field__error", '<details class="more" open>'):
        assert words in read(again), words


@pytest.mark.parametrize("said", [{}, {"answer": ""}, {"answer": "misschien"}, {"answer": "no", "side": "x"}])
def test_what_is_no_answer_changes_nothing_and_says_so(said: dict[str, str]) -> None:
    story = Partner()
    for user in (story.member, story.staff):
        assert as_(user).post(f"{story.page}antwoord/", said, follow=True).status_code in (200, 409)
    story.proposal.refresh_from_db()
    assert (story.proposal.demand_answer, story.proposal.refusal) == ("", "")


def test_staff_of_the_hub_answer_for_a_partner_that_asked_and_all_see_it() -> None:
    story = Partner()
    story.say(story.supply, "yes", story.proposal)
    page = read(as_(story.staff).get(story.page))
    assert "Antwoorden namens Kringwinkel Noord" in page
    assert f"Antwoorden namens {story.supply.organisation}" not in page
    missing = as_(story.staff).post(f"{story.page}antwoord/", {"side": "demand", "answer": "yes"})
    assert missing.status_code == 409
    assert not Exchange.objects.exists()
    given = {"side": "demand", "answer": "yes", "behalf_note": NOTE}
    assert as_(story.staff).post(f"{story.page}antwoord/", given).status_code == 302
    exchange = Exchange.objects.get()
    assert (exchange.requester.name, exchange.asked_by, exchange.behalf_note) == (
        "Kringwinkel Noord",
        story.staff,
        NOTE,
    )
    asked, accepted = exchange.steps.order_by("number")
    assert [(one.role, one.side) for one in (asked, accepted)] == [("hub", "requester"), ("owner", "owner")]
    said = Event.objects.filter(verb="exchange.proposal_answered").latest("pk")
    assert said.changes["demand_behalf_note"] == NOTE
    for user in (story.staff, story.member, story.giver):
        assert f"De hub antwoordde namens hen. Wie het de hub vroeg: {NOTE}" in read(as_(user).get(story.page))
        assert f"Wie het de hub vroeg: {NOTE}" in read(as_(user).get(f"/uitwisselingen/{exchange.pk}/"))
    letter = Letter.objects.get(template="exchange_proposal_answered")
    assert letter.recipient == story.member.email
    rendered = render_letter(letter)
    assert rendered.subject.startswith("Ja gezegd namens Kringwinkel Noord")
    assert f"Wie van jullie dat vroeg, en hoe: {NOTE}" in rendered.text
    assert f"Hanne Hub ({story.hub.name})" in rendered.text


def test_a_partner_without_people_here_is_answered_for_as_well() -> None:
    story = Partner()
    Membership.objects.filter(organisation=story.demand.organisation).delete()
    story.say(story.supply, "yes", story.proposal)
    story.answer()
    assert Exchange.objects.get().state == "accepted"


def test_a_supply_is_accepted_on_behalf_of_its_owner() -> None:
    story = Partner()
    HubPartner.objects.create(hub=story.hub, organisation=story.supply.organisation)
    with pytest.raises(ValidationError) as unclear:
        story.answer()
    assert list(unclear.value.message_dict) == ["side"]
    story.answer(side="supply")
    story.say(story.demand, "yes", story.proposal)
    accepted = Exchange.objects.get().steps.get(step="exchange.accepted")
    assert (accepted.role, accepted.side, accepted.actor_id) == ("hub", "owner", story.staff.pk)


def test_a_member_takes_back_what_was_said_on_their_behalf() -> None:
    story = Partner()
    story.answer()
    story.proposal.refresh_from_db()
    assert story.proposal.demand_behalf_note == NOTE
    story.say(story.demand, "no", story.proposal)
    story.proposal.refresh_from_db()
    assert (story.proposal.demand_answer, story.proposal.demand_behalf_note) == ("no", "")


def test_nobody_answers_for_who_is_no_partner_or_without_saying_who_asked() -> None:
    story = Partner()
    with pytest.raises(ValidationError) as refused:
        story.answer(behalf_note=" ")
    assert list(refused.value.message_dict) == ["behalf_note"]
    with pytest.raises(ValidationError, match="namens een partij"):
        story.answer(by=story.member)
    with pytest.raises(PermissionDenied):
        story.answer(side="supply")
    other = Hub.objects.exclude(pk=story.hub.pk).order_by("pk")[0]
    there = HubStaff.objects.create(hub=other, user=make_user(), role="manager").user
    HubPartner.objects.create(hub=other, organisation=story.demand.organisation)
    with pytest.raises(PermissionDenied):
        story.answer(by=there)
    HubPartner.objects.filter(hub=story.hub).delete()
    with pytest.raises(PermissionDenied):
        story.answer()
    story.proposal.refresh_from_db()
    assert story.proposal.demand_answer == ""


def test_for_whom_only_the_hub_knows_nobody_answers() -> None:
    story = Partner()
    type(story.demand).objects.filter(pk=story.demand.pk).update(hub_only=True, precision="blurred")
    with pytest.raises(PermissionDenied):
        story.answer()
    assert "Antwoorden namens" not in read(as_(story.staff).get(story.page))


def test_in_a_chain_what_is_brought_and_what_is_fetched_say_who_asked() -> None:
    desks = Desks()
    hub = Hub.objects.get(pk=desks.supply.hub_ids[0])
    staff = HubStaff.objects.create(hub=hub, user=make_user(name="Hanne"), role="editor").user
    for listing in (desks.supply, desks.demand):
        HubPartner.objects.create(hub=hub, organisation=listing.organisation)
    proposal = desks.propose(by=staff)
    for side in ("supply", "demand"):
        services.answer_proposal(by=staff, proposal=proposal, answer="yes", side=side, behalf_note=f"{side}: {NOTE}")
    services.answer_proposal(by=desks.worker, proposal=proposal, answer="yes")
    brought, fetched = Exchange.objects.order_by("pk")
    assert (brought.behalf_note, fetched.behalf_note) == (f"supply: {NOTE}", f"demand: {NOTE}")
    assert {one.steps.get().role for one in (brought, fetched)} == {"hub"}
