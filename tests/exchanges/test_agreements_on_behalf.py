"""Whatever step of a standing agreement staff of a hub take for a side, they say who of it asked them to."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import HubStaff, User
from exchanges import services
from exchanges.agreements.history import MOST_TOLD, history_of
from exchanges.models import StandingAgreement
from exchanges.parties import know_parties
from journal.letter_text import render_letter
from journal.models import Event, Letter
from tests.exchanges.makers import Stream
from tests.exchanges.test_pages import as_, hidden, read
from tests.makers import make_user

pytestmark = pytest.mark.django_db
NOTE = "An Peeters, per telefoon op 3 maart"
WEEK = dt.timedelta(days=7)


class Asked(Stream):
    """Somebody asked for ten pallets a week, and Hanne works for the hub."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(**fields)
        self.ask_standing()
        rows = HubStaff.objects.create(hub_id=self.listing.hub_ids[0], user=make_user(name="Hanne"), role="editor")
        self.staff: User = rows.user
        self.page = f"/vaste-afspraken/{self.agreement.pk}/"
        self.api = f"/api/v1/exchanges/agreements/{self.agreement.pk}/"

    def take(self, name: str, **given: Any) -> Any:
        client = as_(self.staff)
        return client.post(f"{self.page}stap/{name}/", hidden(read(client.get(self.page))) | given)

    def read_by(self, user: User) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = as_(user).get(self.api).json()["steps"]
        return found


def test_the_page_asks_who_asked_and_all_ways_out_say_so() -> None:
    story = Asked()
    assert story.take("accept", side="owner").status_code == 409
    assert StandingAgreement.objects.get().state == "asked"
    assert story.take("accept", side="owner", behalf_note=NOTE).status_code == 302
    assert StandingAgreement.objects.get().state == "agreed"
    assert Event.objects.get(verb="agreement.agreed").changes["behalf_note"] == NOTE
    for user in (story.staff, story.owner, story.requester):
        page = read(as_(user).get(story.page))
        assert f"Wie het de hub vroeg: {NOTE}" in page
        assert f"namens {story.listing.organisation}, ging akkoord met de vaste afspraak" in page
        assert [(row["step"], row["side"], row["behalf_note"]) for row in story.read_by(user)] == [
            ("agreement.asked", "requester", None), ("agreement.agreed", "owner", NOTE),
        ]  # fmt: skip
    letters = [one for one in Letter.objects.filter(template="agreement_step") if one.data["behalf_note"]]
    assert {one.recipient for one in letters} == {story.owner.email, story.requester.email}
    owner = story.listing.organisation
    assert all(f"{owner} vroeg dit aan de hub: {NOTE}" in render_letter(one).text for one in letters)


#: What staff can do for a side in each state, beside each other on the page.
STEPS = {
    "asked": ("accept", "counter", "decline", "withdraw"),
    "agreed": ("change", "pause", "end", "skip_delivery", "change_delivery"),
    "paused": ("resume", "end"),
}


@pytest.mark.parametrize("state", STEPS)
def test_each_step_for_a_side_asks_it_and_a_member_is_not_asked(state: str) -> None:
    story = Asked()
    if state != "asked":
        story.agreed()
    if state == "paused":
        services.pause_agreement(by=story.owner, agreement=story.agreement, reason="Vakantie.")
    page = read(as_(story.staff).get(story.page))
    for name in STEPS[state]:
        action = page.index(f'action="{story.page}stap/{name}/"')
        assert 'name="behalf_note"' in page[action : page.index("</form>", action)], name
    assert 'name="behalf_note"' not in read(as_(story.owner).get(story.page))


def test_no_service_takes_one_without_it_and_none_of_a_member() -> None:
    story = Asked()
    agreement = story.agreement
    refused: list[tuple[User, str]] = [(story.staff, ""), (story.staff, " "), (story.staff, "x" * 201)]
    for user, note in [*refused, (story.owner, NOTE)]:
        with pytest.raises(ValidationError) as error:
            services.accept_agreement(by=user, side="owner", agreement=agreement, behalf_note=note)
        assert list(error.value.message_dict) == ["behalf_note"]
    assert StandingAgreement.objects.get().state == "asked"


