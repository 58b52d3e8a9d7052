"""/api/v1/exchanges/{id}/messages/ and those of questions to hubs: reading, writing with photos, asking the hub in."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import HubStaff, User
from exchanges import services
from exchanges.models import Conversation, Message
from tests.exchanges.mails import a_photo
from tests.exchanges.makers import Story
from tests.exchanges.test_api import as_, post
from tests.exchanges.test_enquiries import Asked
from tests.makers import make_user

pytestmark = pytest.mark.django_db


class Talk(Story):
    """An exchange near Gent, with the addresses of what is written about it, and somebody of its hub."""

    def __init__(self) -> None:
        super().__init__()
        self.ask(message="Mogen we komen kijken?")
        self.there = f"/api/v1/exchanges/{self.exchange.pk}/"
        self.messages = f"{self.there}messages/"
        self.staff: User = make_user(name="Hanne Hub")
        HubStaff.objects.create(hub_id=self.listing.hub_ids[0], user=self.staff, role="editor")


def upload(name: str = "foto.jpg", content: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or a_photo(), "image/jpeg")


def test_both_sides_write_and_each_reads_who_wrote_it() -> None:
    talk = Talk()
    owner, requester = as_(talk.owner), as_(talk.requester)
    for _twice in range(2):
        sent = post(owner, talk.messages, text="Dinsdag kan.", idempotency_key="m1")
        assert sent.status_code == 201, sent.content
    page = requester.get(talk.messages).json()
    assert [(row["text"], row["side"], row["is_mine"]) for row in page["results"]] == [
        ("Mogen we komen kijken?", "requester", True), ("Dinsdag kan.", "owner", False),
    ]  # fmt: skip
    assert page["results"][1]["who"] == str(talk.listing.organisation)
    assert (page["next"], page["hub_since"], page["closes_at"], page["read_up_to"]) == (None, None, None, None)
    assert requester.post(f"{talk.messages}read/").status_code == 204
    assert requester.get(talk.messages).json()["read_up_to"] == sent.json()["id"]
    assert not Message.objects.unread_by(talk.requester).exists()


def test_a_form_brings_photos_that_its_readers_alone_fetch() -> None:
    talk = Talk()
    sent = as_(talk.owner).post(talk.messages, {"text": "Zo ziet het eruit.", "photos": [upload(), upload()]})
    assert sent.status_code == 201, sent.content
    assert len(sent.json()["photos"]) == 2
    address = sent.json()["photos"][0]["url"].removeprefix("http://testserver")
    for accept in ("image/webp", "*/*"):
        photo = as_(talk.requester).get(address, headers={"Accept": accept})
        assert (photo.status_code, photo["Content-Type"], photo.content[8:12]) == (200, "image/webp", b"WEBP")
    refused = as_(talk.staff).get(address, headers={"Accept": "image/webp"})
    assert (refused.status_code, refused["Content-Type"]) == (404, "application/problem+json")
    assert refused.json()["status"] == 404
    assert Client().get(address).status_code == 401


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "x" * 4_001}, "text"),
        ({"text": "Dag", "side": "hub"}, "side"),
        ({"text": "Dag", "photo": "x"}, "photo"),
        ({"photos": [upload("a.txt", b"geen foto")]}, "photos"),
        ({"photos": [upload() for _number in range(9)]}, "photos"),
    ],
)
def test_what_can_t_be_sent_is_refused_at_its_field_and_nothing_is_kept(given: dict[str, Any], field: str) -> None:
    talk = Talk()
    before = Message.objects.count()
    answer = as_(talk.owner).post(talk.messages, given)
    assert (answer.status_code, [row["field"] for row in answer.json()["errors"]]) == (400, [field])
    assert Message.objects.count() == before


def test_the_hub_reads_once_it_was_asked_in() -> None:
    talk = Talk()
    staff = as_(talk.staff)
    read, written = staff.get(talk.messages), post(staff, talk.messages, text="Dag")
    for answer in (read, written, staff.post(f"{talk.messages}read/")):
        assert answer.status_code == 403
    for _twice in range(2):
        invited = as_(talk.requester).post(f"{talk.there}hub/")
        assert invited.status_code == 200
    said = post(staff, talk.messages, text="Wij helpen laden.")
    assert (said.status_code, said.json()["role"], said.json()["side"]) == (201, "hub", None)
    page = as_(talk.owner).get(talk.messages).json()
    assert page["hub_since"] == invited.json()["hub_since"]
    assert "Hanne Hub" in page["results"][-1]["who"]
    assert Message.objects.count() == 2


def test_who_hides_stays_unnamed_where_they_write() -> None:
    talk = Talk()
    type(talk.listing).objects.filter(pk=talk.listing.pk).update(hub_only=True, precision="blurred")
    post(as_(talk.owner), talk.messages, text="Welke maten zoek je?")
    said = as_(talk.requester).get(talk.messages).json()["results"][-1]
    assert said["who"] == "Organisatie bekend bij de hub"


def test_a_question_is_answered_and_closed_talk_says_so() -> None:
    asked = Asked()
    there = f"/api/v1/enquiries/{asked.enquiry.pk}/messages/"
    answered = post(as_(asked.staff[0]), there, text="Probeer de kringwinkel.")
    assert (answered.status_code, asked.fresh().state) == (201, "answered")
    assert [row["role"] for row in as_(asked.asker).get(there).json()["results"]] == ["requester", "hub"]
    services.close_enquiry(by=asked.asker, enquiry=asked.enquiry)
    late = post(as_(asked.asker), there, text="Nog iets.")
    assert late.status_code == 409
    assert "gesloten" in late.json()["detail"]


def test_a_list_has_pages_and_asks_as_much_for_many_as_for_few() -> None:
    talk = Talk()
    client, counts = as_(talk.owner), []
    services.invite_hub(by=talk.owner, conversation=talk.exchange.conversation)
    conversation = Conversation.objects.get(exchange=talk.exchange)
    for _round in range(2):
        for by in (talk.owner, talk.requester, talk.staff):
            services.send_message(by=by, conversation=conversation, text="Nog iets.", photos=[b"RIFF", b"RIFF"])
        client.get(talk.messages)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(talk.messages).status_code == 200
        counts.append(len(queries))
        assert not any("webp" in query["sql"] for query in queries)
    assert counts[0] == counts[1] <= 14
    first = client.get(f"{talk.messages}?page_size=5").json()
    rest = client.get(first["next"]).json()
    assert (len(first["results"]), len(rest["results"]), rest["next"]) == (5, 2, None)
    assert first["results"][0]["id"] < rest["results"][0]["id"]
    assert client.get(f"{talk.messages}?since=1").status_code == 400
