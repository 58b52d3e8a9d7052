"""The page that says who works for a hub."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.enums import StaffRole
from accounts.models import HubPartner, HubStaff, Invitation, User
from geo.models import Hub
from tests.makers import make_organisation, make_user

pytestmark = pytest.mark.django_db
SLUG = "sociaal-circulaire-hub-gent"
PAGE = f"/hubs/{SLUG}/beheerders/"


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


@pytest.fixture
def hub() -> Hub:
    return Hub.objects.get(slug=SLUG)


@pytest.fixture
def people(hub: Hub) -> dict[str, Any]:
    partner, other, editor, manager = make_user(), make_user(), make_user(name="Els Claes"), make_user()
    HubPartner.objects.create(hub=hub, organisation=make_organisation(partner))
    HubStaff.objects.create(hub=Hub.objects.exclude(pk=hub.pk)[0], user=other, role=StaffRole.MANAGER)
    HubStaff.objects.create(hub=hub, user=editor, role=StaffRole.EDITOR)
    HubStaff.objects.create(hub=hub, user=manager, role=StaffRole.MANAGER)
    return {
        "anonymous": None, "member of a partner": partner, "manager of another hub": other, "editor": editor,
        "manager": manager, "operator": make_user(is_superuser=True),
    }  # fmt: skip


#: Reading the page, adding someone, removing the editor. 302 of what anonymous gets leads to the log-in.
RIGHTS = {
    "anonymous": (302, False, False),
    "member of a partner": (403, False, False),
    "manager of another hub": (403, False, False),
    "editor": (200, False, True),
    "manager": (200, True, True),
    "operator": (200, True, True),
}


@pytest.mark.parametrize("who", RIGHTS)
def test_who_may_do_what(hub: Hub, people: dict[str, Any], who: str) -> None:
    client, newcomer = client_of(people[who]), make_user()
    read = client.get(PAGE).status_code
    client.post(PAGE, {"email": newcomer.email, "role": "editor"})
    added = hub.staff.filter(user=newcomer).exists()
    editor = hub.staff.get(user=people["editor"])
    client.post(reverse("hub-staff-change", args=[SLUG, editor.pk]), {"action": "remove"})
    assert (read, added, not hub.staff.filter(pk=editor.pk).exists()) == RIGHTS[who]


@pytest.mark.parametrize("who", ["anonymous", "member of a partner", "manager of another hub", "editor"])
def test_others_neither_promote_nor_withdraw(hub: Hub, people: dict[str, Any], who: str) -> None:
    invitation = Invitation.objects.create(hub=hub, email="x@test.example", role=StaffRole.EDITOR)
    editor = hub.staff.get(user=people["editor"])
    client = client_of(people[who])
    for name, pk, form in (
        ("hub-staff-change", editor.pk, {"role": "manager"}),
        ("hub-staff-withdraw", invitation.pk, {}),
    ):
        assert client.post(reverse(name, args=[SLUG, pk]), form).status_code in (302, 403)
    editor.refresh_from_db()
    assert editor.role == StaffRole.EDITOR
    assert hub.invitations.exists()


def test_a_manager_adds_promotes_invites_and_removes(hub: Hub, people: dict[str, Any]) -> None:
    client, newcomer = client_of(people["manager"]), make_user(name="Jo Maes")
    page = client.post(PAGE, {"email": newcomer.email.upper(), "role": "editor"}, follow=True).content.decode()
    assert "Jo Maes werkt nu voor" in page
    staff = hub.staff.get(user=newcomer)
    change = reverse("hub-staff-change", args=[SLUG, staff.pk])
    client.post(change, {"role": "manager"})
    staff.refresh_from_db()
    assert staff.role == StaffRole.MANAGER
    client.post(change, {"action": "remove"})
    assert not hub.staff.filter(user=newcomer).exists()
    page = client.post(PAGE, {"email": "nieuw@test.example", "role": "editor"}, follow=True).content.decode()
    assert "nieuw@test.example krijgt een uitnodiging" in page
    assert "nog niet verstuurd" in page
    client.post(reverse("hub-staff-withdraw", args=[SLUG, hub.invitations.get().pk]))
    assert not hub.invitations.exists()


def test_a_refusal_stands_by_its_field(hub: Hub, people: dict[str, Any]) -> None:
    client = client_of(people["manager"])
    page = client.post(PAGE, {"email": people["editor"].email, "role": "editor"})
    assert page.status_code == 200
    assert "werkt al voor deze hub" in page.content.decode()
    own = hub.staff.get(user=people["manager"])
    page = client.post(reverse("hub-staff-change", args=[SLUG, own.pk]), {"action": "remove"}, follow=True)
    assert "minstens één beheerder" in page.content.decode()


def test_an_invitation_to_a_hub_is_accepted_on_its_page(hub: Hub, people: dict[str, Any]) -> None:
    guest = make_user()
    invitation = Invitation.objects.create(
        hub=hub, email=guest.email, role=StaffRole.EDITOR, invited_by=people["manager"]
    )
    client, address = client_of(guest), reverse("accept-invitation", args=[invitation.token])
    assert hub.name in client.get(address).content.decode()
    assert client.post(address)["Location"] == PAGE
    assert client.get(PAGE).status_code == 200


def test_strangers_see_a_name_only_by_choice(people: dict[str, Any]) -> None:
    def public() -> str:
        return Client().get(f"/hubs/{SLUG}/").content.decode()

    assert "Els Claes" not in public()
    client_of(people["editor"]).post(f"{PAGE}getoond/", {"shown": "on"})
    assert "Els Claes" in public()
    assert people["editor"].email not in public()
    client_of(people["editor"]).post(f"{PAGE}getoond/", {})
    assert "Els Claes" not in public()


def test_the_page_takes_as_many_queries_for_many(
    hub: Hub, people: dict[str, Any], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        HubStaff.objects.create(hub=hub, user=make_user(), role=StaffRole.EDITOR)
        Invitation.objects.create(hub=hub, email=f"{number}@test.example", role=StaffRole.EDITOR)
    client = client_of(people["manager"])
    client.get(PAGE)
    with django_assert_max_num_queries(12):
        client.get(PAGE)
