"""Both sides of a standing agreement write to each other, on its page and by mail, and may ask the hub in."""

import datetime as dt
import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import HubPartner, HubStaff, Membership, User
from exchanges import services
from exchanges.agreements.sweep import sweep_agreements
from exchanges.enums import InboundOutcome, InboundSource
from exchanges.mail.handling import handle
from exchanges.mail.intake import take_in
from exchanges.models import Conversation, InboundMail, StandingAgreement
from exchanges.services.messages import ConversationClosed
from journal.letter_text import render_letter
from journal.models import Event, Letter
from tests.exchanges.mails import a_photo, reply
from tests.exchanges.makers import Stream
from tests.exchanges.test_pages import as_, hidden, read
from tests.makers import make_user, published

pytestmark = pytest.mark.django_db


class Talk(Stream):
    """A standing agreement that runs, in whose hub somebody works."""

    def __init__(self, **asked: Any) -> None:
        super().__init__()
        self.agreed(**asked)
        self.staff: User = make_user(name="Hanne Hub")
        HubStaff.objects.create(hub_id=self.listing.hub_ids[0], user=self.staff, role="editor")
        self.page = f"/vaste-afspraken/{self.agreement.pk}/"
        self.api = f"/api/v1/exchanges/agreements/{self.agreement.pk}/"

    @property
    def said(self) -> list[str]:
        return list(self.agreement.conversation.messages.values_list("text", flat=True))

    def write(self, by: User, text: str, **more: Any) -> None:
        services.send_message(by=by, conversation=self.agreement.conversation, text=text, **more)

    def seen_by(self, user: User) -> str:
        return read(as_(user).get(self.page))


def heard(text: str) -> set[str]:
    letters = Letter.objects.of_template("exchange_message").filter(data__text=text)
    return set(letters.values_list("recipient", flat=True))


def test_what_is_written_along_with_the_question_begins_the_conversation() -> None:
    talk = Talk(remark="Met eigen bakken.")
    assert talk.said == ["Met eigen bakken."]
    message = talk.agreement.conversation.messages.get()
    assert (message.author, message.role, message.side) == (talk.requester, "requester", "requester")
    assert talk.seen_by(talk.owner).count("Met eigen bakken.") == 1
    (row,) = as_(talk.owner).get("/api/v1/exchanges/agreements/").json()["results"]
    assert row["remark"] == "Met eigen bakken."


def test_a_question_without_a_word_begins_an_empty_one() -> None:
    talk = Talk()
    assert talk.said == []
    assert "Nog geen berichten." in talk.seen_by(talk.requester)


def test_who_writes_on_the_page_is_read_by_the_other_side_and_heard_by_mail() -> None:
    talk = Talk()
    owner = as_(talk.owner)
    given = hidden(read(owner.get(talk.page))) | {"message-text": "Mogen de bakken blijven staan?"}
    sent = owner.post(f"{talk.page}bericht/", given)
    assert (sent.status_code, sent["Location"]) == (302, f"{talk.page}#berichten")
    assert owner.post(f"{talk.page}bericht/", given).status_code == 302
    assert talk.said == ["Mogen de bakken blijven staan?"]
    assert heard("Mogen de bakken blijven staan?") == {talk.requester.email}
    letter = Letter.objects.of_template("exchange_message").get()
    assert letter.data["link"].endswith(f"{talk.page}#berichten")
    assert "Mogen de bakken blijven staan?" in talk.seen_by(talk.requester)
    assert owner.get(f"{talk.page}bericht/")["Location"] == talk.page


def test_an_empty_message_is_refused_on_the_page() -> None:
    talk = Talk()
    answer = as_(talk.owner).post(f"{talk.page}bericht/", {"message-key": "k", "message-text": " "})
    assert answer.status_code == 409
    assert talk.said == []
    assert "Vaste afspraak" in read(answer)


def test_a_photo_that_goes_along_is_for_those_who_read_along() -> None:
    talk = Talk()
    talk.write(talk.owner, "Zo zien ze eruit.", photos=[a_photo()])
    photo = talk.agreement.conversation.messages.get().photos.get()
    assert f"/bericht/foto/{photo.pk}/" in talk.seen_by(talk.requester)
    asked = {"requester": talk.requester, "staff": talk.staff, "stranger": make_user()}
    for address in (f"/bericht/foto/{photo.pk}/", f"/api/v1/message-photos/{photo.pk}/"):
        seen = {name: as_(user).get(address).status_code for name, user in asked.items()}
        assert seen == {"requester": 200, "staff": 404, "stranger": 404}


