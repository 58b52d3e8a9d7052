"""Organisations, their sites and members, and hubs: who may change what, and what always holds."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import services
from accounts.enums import MailState, MemberRole, StaffRole
from accounts.models import HubStaff, Invitation, Membership, Organisation, User
from geo.models import Hub, HubRegion, Municipality
from journal.enums import LetterState
from journal.letters import refuse_letters
from journal.models import Letter
from tests.makers import GENT, make_organisation, make_site, make_user

pytestmark = pytest.mark.django_db
NUMBER = "0403170701"


@pytest.fixture
def admin() -> User:
    return make_user()


@pytest.fixture
def organisation(admin: User) -> Organisation:
    return make_organisation(admin)


@pytest.fixture
def hub() -> Hub:
    return Hub.objects.get(slug="sociaal-circulaire-hub-gent")


class TestOrganisations:
    def test_who_makes_one_is_its_admin(self, admin: User) -> None:
        made = services.create_organisation(by=admin, name="De Kringloop", kind="company", enterprise_number=NUMBER)
        assert made.slug == "de-kringloop"
        assert made.enterprise_number_display == "0403.170.701"
        assert made.memberships.get().role == MemberRole.ADMIN

    def test_its_name_is_what_people_see(self, admin: User) -> None:
        assert services.create_organisation(by=admin, name="De\u200b Kring\ufeff", kind="company").name == "De Kring"

    def test_two_of_one_name_have_addresses_of_their_own(self, admin: User) -> None:
        slugs = [services.create_organisation(by=admin, name="Hout!", kind="company").slug for _time in range(3)]
        assert slugs == ["hout", "hout-2", "hout-3"]

    def test_a_name_without_letters_still_has_an_address(self, admin: User) -> None:
        assert services.create_organisation(by=admin, name="!!!", kind="company").slug.startswith("organisatie")

    @pytest.mark.parametrize(
        ("fields", "wrong"),
        [
            ({"name": ""}, "name"),
            ({"name": "\u200b \u202e"}, "name"),
            ({"kind": "circus"}, "kind"),
            ({"phone": "xxxxxxxx"}, "phone"),
            ({"phone": "123"}, "phone"),
            ({"phone": "+" + "1" * 16}, "phone"),
            ({"enterprise_number": "0403.170.702"}, "enterprise_number"),
            ({"email": "no address"}, "email"),
            ({"website": "javascript:alert(1)"}, "website"),
            ({"verifications": []}, "verifications"),
            ({"is_fictional": True}, "is_fictional"),
        ],
    )
    def test_wrong_fields_are_named_and_nothing_is_stored(self, admin: User, fields: Any, wrong: str) -> None:
        with pytest.raises(ValidationError) as refusal:
            services.create_organisation(by=admin, **({"name": "Hout", "kind": "company"} | fields))
        assert wrong in refusal.value.message_dict
        assert not Organisation.objects.filter(memberships__user=admin).exists()

    def test_only_admins_change_it(self, organisation: Organisation) -> None:
        member = make_user()
        Membership.objects.create(organisation=organisation, user=member, role=MemberRole.MEMBER)
        for stranger in (member, make_user(), make_user(is_superuser=True)):
            with pytest.raises(PermissionDenied):
                services.update_organisation(by=stranger, organisation=organisation, name="Van mij")


class TestSites:
    def test_a_site_lies_in_the_municipality_of_its_point(self, admin: User, organisation: Organisation) -> None:
        site = services.add_site(
            by=admin, organisation=organisation, name="Loods", street="Kerkstraat", house_number="1",
            postal_code="9000", place_name="Gent", location=Point(GENT[1], GENT[0], srid=4326),
        )  # fmt: skip
        assert site.municipality is not None
        assert site.municipality.name_nl == "Gent"
        assert site.address == "Kerkstraat 1, 9000 Gent"
        services.update_site(by=admin, site=site, location=Point(4.4025, 51.2194, srid=4326))
        assert site.municipality.name_nl == "Antwerpen"

    @pytest.mark.parametrize(("field", "value"), [("postal_code", "0999"), ("postal_code", "90000"), ("name", "")])
    def test_a_wrong_address_is_refused(self, admin: User, organisation: Organisation, field: str, value: str) -> None:
        given: dict[str, Any] = {"name": "Loods", "postal_code": "9000", "place_name": "Gent"}
        with pytest.raises(ValidationError) as refusal:
            services.add_site(
                by=admin, organisation=organisation, location=Point(GENT[1], GENT[0], srid=4326),
                **(given | {field: value}),
            )  # fmt: skip
        assert field in refusal.value.message_dict

    def test_strangers_leave_sites_alone(self, organisation: Organisation) -> None:
        site, stranger = make_site(organisation), make_user()
        make_organisation(stranger)
        with pytest.raises(PermissionDenied):
            services.update_site(by=stranger, site=site, name="Van mij")
        with pytest.raises(PermissionDenied):
            services.remove_site(by=stranger, site=site)
        with pytest.raises(PermissionDenied):
            services.add_site(by=stranger, organisation=organisation, location=site.location, name="Hier")


class TestInvitations:
    def test_who_is_invited_gets_mail_and_becomes_a_member_once(
        self, admin: User, organisation: Organisation, tasks_run_at_once: Any
    ) -> None:
        with tasks_run_at_once():
            invitation = services.invite_member(by=admin, organisation=organisation, email=" Nieuw@Test.example ")
        (letter,) = mail.outbox
        assert letter.to == ["nieuw@test.example"]
        assert organisation.name in letter.subject
        assert invitation.token in letter.body
        newcomer = User.objects.create_user("nieuw@test.example", "geheim-woord-1")
        membership = services.accept_invitation(by=newcomer, token=invitation.token)
        assert isinstance(membership, Membership)
        assert (membership.organisation, membership.role) == (organisation, MemberRole.MEMBER)
        with pytest.raises(ValidationError, match="al gebruikt"):
            services.accept_invitation(by=newcomer, token=invitation.token)

    def test_mail_comes_in_the_language_of_who_invites(
        self, admin: User, organisation: Organisation, tasks_run_at_once: Any
    ) -> None:
        admin.language = "fr"
        admin.save()
        with tasks_run_at_once():
            services.invite_member(by=admin, organisation=organisation, email="nouveau@test.example")
        assert len(mail.outbox) == 1

    def test_only_the_invited_address_may_accept(self, admin: User, organisation: Organisation) -> None:
        invitation = services.invite_member(by=admin, organisation=organisation, email="a@test.example")
        with pytest.raises(PermissionDenied):
            services.accept_invitation(by=make_user(), token=invitation.token)
        assert Invitation.objects.get().accepted_at is None

    def test_an_address_is_invited_once_at_a_time(self, admin: User, organisation: Organisation) -> None:
        services.invite_member(by=admin, organisation=organisation, email="a@test.example")
        with pytest.raises(ValidationError, match="al uitgenodigd"):
            services.invite_member(by=admin, organisation=organisation, email="A@test.example")

    def test_no_more_invitations_wait_than_an_organisation_can_have(
        self, admin: User, organisation: Organisation
    ) -> None:
        for number in range(services.MOST_OPEN_INVITATIONS):
            Invitation.objects.create(organisation=organisation, email=f"{number}@test.example")
        with pytest.raises(ValidationError, match="al 20 uitnodigingen open"):
            services.invite_member(by=admin, organisation=organisation, email="a@test.example")

    def test_a_user_invites_so_many_a_day_and_may_go_on_the_day_after(
        self, admin: User, organisation: Organisation
    ) -> None:
        for number in range(services.MOST_INVITATIONS_A_DAY):
            sent = services.invite_member(by=admin, organisation=organisation, email=f"{number}@test.example")
            # What is withdrawn was a letter all the same.
            services.withdraw_invitation(by=admin, invitation=sent)
        with pytest.raises(ValidationError, match="20 mensen per dag"):
            services.invite_member(by=admin, organisation=organisation, email="a@test.example")
        later = timezone.now() + dt.timedelta(days=1, minutes=1)
        services.invite_member(by=admin, organisation=organisation, email="a@test.example", at=later)

    def test_inviting_and_withdrawing_in_a_loop_sends_a_stranger_few_letters(
        self, admin: User, organisation: Organisation
    ) -> None:
        for _round in range(services.MOST_INVITATIONS_TO_ADDRESS_A_WEEK):
            sent = services.invite_member(by=admin, organisation=organisation, email="a@test.example")
            services.withdraw_invitation(by=admin, invitation=sent)
        another = make_user()
        for by, host in ((admin, organisation), (another, make_organisation(another))):
            with pytest.raises(ValidationError, match="kreeg deze week al 3 uitnodigingen"):
                services.invite_member(by=by, organisation=host, email="A@test.example")
        assert Letter.objects.to("a@test.example").count() == services.MOST_INVITATIONS_TO_ADDRESS_A_WEEK

    def test_who_refused_letters_is_not_invited_any_more(self, admin: User, organisation: Organisation) -> None:
        refuse_letters("a@test.example", "strangers")
        with pytest.raises(ValidationError, match="wil geen mails"), transaction.atomic():
            services.invite_member(by=admin, organisation=organisation, email="A@test.example")
        assert not Invitation.objects.exists()
        assert not Letter.objects.exists()

    def test_a_name_is_one_line(self, admin: User) -> None:
        services.update_user(by=admin, name="Bo\r\n\nBcc: x@test.example", language="nl")
        assert admin.name == "Bo Bcc: x@test.example"
        assert services.create_organisation(by=admin, name="De\nWissel", kind="company").name == "De Wissel"

    def test_what_became_of_a_letter_stands_by_its_invitation(self, admin: User, organisation: Organisation) -> None:
        services.invite_member(by=admin, organisation=organisation, email="a@test.example")
        shown = {
            LetterState.QUEUED: MailState.WAITING,
            LetterState.SENT: MailState.SENT,
            LetterState.FAILED: MailState.FAILED,
            LetterState.BOUNCED: MailState.FAILED,
        }
        for state, expected in shown.items():
            Letter.objects.update(state=state, sent_at=timezone.now())
            assert Invitation.objects.with_letter().get().mail_state == expected
        Letter.objects.update(state=LetterState.QUEUED, last_error="SMTPDataError: 451")
        assert Invitation.objects.with_letter().get().mail_state == MailState.RETRYING

    def test_a_member_isn_t_invited(self, admin: User, organisation: Organisation) -> None:
        with pytest.raises(ValidationError, match="al lid"):
            services.invite_member(by=admin, organisation=organisation, email=admin.email)

    def test_only_admins_invite(self, organisation: Organisation) -> None:
        with pytest.raises(PermissionDenied):
            services.invite_member(by=make_user(), organisation=organisation, email="a@test.example")

    def test_a_made_up_token_opens_nothing(self, admin: User) -> None:
        with pytest.raises(ValidationError, match="bestaat niet"):
            services.accept_invitation(by=admin, token="made-up")


class TestMembers:
    def test_the_last_admin_stays(self, admin: User, organisation: Organisation) -> None:
        own = organisation.memberships.get()
        with pytest.raises(ValidationError, match="minstens één beheerder"):
            services.remove_member(by=admin, membership=own)
        with pytest.raises(ValidationError, match="minstens één beheerder"):
            services.change_role(by=admin, membership=own, role=MemberRole.MEMBER)
        own.refresh_from_db()
        assert own.role == MemberRole.ADMIN

    def test_with_a_second_admin_the_first_may_go(self, admin: User, organisation: Organisation) -> None:
        other = Membership.objects.create(organisation=organisation, user=make_user(), role=MemberRole.MEMBER)
        services.change_role(by=admin, membership=other, role=MemberRole.ADMIN)
        services.remove_member(by=admin, membership=organisation.memberships.get(user=admin))
        assert organisation.memberships.get() == other

    def test_a_member_may_leave_and_remove_nobody_else(self, admin: User, organisation: Organisation) -> None:
        member = make_user()
        own = Membership.objects.create(organisation=organisation, user=member, role=MemberRole.MEMBER)
        with pytest.raises(PermissionDenied):
            services.remove_member(by=member, membership=organisation.memberships.get(user=admin))
        with pytest.raises(PermissionDenied):
            services.change_role(by=member, membership=own, role=MemberRole.ADMIN)
        services.remove_member(by=member, membership=own)
        assert organisation.memberships.count() == 1

    def test_a_role_that_doesn_t_exist_is_refused(self, admin: User, organisation: Organisation) -> None:
        other = Membership.objects.create(organisation=organisation, user=make_user(), role=MemberRole.MEMBER)
        with pytest.raises(ValidationError):
            services.change_role(by=admin, membership=other, role="owner")


class TestHubs:
    def test_managers_change_their_own_hub_alone(self, hub: Hub) -> None:
        manager, editor = make_user(), make_user()
        HubStaff.objects.create(hub=hub, user=manager, role=StaffRole.MANAGER)
        HubStaff.objects.create(hub=hub, user=editor, role=StaffRole.EDITOR)
        other = Hub.objects.exclude(pk=hub.pk)[0]
        assert services.update_hub(by=manager, hub=hub, intro="Welkom").intro == "Welkom"
        for by, which in ((editor, hub), (manager, other), (make_user(is_superuser=True), hub)):
            with pytest.raises(PermissionDenied):
                services.update_hub(by=by, hub=which, intro="Van mij")

    def test_a_border_stays_within_its_limits(self, hub: Hub) -> None:
        manager = make_user()
        HubStaff.objects.create(hub=hub, user=manager, role=StaffRole.MANAGER)
        for buffer_km in (-1, 51):
            with pytest.raises(ValidationError) as refusal:
                services.update_hub(by=manager, hub=hub, buffer_km=buffer_km)
            assert "buffer_km" in refusal.value.message_dict

    def test_managers_take_partners_in_and_let_them_go(self, hub: Hub, organisation: Organisation) -> None:
        manager = make_user()
        HubStaff.objects.create(hub=hub, user=manager, role=StaffRole.MANAGER)
        partner = services.add_hub_partner(by=manager, hub=hub, organisation=organisation)
        assert services.add_hub_partner(by=manager, hub=hub, organisation=organisation) == partner
        with pytest.raises(PermissionDenied):
            services.remove_hub_partner(by=make_user(), partner=partner)
        services.remove_hub_partner(by=manager, partner=partner)
        assert not hub.partners.exists()

    def test_operators_alone_draw_regions(self, hub: Hub) -> None:
        region, antwerp = hub.regions.first(), Municipality.objects.get(name_nl="Antwerpen")
        assert region is not None
        manager = make_user()
        HubStaff.objects.create(hub=hub, user=manager, role=StaffRole.MANAGER)
        with pytest.raises(PermissionDenied):
            services.set_up_region(by=manager, region=region, municipalities=[antwerp])
        services.set_up_region(by=make_user(is_superuser=True), region=region, municipalities=[antwerp])
        assert [row.name_nl for row in region.municipalities.all()] == ["Antwerpen"]

    def test_a_region_needs_a_known_kind(self, hub: Hub) -> None:
        operator = make_user(is_superuser=True)
        with pytest.raises(ValidationError) as refusal:
            services.set_up_region(by=operator, region=HubRegion(hub=hub), name="Nieuw", kind="secret")
        assert "kind" in refusal.value.message_dict

    def test_an_operator_who_is_shut_out_sets_nothing_up(self, hub: Hub) -> None:
        with pytest.raises(PermissionDenied):
            services.set_up_hub(by=make_user(is_superuser=True, is_active=False), hub=hub, name="Van mij")
