"""Users, organisations and roles in Django's admin hold to the same rules as the pages."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import MemberRole, StaffRole
from accounts.models import HubPartner, HubStaff, Membership, Organisation, User, Verification
from accounts.services import verify_organisation
from geo.models import Hub
from tests.makers import make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client: Client) -> User:
    user = make_user(is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def hub() -> Hub:
    return Hub.objects.get(slug="sociaal-circulaire-hub-gent")


def page(model: str, step: str, *arguments: Any) -> str:
    return reverse(f"admin:accounts_{model}_{step}", args=arguments)


def said(answer: Any) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


def test_a_name_and_rights_are_saved(client: Client, operator: User) -> None:
    user = make_user()
    form = {"name": "An", "language": "fr", "is_active": "on", "is_staff": "on"}
    assert client.post(page("user", "change", user.pk), form).status_code == 302
    user.refresh_from_db()
    assert (user.name, user.language, user.is_staff, user.is_superuser) == ("An", "fr", True, False)


@pytest.mark.parametrize("left", ["is_active", "is_superuser"])
def test_the_last_operator_stays_one(client: Client, operator: User, left: str) -> None:
    form = {"language": "nl", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    del form[left]
    answer = client.post(page("user", "change", operator.pk), form, follow=True)
    assert "minstens één beheerder" in said(answer)
    operator.refresh_from_db()
    assert operator.is_active
    assert operator.is_superuser
    make_user(is_superuser=True)
    client.post(page("user", "change", operator.pk), form)
    operator.refresh_from_db()
    assert not getattr(operator, left)


def test_a_last_admin_s_account_isn_t_deleted(client: Client, operator: User, hub: Hub) -> None:
    admin, manager, other = make_user(), make_user(), make_user()
    organisation = make_organisation(admin)
    HubStaff.objects.create(hub=hub, user=manager, role=StaffRole.MANAGER)
    for user in (admin, manager, operator):
        answer = client.post(page("user", "delete", user.pk), {"post": "yes"}, follow=True)
        assert "minstens één beheerder" in said(answer)
    chosen = {"action": "delete_selected", "_selected_action": [other.pk, admin.pk], "post": "yes"}
    assert "minstens één beheerder" in said(client.post(page("user", "changelist"), chosen, follow=True))
    assert User.objects.filter(pk__in=[admin.pk, manager.pk, other.pk, operator.pk]).count() == 4
    Membership.objects.create(organisation=organisation, user=other, role=MemberRole.ADMIN)
    client.post(page("user", "delete", admin.pk), {"post": "yes"})
    assert organisation.memberships.get().user == other


def test_an_operator_verifies_and_withdraws_with_a_reason(client: Client, operator: User) -> None:
    organisation = make_organisation(make_user())
    given = {"organisation": organisation.pk, "what": "organisation", "evidence": "KBO gezien."}
    until = timezone.localdate() + dt.timedelta(days=9)
    assert "na vandaag" in said(client.post(page("verification", "add"), given | {"until": "2001-01-01"}, follow=True))
    client.post(page("verification", "add"), given | {"until": until.isoformat()})
    made = Verification.objects.get()
    assert (made.verified_by, made.hub, made.until) == (operator, None, until)
    change = page("verification", "change", made.pk)
    assert client.get(change).status_code == 200
    assert "in een zin waarom" in said(client.post(change, {"ended_reason": ""}, follow=True))
    client.post(change, {"ended_reason": "Gestopt."})
    made.refresh_from_db()
    assert (made.ended_by, made.ended_why, made.ended_reason) == (operator, "withdrawn", "Gestopt.")
    assert client.post(page("verification", "delete", made.pk), {"post": "yes"}).status_code == 403


def test_a_number_is_checked_and_a_new_one_verified_anew(client: Client, operator: User) -> None:
    organisation = make_organisation(make_user())
    form = {"name": "Hout", "kind": "company", "sites-TOTAL_FORMS": 0, "sites-INITIAL_FORMS": 0}
    change = page("organisation", "change", organisation.pk)
    client.post(change, form | {"enterprise_number": "0202.239.951"})
    organisation.refresh_from_db()
    until = timezone.localdate() + dt.timedelta(days=9)
    verify_organisation(by=operator, organisation=organisation, what="organisation", evidence="KBO.", until=until)
    answer = client.post(change, form | {"enterprise_number": "0403.170.702"})
    assert "klopt niet" in answer.content.decode()
    assert Organisation.objects.get().is_verified
    client.post(change, form | {"enterprise_number": "0403.170.701"})
    organisation.refresh_from_db()
    assert (organisation.enterprise_number, Organisation.objects.get().is_verified) == ("0403170701", False)


def test_a_name_that_nobody_sees_is_refused(client: Client, operator: User) -> None:
    organisation = make_organisation(make_user())
    form = {"name": "\u200b", "kind": "company", "sites-TOTAL_FORMS": 0, "sites-INITIAL_FORMS": 0}
    answer = client.post(page("organisation", "change", organisation.pk), form, follow=True)
    assert said(answer)
    organisation.refresh_from_db()
    assert organisation.name.startswith("Organisatie")


def test_someone_joins_an_organisation_once(client: Client, operator: User) -> None:
    organisation, user = make_organisation(), make_user()
    form = {"organisation": organisation.pk, "user": user.pk, "role": "admin"}
    assert client.post(page("membership", "add"), form).status_code == 302
    assert client.post(page("membership", "add"), form).status_code == 200
    assert organisation.memberships.get().role == MemberRole.ADMIN


def test_a_hub_keeps_its_last_manager(client: Client, operator: User, hub: Hub) -> None:
    user = make_user()
    client.post(page("hubstaff", "add"), {"hub": hub.pk, "user": user.pk, "role": "manager"})
    staff = hub.staff.get()
    change = page("hubstaff", "change", staff.pk)
    assert "minstens één beheerder" in said(client.post(change, {"role": "editor"}, follow=True))
    delete = page("hubstaff", "delete", staff.pk)
    assert "minstens één beheerder" in said(client.post(delete, {"post": "yes"}, follow=True))
    assert hub.staff.get().role == StaffRole.MANAGER
    HubStaff.objects.create(hub=hub, user=make_user(), role=StaffRole.MANAGER)
    client.post(change, {"role": "editor"})
    staff.refresh_from_db()
    assert staff.role == StaffRole.EDITOR
    client.post(delete, {"post": "yes"})
    assert not hub.staff.filter(pk=staff.pk).exists()


def test_partners_come_and_go(client: Client, operator: User, hub: Hub) -> None:
    organisation = make_organisation()
    client.post(page("hubpartner", "add"), {"hub": hub.pk, "organisation": organisation.pk, "since": "2024-05-01"})
    partner = HubPartner.objects.get(organisation=organisation)
    assert str(partner.since) == "2024-05-01"
    client.post(page("hubpartner", "delete", partner.pk), {"post": "yes"})
    assert not HubPartner.objects.filter(organisation=organisation).exists()


@pytest.mark.parametrize("model", ["user", "organisation", "membership", "hubstaff", "hubpartner"])
def test_whoever_is_no_operator_changes_nothing(client: Client, hub: Hub, model: str) -> None:
    member = make_user()
    organisation = make_organisation(member)
    rows = {
        "user": member, "organisation": organisation, "membership": organisation.memberships.get(),
        "hubstaff": HubStaff.objects.create(hub=hub, user=member, role=StaffRole.MANAGER),
        "hubpartner": HubPartner.objects.create(hub=hub, organisation=organisation),
    }  # fmt: skip
    client.force_login(make_user(is_staff=True))
    for address in (page(model, "add"), page(model, "change", rows[model].pk), page(model, "delete", rows[model].pk)):
        assert client.post(address, {"post": "yes"}).status_code == 403
    assert type(rows[model])._default_manager.filter(pk=rows[model].pk).exists()
