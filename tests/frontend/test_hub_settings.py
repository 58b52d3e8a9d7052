"""What a hub says of itself, and its partners: on the page for its managers."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import StaffRole
from accounts.models import HubPartner, HubStaff, Invitation
from geo.models import Hub
from tests.makers import make_organisation, make_user

pytestmark = pytest.mark.django_db
SLUG = "sociaal-circulaire-hub-gent"
PAGE = f"/hubs/{SLUG}/beheer/"


@pytest.fixture
def hub() -> Hub:
    return Hub.objects.get(slug=SLUG)


@pytest.fixture
def manager(hub: Hub) -> Client:
    client = Client()
    client.force_login(HubStaff.objects.create(hub=hub, user=make_user(), role=StaffRole.MANAGER).user)
    return client


def test_sectors_are_stored_once_each_and_by_their_code(hub: Hub, manager: Client) -> None:
    manager.post(PAGE, {"buffer_km": "0", "sectors": "hout, Hout,  zeilmakerij , zeilmakerij,"})
    hub.refresh_from_db()
    assert hub.sectors == ["wood", "zeilmakerij"]


@pytest.mark.parametrize(
    ("typed", "says"),
    [("x" * 41, "een sector heeft hoogstens 40 tekens"), (", ".join(map(str, range(21))), "hoogstens 20 sectoren")],
)
def test_too_much_of_a_sector_and_too_many_are_named(hub: Hub, manager: Client, typed: str, says: str) -> None:
    before = hub.sectors
    page = manager.post(PAGE, {"buffer_km": "0", "sectors": typed}).content.decode()
    assert says in page
    assert typed[:40] in page  # nothing that was typed is lost
    hub.refresh_from_db()
    assert hub.sectors == before


def test_a_second_press_finds_what_was_taken_away_gone(hub: Hub, manager: Client) -> None:
    partner = HubPartner.objects.create(hub=hub, organisation=make_organisation(make_user()))
    invitation = Invitation.objects.create(hub=hub, email="x@test.example", role=StaffRole.EDITOR)
    for name, pk in (("hub-partner-remove", partner.pk), ("hub-staff-withdraw", invitation.pk)):
        for _press in range(2):
            answer = manager.post(reverse(name, args=[SLUG, pk]), follow=True)
            assert answer.status_code == 200
    assert not hub.partners.filter(pk=partner.pk).exists()
    assert not hub.invitations.open().exists()


def test_a_partner_that_was_taken_away_is_named(hub: Hub, manager: Client) -> None:
    partner = HubPartner.objects.create(hub=hub, organisation=make_organisation(make_user()))
    answer = manager.post(reverse("hub-partner-remove", args=[SLUG, partner.pk]), follow=True)
    assert f"{partner.organisation.name} is geen partner meer." in answer.content.decode()


@pytest.mark.parametrize(("language", "note"), [("nl", ""), ("en", "(in Dutch)"), ("fr", "(en néerlandais)")])
def test_a_hubs_own_words_are_marked_as_dutch(hub: Hub, client: Client, language: str, note: str) -> None:
    hub.intro = "Wij verbinden wie maakt en wie herstelt."
    hub.save()
    page = client.get(f"/hubs/{SLUG}/", headers={"accept-language": language}).content.decode()
    said = page.split('<p class="prose">', 1)[1].split("</p>", 1)[0]
    assert said.startswith(f'<span lang="nl">{hub.intro}</span>')
    assert ('<span class="soft small">' in said, note in said) == (bool(note), True)