def test_a_date_that_is_changed_or_skipped_says_so_in_its_exchange() -> None:
    """Given dates that are reserved, when the hub changes one and skips another for a side, then both exchanges say
    who asked it to, and so does the journal.
    """
    story = Asked()
    agreement = story.agreed()
    changed, skipped = story.deliveries()[:2]
    how: dict[str, Any] = {"by": story.staff, "agreement": agreement, "side": "requester", "behalf_note": NOTE}
    services.change_delivery(due_on=changed.due_on, quantity=changed.quantity - 4, **how)
    services.skip_delivery(due_on=skipped.due_on, reason="Feest.", **how)
    for delivery in (changed, skipped):
        assert delivery.exchange is not None
        last = delivery.exchange.steps.last()
        assert last is not None
        assert (last.role, last.side, last.behalf_note) == ("hub", "requester", NOTE)
        assert NOTE in read(as_(story.owner).get(f"/uitwisselingen/{delivery.exchange_id}/"))
    rows = {row["due_on"]: row for row in story.read_by(story.owner) if row["due_on"]}
    assert {day: row["behalf_note"] for day, row in rows.items()} == {
        changed.due_on.isoformat(): NOTE, skipped.due_on.isoformat(): NOTE,
    }  # fmt: skip
    assert f"namens {story.organisation}, sloeg de levering" in rows[skipped.due_on.isoformat()]["words"]


def test_a_program_says_it_along() -> None:
    story = Asked()
    story.agreed()
    sent = {"step": "end", "side": "owner", "reason": "Gedaan."}
    there = f"{story.api}steps/"
    assert as_(story.staff).post(there, sent, content_type="application/json").status_code == 400
    answer = as_(story.staff).post(there, sent | {"behalf_note": NOTE}, content_type="application/json")
    assert answer.status_code == 200
    assert answer.json()["steps"][-1]["behalf_note"] == NOTE


def test_of_an_owner_known_to_the_hub_alone_nobody_reads_who_of_it_asked() -> None:
    """Given an owner whom only the hub knows, when the hub answers for them, then who asked reads that it was
    answered, and neither who they are nor who of them asked.
    """
    story = Asked(hub_only=True, precision="blurred")
    services.decline_agreement(
        by=story.staff, agreement=story.agreement, side="owner", reason="Weg.", behalf_note=NOTE
    )
    page, rows = read(as_(story.requester).get(story.page)), story.read_by(story.requester)
    assert rows[-1]["step"] == "agreement.declined"
    assert rows[-1]["behalf_note"] is None
    for text in (page, str(rows)):
        assert "An Peeters" not in text
        assert str(story.listing.organisation) not in text
    letters = {one.recipient: one.data["behalf_note"] for one in Letter.objects.filter(template="agreement_step")}
    assert letters[story.requester.email] == ""
    assert letters[story.owner.email] == NOTE
    assert NOTE in read(as_(story.owner).get(story.page))


def test_history_keeps_to_the_last_ones_and_to_what_everybody_may_read() -> None:
    story = Asked(first=40)
    agreement = story.agreed()
    services.add_note(by=story.staff, about=agreement, hub=HubStaff.objects.get().hub, text="Gebeld.")
    for _time in range(MOST_TOLD):
        agreement = services.pause_agreement(by=story.owner, agreement=agreement, reason="Weg.")
        agreement = services.resume_agreement(by=story.owner, agreement=agreement)
    know_parties([agreement], story.owner)
    told = history_of(agreement, story.owner, may_read=True)
    assert len(told) == MOST_TOLD
    assert {one.verb for one in told} == {"agreement.paused", "agreement.resumed"}
    assert told[-1].verb == "agreement.resumed"
    assert told[-1].at >= told[0].at
    assert [one.reason for one in told[-2:]] == ["Weg.", ""]
