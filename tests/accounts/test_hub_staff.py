"""Who works for a hub: its managers say so, and operators; a hub keeps a manager; names show by choice only."""

from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts import services
from accounts.enums import MemberRole, StaffRole
from accounts.models import HubPartner, HubStaff, Invitation, User
from geo.models import Hub
from journal.letter_text import render_letter
from journal.models import Letter
from tests.accounts.test_last_admin import at_once
from tests.makers import make_organisation, make_user

pytestmark = pytest.mark.django_db
SLUG = "sociaal-circulaire-hub-gent"


def make_staff(hub: Hub, role: str = StaffRole.MANAGER, **fields: Any) -> HubStaff:
    return HubStaff.objects.create(hub=hub, user=make_user(**fields), role=role)


@pytest.fixture
def hub() -> Hub:
    return Hub.objects.get(slug=SLUG)


@pytest.fixture
def manager(hub: Hub) -> HubStaff:
    return make_staff(hub)


@pytest.fixture
def people(hub: Hub, manager: HubStaff) -> dict[str, User]:
    other_hub = Hub.objects.exclude(pk=hub.pk).first()
    assert other_hub is not None
    partner = make_user()
    HubPartner.objects.create(hub=hub, organisation=make_organisation(partner))
    return {
        "stranger": make_user(), "partner": partner, "manager of another hub": make_staff(other_hub).user,
        "editor": make_staff(hub, StaffRole.EDITOR).user, "shut out": make_user(is_superuser=True, is_active=False),
        "manager": manager.user, "operator": make_user(is_superuser=True),
    }  # fmt: skip


@pytest.mark.parametrize("who", ["stranger", "partner", "manager of another hub", "editor", "shut out"])
def test_others_change_nothing(hub: Hub, manager: HubStaff, people: dict[str, User], who: str) -> None:
    before = list(hub.staff.order_by("pk").values_list("user", "role"))
    by = people[who]
    for write in (
        lambda: services.add_hub_staff(by=by, hub=hub, user=make_user()),
        lambda: services.invite_hub_staff(by=by, hub=hub, email="x@test.example"),
        lambda: services.change_hub_role(by=by, staff=manager, role=StaffRole.EDITOR),
        lambda: services.remove_hub_staff(by=by, staff=manager),
        lambda: services.show_hub_staff(by=by, staff=manager, shown=True),
    ):
        with pytest.raises(PermissionDenied):
            write()
    assert list(hub.staff.order_by("pk").values_list("user", "role")) == before
    assert not hub.invitations.exists()


def test_who_is_refused_reads_that_operators_may_too(hub: Hub, people: dict[str, User]) -> None:
    with pytest.raises(PermissionDenied, match=f"Alleen beheerders van {hub.name} en van deze site mogen dit"):
        services.add_hub_staff(by=people["editor"], hub=hub, user=make_user())


@pytest.mark.parametrize("who", ["manager", "operator"])
def test_managers_and_operators_add_and_remove(hub: Hub, people: dict[str, User], who: str) -> None:
    newcomer = make_user()
    staff = services.add_hub_staff(by=people[who], hub=hub, user=newcomer)
    assert staff.role == StaffRole.EDITOR
    with pytest.raises(ValidationError, match="werkt al voor deze hub"):
        services.add_hub_staff(by=people[who], hub=hub, user=newcomer)
    assert services.change_hub_role(by=people[who], staff=staff, role=StaffRole.MANAGER).role == StaffRole.MANAGER
    services.remove_hub_staff(by=people[who], staff=staff)
    assert not hub.staff.filter(user=newcomer).exists()


def test_a_role_of_organisations_is_none_of_hubs(hub: Hub, manager: HubStaff) -> None:
    with pytest.raises(ValidationError):
        services.add_hub_staff(by=manager.user, hub=hub, user=make_user(), role=MemberRole.ADMIN)
    with pytest.raises(ValidationError):
        services.invite_hub_staff(by=manager.user, hub=hub, email="x@test.example", role=MemberRole.ADMIN)
    with pytest.raises(ValidationError):
        services.change_hub_role(by=manager.user, staff=manager, role="owner")


@pytest.mark.parametrize("who", ["manager", "operator"])
def test_the_last_manager_stays(manager: HubStaff, people: dict[str, User], who: str) -> None:
    with pytest.raises(ValidationError, match="minstens één beheerder"):
        services.remove_hub_staff(by=people[who], staff=manager)
    with pytest.raises(ValidationError, match="minstens één beheerder"):
        services.change_hub_role(by=people[who], staff=manager, role=StaffRole.EDITOR)
    manager.refresh_from_db()
    assert manager.role == StaffRole.MANAGER