def test_a_colleague_who_wrote_hears_of_what_comes_after() -> None:
    """Given that a colleague of who asked wrote, then they hear of the answer, and of the next step."""
    talk = Talk()
    colleague = make_user(name="Bea")
    Membership.objects.create(user=colleague, organisation=talk.organisation, role="member")
    talk.write(talk.owner, "Eerste.")
    assert heard("Eerste.") == {talk.requester.email}
    talk.write(colleague, "Ik neem dit over.")
    talk.write(talk.owner, "Dag Bea.")
    assert heard("Dag Bea.") == {talk.requester.email, colleague.email}
    Letter.objects.all().delete()
    services.pause_agreement(by=talk.owner, agreement=talk.agreement, reason="Ziek.")
    told = set(Letter.objects.of_template("agreement_step").values_list("recipient", flat=True))
    assert told == {talk.requester.email, colleague.email}


def test_what_is_new_is_marked_until_one_looks_there() -> None:
    talk = Talk()
    talk.write(talk.owner, "Een.")
    talk.write(talk.owner, "Twee.")
    mine = as_(talk.requester)
    assert "2 nieuwe berichten" in read(mine.get("/mijn/uitwisselingen/"))
    assert "nieuw bericht" not in read(as_(talk.owner).get("/mijn/uitwisselingen/"))
    mine.get(talk.page)
    page = read(mine.get("/mijn/uitwisselingen/"))
    assert talk.page in page
    assert "nieuwe berichten" not in page


def test_an_agreement_that_is_over_stays_in_the_list_as_long_as_something_is_unread() -> None:
    talk = Talk()
    services.end_agreement(by=talk.owner, agreement=talk.agreement, reason="We stoppen.")
    mine = as_(talk.requester)
    assert talk.page not in read(mine.get("/mijn/uitwisselingen/"))
    talk.write(talk.owner, "Bedankt voor alles.")
    assert f"{talk.page}#berichten" in read(mine.get("/mijn/uitwisselingen/"))
    mine.get(talk.page)
    assert talk.page not in read(mine.get("/mijn/uitwisselingen/"))


