"""The people of a hub read what two sides write once one of these asks them in, or once they are to act."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from accounts.models import HubPartner, HubStaff, User
from exchanges import services
from exchanges.models import Exchange, MessagePhoto
from journal.models import Letter
from tests.exchanges.mails import a_photo
from tests.exchanges.makers import Story
from tests.makers import make_user

pytestmark = pytest.mark.django_db


class Watched(Story):
    """A story in whose hub somebody works."""

    def __init__(self) -> None:
        super().__init__()
        self.staff: User = make_user(name="Hanne Hub")
        HubStaff.objects.create(hub_id=self.listing.hub_ids[0], user=self.staff, role="editor")

    def page(self, user: User) -> str:
        client = Client()
        client.force_login(user)
        return str(client.get(f"/uitwisselingen/{self.exchange.pk}/").content.decode())


def test_before_anybody_asks_the_hub_sees_the_exchange_and_not_what_they_write() -> None:
    story = Watched()
    story.ask(message="Tussen ons gezegd.")
    assert "Tussen ons gezegd." in story.page(story.owner)
    page = story.page(story.staff)
    assert "Tussen ons gezegd." not in page
    assert "als een van hen dat vraagt" in page
    with pytest.raises(PermissionDenied):
        services.send_message(by=story.staff, conversation=story.exchange.conversation, text="Dag")


@pytest.mark.parametrize("side", ["owner", "requester"])
def test_either_side_asks_the_hub_in_and_then_it_reads_writes_and_hears(side: str) -> None:
    story = Watched()
    exchange = story.ask(message="Tussen ons gezegd.")
    client = Client()
    client.force_login(getattr(story, side))
    address = f"/uitwisselingen/{exchange.pk}/hub/"
    assert "De hub laten meekijken" in story.page(getattr(story, side))
    for _twice in range(2):
        assert client.post(address).status_code == 302
    told = Letter.objects.of_template("exchange_hub_invited")
    other = story.requester if side == "owner" else story.owner
    assert sorted(letter.recipient for letter in told) == sorted([story.staff.email, other.email])
    page = story.page(story.staff)
    assert "Tussen ons gezegd." in page
    services.send_message(by=story.staff, conversation=exchange.conversation, text="Wij helpen laden.")
    page = story.page(story.owner)
    assert "De hub kijkt mee sinds" in page
    assert '<span class="tag tag--plain">hub</span> Hanne Hub (' in page
    services.send_message(by=story.owner, conversation=exchange.conversation, text="Fijn.")
    heard = Letter.objects.of_template("exchange_message").latest("pk")
    assert story.staff.email in set(
        Letter.objects.of_template("exchange_message").filter(data__text="Fijn.").values_list("recipient", flat=True)
    )
    assert heard.data["text"] == "Fijn."


def test_who_runs_the_site_writes_only_where_they_work_for_the_hub_too() -> None:
    story = Watched()
    exchange = story.ask()
    services.invite_hub(by=story.owner, conversation=exchange.conversation)
    operator = make_user(is_superuser=True)
    assert "Bericht sturen" not in story.page(operator)
    HubStaff.objects.create(hub_id=exchange.hub_ids[0], user=operator, role="editor")
    assert "Bericht sturen" in story.page(operator)
    client = Client()
    client.force_login(operator)
    sent = client.post(f"/uitwisselingen/{exchange.pk}/bericht/", {"message-key": "k", "message-text": "Dag"})
    assert (sent.status_code, exchange.conversation.messages.get().role) == (302, "hub")


def test_others_don_t_ask_the_hub_in() -> None:
    story = Watched()
    story.ask()
    for user in (story.staff, make_user()):
        with pytest.raises(PermissionDenied):
            services.invite_hub(by=user, conversation=story.exchange.conversation)


def test_where_no_hub_is_nobody_can_be_asked_in() -> None:
    story = Watched()
    story.ask()
    Exchange.objects.update(hub_ids=[])
    assert "De hub laten meekijken" not in story.page(story.owner)
    with pytest.raises(ValidationError):
        services.invite_hub(by=story.owner, conversation=story.exchange.conversation)


def test_a_hub_where_nobody_works_isn_t_asked_in() -> None:
    story = Watched()
    story.ask()
    HubStaff.objects.filter(user=story.staff).delete()
    with pytest.raises(ValidationError, match="werkt nog niemand op Werkstof"):
        services.invite_hub(by=story.owner, conversation=story.exchange.conversation)


def test_who_is_to_decide_reads_what_they_wrote() -> None:
    story = Watched()
    story.ask(message="Tussen ons gezegd.")
    story.disputed()
    assert "Tussen ons gezegd." in story.page(story.staff)


def test_who_asks_on_behalf_of_a_partner_reads_the_answer() -> None:
    story = Watched()
    HubPartner.objects.create(hub_id=story.listing.hub_ids[0], organisation=story.organisation)
    asker, story.requester = story.requester, story.staff
    story.ask(message="Voor onze partner.", behalf_note="An, per telefoon")
    assert asker != story.requester
    services.send_message(by=story.owner, conversation=story.exchange.conversation, text="Kom maar.")
    assert "Kom maar." in story.page(story.staff)


def test_a_photo_is_for_those_who_read_along() -> None:
    story = Watched()
    story.ask(message="Zie de foto.")
    message = story.exchange.conversation.messages.get()
    photo = MessagePhoto.objects.create(message=message, position=0, webp=a_photo())
    seen = {}
    for name, user in (("owner", story.owner), ("staff", story.staff), ("stranger", make_user())):
        client = Client()
        client.force_login(user)
        seen[name] = client.get(f"/bericht/foto/{photo.pk}/").status_code
    assert seen == {"owner": 200, "staff": 404, "stranger": 404}
    assert f"/bericht/foto/{photo.pk}/" in story.page(story.owner)