@pytest.mark.django_db(transaction=True)
def test_two_managers_can_t_leave_at_once(hub: Hub) -> None:
    one, other = make_staff(hub), make_staff(hub)
    outcomes = at_once(
        lambda: services.remove_hub_staff(by=one.user, staff=one),
        lambda: services.remove_hub_staff(by=other.user, staff=other),
    )
    assert outcomes == ["done", "refused"]
    assert hub.staff.filter(role=StaffRole.MANAGER).count() == 1


def test_an_editor_may_leave(hub: Hub, manager: HubStaff) -> None:
    editor = make_staff(hub, StaffRole.EDITOR)
    services.remove_hub_staff(by=editor.user, staff=editor)
    assert hub.staff.get() == manager


def test_who_is_invited_gets_mail_and_works_for_the_hub(hub: Hub, manager: HubStaff, tasks_run_at_once: Any) -> None:
    with tasks_run_at_once():
        invitation = services.invite_hub_staff(by=manager.user, hub=hub, email=" Nieuw@Test.example ")
    (letter,) = mail.outbox
    assert letter.to == ["nieuw@test.example"]
    assert hub.name in letter.subject
    assert hub.name in letter.body
    with pytest.raises(ValidationError, match="al uitgenodigd"):
        services.invite_hub_staff(by=manager.user, hub=hub, email="nieuw@test.example")
    with pytest.raises(PermissionDenied):
        services.accept_invitation(by=make_user(), token=invitation.token)
    newcomer = User.objects.create_user("nieuw@test.example", "geheim-woord-1")
    staff = services.accept_invitation(by=newcomer, token=invitation.token)
    assert isinstance(staff, HubStaff)
    assert (staff.hub, staff.role) == (hub, StaffRole.EDITOR)
    with pytest.raises(ValidationError, match="werkt al voor deze hub"):
        services.invite_hub_staff(by=manager.user, hub=hub, email="nieuw@test.example")


def test_managers_alone_withdraw_an_invitation(hub: Hub, manager: HubStaff) -> None:
    invitation = services.invite_hub_staff(by=manager.user, hub=hub, email="nieuw@test.example")
    with pytest.raises(PermissionDenied):
        services.withdraw_invitation(by=make_staff(hub, StaffRole.EDITOR).user, invitation=invitation)
    services.withdraw_invitation(by=manager.user, invitation=invitation)
    assert not hub.invitations.exists()


def test_an_invitation_leads_to_one_place(hub: Hub) -> None:
    organisation = make_organisation()
    for wrong in (
        {"organisation": organisation, "hub": hub, "role": "member"},
        {"role": "member"},
        {"organisation": organisation, "role": "manager"},
        {"hub": hub, "role": "admin"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Invitation.objects.create(email="x@test.example", **wrong)


def test_a_name_shows_only_by_choice(hub: Hub, manager: HubStaff) -> None:
    named = make_staff(hub, StaffRole.EDITOR, name="An Peeters")
    assert not hub.staff.shown().exists()
    services.show_hub_staff(by=named.user, staff=named, shown=True)
    assert hub.staff.shown().get() == named
    with pytest.raises(PermissionDenied):
        services.show_hub_staff(by=manager.user, staff=named, shown=False)
    with pytest.raises(ValidationError, match="eerst je naam"):
        services.show_hub_staff(by=manager.user, staff=manager, shown=True)
    services.show_hub_staff(by=named.user, staff=named, shown=False)
    assert not hub.staff.shown().exists()


def test_whoever_is_made_staff_gets_a_letter_in_their_language_once_a_day(hub: Hub, manager: HubStaff) -> None:
    """Given somebody with an account, when a manager makes them staff, then a letter tells them, also if it is undone
    and done again."""
    user = make_user(language="fr")
    for _time in range(2):
        staff = services.add_hub_staff(by=manager.user, hub=hub, user=user)
        services.remove_hub_staff(by=manager.user, staff=staff)
    (letter,) = Letter.objects.of_template("hub_staff_added")
    assert (letter.recipient, letter.language) == (user.email, "fr")
    rendered = render_letter(letter)
    assert hub.name in rendered.subject
    assert str(manager.user) in rendered.text
    assert f"/hubs/{hub.slug}/" in rendered.text


def test_an_operator_who_joins_a_hub_needs_no_letter(hub: Hub) -> None:
    operator = make_user(is_superuser=True)
    services.add_hub_staff(by=operator, hub=hub, user=operator)
    assert not Letter.objects.of_template("hub_staff_added").exists()