def test_what_is_unread_is_on_the_first_page_and_counted_however_many_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Given more agreements than a page holds and one that is over with something unread, then that one stands on the
    first page, its messages count at the top, and every other is a page away.
    """
    monkeypatch.setattr("frontend.exchanges.views.PAGE_SIZE", 2)
    talk = Talk()
    running = [talk.agreement]
    for _number in range(3):
        other = published(recurrence="weekly")
        asked = services.ask_agreement(
            by=talk.requester, organisation=talk.organisation, listing=other, terms=talk.terms()
        )
        running.append(services.accept_agreement(by=other.maker, agreement=asked))  # type: ignore[attr-defined]
    over = services.end_agreement(by=talk.owner, agreement=talk.agreement, reason="We stoppen.")
    talk.write(talk.owner, "Bedankt voor alles.")
    talk.write(talk.owner, "En tot ziens.")
    mine = as_(talk.requester)

    def shown(page: int) -> list[int]:
        answer = mine.get(f"/mijn/uitwisselingen/?afspraken={page}")
        return [row["agreement"].pk for row in answer.context["agreements"]]

    first = read(mine.get("/mijn/uitwisselingen/"))
    assert f"/vaste-afspraken/{over.pk}/#berichten" in first
    assert first.split('id="agreements"')[1].split("</h2>")[0].count(">2<") == 1
    assert "Bladeren in vaste afspraken" in first
    assert shown(1)[0] == over.pk
    assert sorted(shown(1) + shown(2)) == sorted(one.pk for one in running)
    # Reading it leaves the three that run, and its place to others.
    mine.get(f"/vaste-afspraken/{over.pk}/")
    assert sorted(shown(1) + shown(2)) == sorted(one.pk for one in running if one.pk != over.pk)
    assert "nieuwe berichten" not in read(mine.get("/mijn/uitwisselingen/"))


@pytest.mark.parametrize("end", ["end", "decline"])
def test_after_the_end_it_stays_open_for_ninety_days(end: str) -> None:
    talk = Talk()
    if end == "end":
        services.end_agreement(by=talk.owner, agreement=talk.agreement, reason="Weg.", at=talk.at)
    else:
        talk.agreement.delete()
        del talk.agreement
        services.decline_agreement(by=talk.owner, agreement=talk.ask_standing(), reason="Nee.", at=talk.at)
    last = talk.at + dt.timedelta(days=90)
    talk.write(talk.requester, "Nog een vraag.", at=last - dt.timedelta(minutes=1))
    with pytest.raises(ConversationClosed):
        talk.write(talk.requester, "Te laat.", at=last)
    assert talk.said == ["Nog een vraag."]


# ---- by mail ----


def come(letter: Letter, text: str, sender: str) -> InboundMail:
    taken = take_in(
        raw=reply(letter.reply_to, sender, text).as_bytes(), recipient=letter.reply_to,
        envelope_sender="x@test.example", source=InboundSource.SMTP, at=timezone.now(),
    )  # fmt: skip
    assert taken is not None
    handle(mail_id=taken.pk, at=timezone.now())
    taken.refresh_from_db()
    return taken


@pytest.mark.parametrize("template", ["agreement_step", "agreement_reminder", "exchange_message"])
def test_a_reply_by_mail_to_any_of_its_letters_comes_into_the_conversation(template: str, settings: Any) -> None:
    settings.REPLY_DOMAIN = "antwoord.test.example"
    stream = Stream()
    agreement = stream.ask_standing()
    if template == "agreement_reminder":
        sweep_agreements(at=stream.at + dt.timedelta(days=3, minutes=1))
    if template == "exchange_message":
        services.send_message(by=stream.requester, conversation=agreement.conversation, text="Past dat?")
    letter = Letter.objects.of_template(template).get(recipient=stream.owner.email)
    assert re.search(r"Antwoord( dan)? op deze mail", render_letter(letter).text)
    assert come(letter, "Ja hoor.", stream.owner.email).outcome == InboundOutcome.TAKEN
    message = agreement.conversation.messages.latest("pk")
    assert (message.text, message.author, message.side) == ("Ja hoor.", stream.owner, "owner")
    assert heard("Ja hoor.") == {stream.requester.email}


def test_where_no_mail_comes_in_no_letter_says_that_one_can_reply() -> None:
    stream = Stream()
    stream.ask_standing()
    letter = Letter.objects.of_template("agreement_step").get()
    assert letter.reply_to == ""
    text = render_letter(letter).text
    assert "Antwoord dan op deze mail" not in text
    assert "Op deze mail antwoorden kan niet: dat doe je op de pagina." in text


def test_a_reply_of_who_left_the_organisation_is_answered_and_not_taken(settings: Any) -> None:
    settings.REPLY_DOMAIN = "antwoord.test.example"
    stream = Stream()
    stream.ask_standing()
    letter = Letter.objects.of_template("agreement_step").get()
    Membership.objects.filter(user=stream.owner).delete()
    assert come(letter, "Ik nog.", stream.owner.email).outcome == InboundOutcome.NO_PART
    (answer,) = Letter.objects.of_template("mail_answer")
    assert answer.data["link"].endswith(f"/vaste-afspraken/{stream.agreement.pk}/#berichten")


# ---- the hub ----


@pytest.mark.parametrize("side", ["owner", "requester"])
def test_either_side_asks_the_hub_in_and_then_it_reads_writes_and_hears(side: str) -> None:
    talk = Talk(remark="Tussen ons gezegd.")
    assert "Tussen ons gezegd." not in talk.seen_by(talk.staff)
    with pytest.raises(PermissionDenied):
        talk.write(talk.staff, "Dag")
    one = as_(getattr(talk, side))
    assert "De hub laten meekijken" in read(one.get(talk.page))
    for _twice in range(2):
        assert one.post(f"{talk.page}hub/").status_code == 302
    told = Letter.objects.of_template("exchange_hub_invited")
    other = talk.requester if side == "owner" else talk.owner
    assert sorted(letter.recipient for letter in told) == sorted([talk.staff.email, other.email])
    assert "Tussen ons gezegd." in talk.seen_by(talk.staff)
    talk.write(talk.staff, "Wij helpen laden.")
    assert '<span class="tag tag--plain">hub</span> Hanne Hub (' in talk.seen_by(talk.owner)
    talk.write(talk.owner, "Fijn.")
    assert talk.staff.email in heard("Fijn.")
    invited = Event.objects.get(verb="agreement.hub_invited")
    assert (invited.by_id, invited.subject_id) == (getattr(talk, side).pk, talk.agreement.pk)


def test_others_don_t_ask_the_hub_in() -> None:
    talk = Talk()
    for user in (talk.staff, make_user()):
        with pytest.raises(PermissionDenied):
            services.invite_hub(by=user, conversation=talk.agreement.conversation)
    assert Conversation.objects.get(agreement=talk.agreement).hub_since is None


def test_who_asks_on_behalf_of_a_partner_reads_the_answer() -> None:
    stream = Stream()
    staff = make_user(name="Hanne Hub")
    HubStaff.objects.create(hub_id=stream.listing.hub_ids[0], user=staff, role="editor")
    HubPartner.objects.create(hub_id=stream.listing.hub_ids[0], organisation=stream.organisation)
    agreement = services.ask_agreement(
        by=staff, organisation=stream.organisation, listing=stream.listing, terms=stream.terms(),
        remark="Voor onze partner.", behalf_note="An, per telefoon",
    )  # fmt: skip
    services.send_message(by=stream.owner, conversation=agreement.conversation, text="Kom maar.")
    assert "Kom maar." in read(as_(staff).get(f"/vaste-afspraken/{agreement.pk}/"))
    assert staff.email in heard("Kom maar.")


def test_who_wrote_stays_unnamed_as_long_as_the_owner_of_a_hub_only_listing_hasn_t_agreed() -> None:
    stream = Stream(hub_only=True, precision="blurred")
    HubPartner.objects.create(hub_id=stream.listing.hub_ids[0], organisation=stream.organisation)
    agreement = stream.ask_standing()
    User.objects.filter(pk=stream.owner.pk).update(name="Griet Eigenaar")
    services.send_message(
        by=User.objects.get(pk=stream.owner.pk), conversation=agreement.conversation, text="Hoeveel per keer?"
    )
    page = read(as_(stream.requester).get(f"/vaste-afspraken/{agreement.pk}/"))
    assert "Hoeveel per keer?" in page
    assert "Griet" not in page
    assert stream.listing.organisation.name not in page
    letter = Letter.objects.of_template("exchange_message").get()
    assert "Griet" not in letter.data["who"]


# ---- the API ----


def test_the_api_reads_writes_marks_and_asks_the_hub_in() -> None:
    talk = Talk(remark="Met eigen bakken.")
    owner = as_(talk.owner)
    sent = owner.post(
        f"{talk.api}messages/", {"text": "Goed.", "idempotency_key": "k"}, content_type="application/json"
    )
    assert sent.status_code == 201
    again = owner.post(
        f"{talk.api}messages/", {"text": "Goed.", "idempotency_key": "k"}, content_type="application/json"
    )
    assert again.json()["id"] == sent.json()["id"]
    page = as_(talk.requester).get(f"{talk.api}messages/").json()
    assert [row["text"] for row in page["results"]] == ["Met eigen bakken.", "Goed."]
    assert (page["hub_since"], page["closes_at"], page["read_up_to"]) == (None, None, None)
    assert as_(talk.staff).get(f"{talk.api}messages/").status_code == 403
    assert as_(talk.requester).post(f"{talk.api}messages/read/").status_code == 204
    assert as_(talk.requester).get(f"{talk.api}messages/").json()["read_up_to"] == sent.json()["id"]
    assert owner.post(f"{talk.api}hub/").json()["hub_since"] is not None
    assert as_(talk.staff).get(f"{talk.api}messages/").status_code == 200
    assert as_(make_user()).get(f"{talk.api}messages/").status_code == 404


# ---- bounds ----


def _queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as counted:
        assert client.get(address).status_code == 200
    return len(counted)


def test_the_page_takes_as_many_queries_for_thirty_messages_as_for_two() -> None:
    talk = Talk(remark="Een.")
    talk.write(talk.owner, "Twee.", photos=[a_photo()])
    few = _queries(as_(talk.requester), talk.page)
    for number in range(28):
        talk.write(talk.owner if number % 2 else talk.requester, f"Bericht {number}.", photos=[a_photo()])
    assert _queries(as_(talk.requester), talk.page) == few
    assert len(talk.said) == 30


def test_the_list_takes_as_many_queries_for_five_agreements_as_for_one() -> None:
    talk = Talk(remark="Een.")
    talk.write(talk.owner, "Dag.")
    addresses = ("/mijn/uitwisselingen/", "/api/v1/exchanges/agreements/")
    few = [_queries(as_(talk.requester), address) for address in addresses]
    for _more in range(4):
        other = Stream()
        other.requester, other.organisation = talk.requester, talk.organisation
        asked = other.ask_standing(remark="Ook dit.")
        services.send_message(by=other.owner, conversation=asked.conversation, text="Dag.")
    assert StandingAgreement.objects.of_members(talk.requester).count() == 5
    assert [_queries(as_(talk.requester), address) for address in addresses] == few
