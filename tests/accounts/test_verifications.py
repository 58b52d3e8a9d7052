"""What hubs verify of organisations: who may, on what, until when, what makes it fall, and whose a number is."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import services
from accounts.enums import MemberRole, StaffRole, VerificationEnd, VerifiedWhat
from accounts.models import HubPartner, HubStaff, Membership, Organisation, User, Verification
from accounts.services.verifications import latest_until, usual_until
from accounts.tasks import end_verifications
from geo.models import Hub
from journal.letter_text import render_letter
from journal.models import Event, Letter
from tests.makers import make_organisation, make_site, make_user

pytestmark = pytest.mark.django_db
NUMBER, OTHER_NUMBER = "0403170701", "0202239951"
EVIDENCE = "KBO-uittreksel van 3 maart"
ANTWERP = {"lat": 51.2194, "lon": 4.4025}


@pytest.fixture
def hub() -> Hub:
    return Hub.objects.get(slug="sociaal-circulaire-hub-gent")


@pytest.fixture
def staff(hub: Hub) -> User:
    return HubStaff.objects.create(hub=hub, user=make_user(name="Els Claes"), role=StaffRole.EDITOR).user


@pytest.fixture
def admin() -> User:
    return make_user()


@pytest.fixture
def organisation(admin: User, hub: Hub) -> Organisation:
    """A maatwerkbedrijf, partner of the hub, that gave a number."""
    made = make_organisation(admin, kind="social_enterprise")
    HubPartner.objects.create(hub=hub, organisation=made)
    services.update_organisation(by=admin, organisation=made, enterprise_number=NUMBER)
    return made


def today() -> dt.date:
    return timezone.localdate()


def verify(by: User, organisation: Organisation, hub: Hub | None, **fields: Any) -> Verification:
    given: dict[str, Any] = {"what": "organisation", "evidence": EVIDENCE, "until": usual_until(today())} | fields
    return services.verify_organisation(by=by, organisation=organisation, hub=hub, **given)


def badges(organisation: Organisation) -> list[str]:
    return [badge.what for badge in Organisation.objects.get(pk=organisation.pk).badges]


def letters(user: User) -> list[str]:
    return list(Letter.objects.filter(recipient=user.email).order_by("pk").values_list("template", flat=True))


class TestVerifying:
    def test_staff_of_a_hub_verify_its_partner(
        self, staff: User, admin: User, organisation: Organisation, hub: Hub
    ) -> None:
        made = verify(staff, organisation, hub)
        assert (made.hub_name, made.verified_by, made.enterprise_number) == (hub.name, staff, NUMBER)
        assert badges(organisation) == [VerifiedWhat.ORGANISATION]
        event = Event.objects.get(verb="verification.given")
        assert (event.by_id, event.organisation_id, event.hub_ids) == (staff.pk, organisation.pk, [hub.pk])
        assert letters(admin) == ["verification_given"]

    def test_only_admins_get_the_letter(self, staff: User, organisation: Organisation, hub: Hub) -> None:
        member = make_user()
        Membership.objects.create(organisation=organisation, user=member, role=MemberRole.MEMBER)
        verify(staff, organisation, hub)
        assert letters(member) == []

    @pytest.mark.parametrize(("where", "may"), [("in the region", True), ("elsewhere", False), ("nowhere", False)])
    def test_a_hub_knows_who_has_a_site_in_its_region(self, staff: User, hub: Hub, where: str, may: bool) -> None:
        admin = make_user()
        organisation = make_organisation(admin)
        if where != "nowhere":
            made = make_site(organisation, **({} if where == "in the region" else ANTWERP))
            services.update_site(by=admin, site=made, location=made.location)
        if may:
            assert verify(staff, organisation, hub).hub == hub
        else:
            with pytest.raises(PermissionDenied, match="geen vestiging in jullie regio"):
                verify(staff, organisation, hub)

    def test_nobody_verifies_their_own(self, staff: User, organisation: Organisation, hub: Hub) -> None:
        Membership.objects.create(organisation=organisation, user=staff, role=MemberRole.MEMBER)
        with pytest.raises(PermissionDenied, match="vraag een collega"):
            verify(staff, organisation, hub)

    @pytest.mark.parametrize("who", ["admin", "stranger", "staff of another hub", "operator", "staff without hub"])
    def test_others_don_t_verify(
        self, who: str, staff: User, admin: User, organisation: Organisation, hub: Hub
    ) -> None:
        other = Hub.objects.exclude(pk=hub.pk)[0]
        by = {
            "admin": admin,
            "stranger": make_user(),
            "staff of another hub": HubStaff.objects.create(hub=other, user=make_user(), role="manager").user,
            # Who runs the site speaks for no hub.
            "operator": make_user(is_superuser=True),
            "staff without hub": staff,
        }[who]
        with pytest.raises(PermissionDenied):
            verify(by, organisation, None if who == "staff without hub" else hub)
        assert not Verification.objects.exists()

    def test_an_operator_verifies_where_no_hub_does(self) -> None:
        made = verify(make_user(is_superuser=True), make_organisation(make_user()), None)
        assert (made.hub, made.by_whom) == (None, "de beheerder van Werkstof")

    @pytest.mark.parametrize(
        ("fields", "wrong"),
        [
            ({"what": "circus"}, "what"),
            ({"what": ""}, "what"),
            ({"evidence": ""}, "evidence"),
            ({"evidence": " \u200b\0 "}, "evidence"),
            ({"evidence": "x" * 1001}, "evidence"),
            ({"until": dt.date.today() - dt.timedelta(days=1)}, "until"),
            ({"until": dt.date.today()}, "until"),
            ({"until": dt.date(9999, 12, 31)}, "until"),
        ],
    )
    def test_wrong_fields_are_named_and_nothing_is_stored(
        self, staff: User, organisation: Organisation, hub: Hub, fields: Any, wrong: str
    ) -> None:
        with pytest.raises(ValidationError) as refusal:
            verify(staff, organisation, hub, **fields)
        assert set(refusal.value.message_dict) == {wrong}
        assert not Verification.objects.exists()

    @pytest.mark.parametrize("until", [lambda day: day + dt.timedelta(days=1), latest_until])
    def test_it_counts_from_one_day_to_five_years(
        self, staff: User, organisation: Organisation, hub: Hub, until: Any
    ) -> None:
        assert verify(staff, organisation, hub, until=until(today())).until == until(today())
        with pytest.raises(ValidationError):
            verify(staff, organisation, hub, until=latest_until(today()) + dt.timedelta(days=1))

    def test_five_years_after_a_leap_day(self) -> None:
        assert latest_until(dt.date(2028, 2, 29)) == dt.date(2033, 2, 28)

    def test_only_a_maatwerkbedrijf_has_that_status(self, staff: User, hub: Hub, organisation: Organisation) -> None:
        company = make_organisation(make_user())
        HubPartner.objects.create(hub=hub, organisation=company)
        with pytest.raises(ValidationError, match="zegt niet dat ze een maatwerkbedrijf is"):
            verify(staff, company, hub, what=VerifiedWhat.SOCIAL_ENTERPRISE)
        verify(staff, organisation, hub)
        verify(staff, organisation, hub, what=VerifiedWhat.SOCIAL_ENTERPRISE)
        assert badges(organisation) == [VerifiedWhat.ORGANISATION, VerifiedWhat.SOCIAL_ENTERPRISE]

    def test_what_changed_while_somebody_looked_is_looked_at_again(
        self, staff: User, admin: User, organisation: Organisation, hub: Hub
    ) -> None:
        seen = organisation.identity
        services.update_organisation(by=admin, organisation=organisation, enterprise_number=OTHER_NUMBER)
        with pytest.raises(ValidationError, match="veranderde intussen"):
            verify(staff, organisation, hub, seen=seen)
        assert verify(staff, organisation, hub, seen=organisation.identity)

    def test_a_renewal_is_a_next_row(self, staff: User, organisation: Organisation, hub: Hub) -> None:
        first = verify(staff, organisation, hub, until=today() + dt.timedelta(days=9))
        verify(staff, organisation, hub)
        first.refresh_from_db()
        assert first.ended_why == VerificationEnd.RENEWED
        assert badges(organisation) == [VerifiedWhat.ORGANISATION]
        assert organisation.verifications.count() == 2

    def test_a_second_click_changes_nothing(
        self, staff: User, admin: User, organisation: Organisation, hub: Hub
    ) -> None:
        assert verify(staff, organisation, hub) == verify(staff, organisation, hub)
        assert organisation.verifications.count() == 1
        assert letters(admin) == ["verification_given"]

    def test_the_hub_s_name_stays_when_the_hub_goes(self, staff: User, organisation: Organisation, hub: Hub) -> None:
        verify(staff, organisation, hub)
        name = hub.name
        services.remove_hub(by=make_user(is_superuser=True), hub=hub)
        (badge,) = Organisation.objects.get(pk=organisation.pk).badges
        assert (badge.hub, badge.by_whom) == (None, name)


class TestFalling:
    @pytest.fixture
    def verified(self, staff: User, organisation: Organisation, hub: Hub) -> Organisation:
        for what in VerifiedWhat:
            verify(staff, organisation, hub, what=what)
        return organisation

    @pytest.mark.parametrize(
        "fields", [{"name": "Een andere naam"}, {"enterprise_number": OTHER_NUMBER}, {"enterprise_number": ""},
                   {"kind": "company"}],
    )  # fmt: skip
    @pytest.mark.parametrize("by_operator", [False, True])
    def test_another_name_number_or_kind_takes_the_badges_away(
        self, admin: User, verified: Organisation, fields: Any, by_operator: bool
    ) -> None:
        if by_operator:
            services.set_up_organisation(by=make_user(is_superuser=True), organisation=verified, **fields)
        else:
            services.update_organisation(by=admin, organisation=verified, **fields)
        assert badges(verified) == []
        rows = verified.verifications.all()
        assert {(row.ended_why, row.evidence) for row in rows} == {(VerificationEnd.CHANGED, EVIDENCE)}
        assert Event.objects.filter(verb="verification.fell").count() == 2
        assert letters(admin).count("verification_ended") == 2

    @pytest.mark.parametrize(
        "fields", [{"description": "Wij herstellen."}, {"phone": "09 123 45 67"}, {"email": "a@b.example"},
                   {"enterprise_number": "BE 0403.170.701"}],
    )  # fmt: skip
    def test_what_else_an_organisation_says_changes_nothing(
        self, admin: User, verified: Organisation, fields: Any
    ) -> None:
        services.update_organisation(by=admin, organisation=verified, **fields)
        assert len(badges(verified)) == 2

    def test_the_last_day_still_counts_and_the_next_one_not(
        self, staff: User, organisation: Organisation, hub: Hub
    ) -> None:
        until = today() + dt.timedelta(days=30)
        made = verify(staff, organisation, hub, until=until)
        assert list(organisation.verifications.current(until)) == [made]
        # Also while nobody has noted its end yet.
        assert list(organisation.verifications.current(until + dt.timedelta(days=1))) == []

    def test_what_is_over_is_ended_and_told_once(self, admin: User, verified: Organisation) -> None:
        before = timezone.now() - dt.timedelta(days=1)
        verified.verifications.update(until=timezone.localdate(before))
        assert (end_verifications(), end_verifications()) == (2, 0)
        assert set(verified.verifications.values_list("ended_why", flat=True)) == {VerificationEnd.EXPIRED}
        assert letters(admin).count("verification_ended") == 2

    def test_the_hub_withdraws_it_with_a_reason(self, staff: User, admin: User, verified: Organisation) -> None:
        given = verified.verifications.get(what=VerifiedWhat.ORGANISATION)
        for nothing in ("", " \u200b "):
            with pytest.raises(ValidationError, match="in een zin waarom"):
                services.withdraw_verification(by=staff, verification=given, reason=nothing)
        services.withdraw_verification(by=staff, verification=given, reason="Stopgezet volgens de KBO.")
        assert badges(verified) == [VerifiedWhat.SOCIAL_ENTERPRISE]
        (letter,) = Letter.objects.filter(recipient=admin.email, template="verification_ended")
        assert letter.data["reason"] == "Stopgezet volgens de KBO."

    @pytest.mark.parametrize(
        ("what", "named"),
        [("organisation", "de organisatie"), ("social_enterprise", "het statuut van maatwerkbedrijf")],
    )
    def test_the_letter_s_subject_says_which_of_both_ended(
        self, what: str, named: str, staff: User, admin: User, verified: Organisation
    ) -> None:
        given = verified.verifications.get(what=what)
        services.withdraw_verification(by=staff, verification=given, reason="Niet meer op de lijst.")
        letter = Letter.objects.get(recipient=admin.email, template="verification_ended")
        assert render_letter(letter).subject == f"Niet meer geverifieerd bij {verified.name}: {named}"

    def test_withdrawing_twice_keeps_the_first_reason(self, staff: User, verified: Organisation) -> None:
        given = verified.verifications.get(what=VerifiedWhat.ORGANISATION)
        for reason in ("De eerste.", "De tweede."):
            services.withdraw_verification(by=staff, verification=given, reason=reason)
        given.refresh_from_db()
        assert given.ended_reason == "De eerste."
        assert Event.objects.filter(verb="verification.withdrawn").count() == 1

    def test_only_the_hub_that_gave_it_and_operators_withdraw(
        self, admin: User, hub: Hub, verified: Organisation
    ) -> None:
        given = verified.verifications.get(what=VerifiedWhat.ORGANISATION)
        other = Hub.objects.exclude(pk=hub.pk)[0]
        stranger = HubStaff.objects.create(hub=other, user=make_user(), role="manager").user
        for by in (admin, stranger, make_user()):
            with pytest.raises(PermissionDenied):
                services.withdraw_verification(by=by, verification=given, reason="Nee.")
        operator = make_user(is_superuser=True)
        assert services.withdraw_verification(by=operator, verification=given, reason="Ja.").ended_by == operator


class TestNumbers:
    """Who claims a number blocks nobody; who was verified with it has it alone."""

    @pytest.fixture
    def owner(self, hub: Hub) -> Organisation:
        """Another partner of the hub, which gave no number yet."""
        made = make_organisation(make_user())
        HubPartner.objects.create(hub=hub, organisation=made)
        return made

    def admin_of(self, organisation: Organisation) -> User:
        return organisation.memberships.get().user

    def test_a_claim_doesn_t_block_the_owner(
        self, staff: User, organisation: Organisation, owner: Organisation, hub: Hub
    ) -> None:
        services.update_organisation(by=self.admin_of(owner), organisation=owner, enterprise_number=NUMBER)
        verify(staff, owner, hub)
        assert (badges(owner), badges(organisation)) == ([VerifiedWhat.ORGANISATION], [])
        # Whoever only claimed it goes on with the rest, and isn't verified with it.
        services.update_organisation(by=self.admin_of(organisation), organisation=organisation, phone="09 123 45 67")
        with pytest.raises(ValidationError, match=f"{owner.name} is al geverifieerd met dit ondernemingsnummer"):
            verify(staff, organisation, hub)

    @pytest.mark.parametrize("way", ["new", "change", "by an operator"])
    def test_a_verified_number_is_refused_in_plain_words(
        self, way: str, staff: User, organisation: Organisation, owner: Organisation, hub: Hub
    ) -> None:
        verify(staff, organisation, hub)
        given: dict[str, Any] = {"enterprise_number": "BE 0403.170.701"}
        takes: dict[str, Any] = {
            "new": lambda: services.create_organisation(by=make_user(), name="Nog een", kind="company", **given),
            "change": lambda: services.update_organisation(by=self.admin_of(owner), organisation=owner, **given),
            "by an operator": lambda: services.set_up_organisation(
                by=make_user(is_superuser=True), organisation=owner, **given
            ),
        }
        with pytest.raises(ValidationError, match="vraag dan een collega om je uit te nodigen") as refusal:
            takes[way]()
        assert set(refusal.value.message_dict) == {"enterprise_number"}
        assert not Organisation.objects.filter(enterprise_number=NUMBER).exclude(pk=organisation.pk).exists()

    @pytest.mark.parametrize("way", ["withdrawn", "expired", "changed"])
    def test_a_number_is_free_again(
        self, way: str, staff: User, admin: User, organisation: Organisation, owner: Organisation, hub: Hub
    ) -> None:
        given = verify(staff, organisation, hub)
        if way == "withdrawn":
            services.withdraw_verification(by=staff, verification=given, reason="Fout nummer.")
        elif way == "expired":
            # Nobody has noted the end yet.
            Verification.objects.filter(pk=given.pk).update(until=today() - dt.timedelta(days=1))
        else:
            services.update_organisation(by=admin, organisation=organisation, name="Een andere naam")
        services.update_organisation(by=self.admin_of(owner), organisation=owner, enterprise_number=NUMBER)
        verify(staff, owner, hub)
        assert badges(owner) == [VerifiedWhat.ORGANISATION]

    def test_the_database_gives_a_number_to_one_alone(
        self, staff: User, organisation: Organisation, owner: Organisation, hub: Hub
    ) -> None:
        given = verify(staff, organisation, hub)
        given.pk, given.organisation = None, owner
        with pytest.raises(IntegrityError, match="verification_number_once"), transaction.atomic():
            given.save(force_insert=True)
        # Without a number, and of the status, there is nothing to share.
        given.pk, given.enterprise_number = None, ""
        given.save(force_insert=True)

    def test_organisations_without_a_number_are_verified_too(self, staff: User, owner: Organisation, hub: Hub) -> None:
        other = make_organisation(make_user())
        HubPartner.objects.create(hub=hub, organisation=other)
        for one in (owner, other):
            verify(staff, one, hub, evidence="Feitelijke vereniging, statuten gezien.")
            assert badges(one) == [VerifiedWhat.ORGANISATION]
