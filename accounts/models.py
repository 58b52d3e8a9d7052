"""Users, organisations with their sites, members and verifications, and who works for a hub."""

import secrets

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import RegexValidator
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import MailState, MemberRole, OrganisationKind, StaffRole, VerificationEnd, VerifiedWhat
from accounts.managers import UserManager
from accounts.querysets import (
    HubStaffQuerySet,
    InvitationQuerySet,
    MembershipQuerySet,
    OrganisationQuerySet,
    VerificationQuerySet,
)
from geo.models import Hub, Municipality
from geo.querysets import Unaccented
from journal.enums import LetterState

LONGEST_EVIDENCE = 1_000


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by e-mail address."""

    email = models.EmailField(_("e-mailadres"), unique=True)
    name = models.CharField(_("naam"), max_length=120, blank=True)
    language = models.CharField(_("taal"), max_length=2, choices=settings.LANGUAGES, default="nl")
    is_staff = models.BooleanField(_("mag in het beheer"), default=False)
    is_active = models.BooleanField(_("actief"), default=True)
    date_joined = models.DateTimeField(_("sinds"), default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("gebruiker")
        verbose_name_plural = _("gebruikers")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.name or self.email


class Organisation(models.Model):
    """Who lists, offers and buys."""

    name = models.CharField(_("naam"), max_length=120)
    slug = models.SlugField(unique=True, max_length=140)
    kind = models.CharField(_("soort"), max_length=20, choices=OrganisationKind)
    # As it says itself: several may give the same one. `Verification` says whose it is.
    enterprise_number = models.CharField(_("ondernemingsnummer"), max_length=10, null=True, blank=True, db_index=True)
    description = models.TextField(_("wat jullie doen"), max_length=2000, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telefoon"), max_length=30, blank=True)
    website = models.URLField(_("website"), blank=True)
    is_fictional = models.BooleanField(_("fictief"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisatie")
        verbose_name_plural = _("organisaties")
        ordering = ["name", "id"]
        indexes = [
            models.Index(fields=["name", "id"], name="organisation_by_name"),
            GinIndex(OpClass(Unaccented("name"), "gin_trgm_ops"), name="organisation_name_like"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def enterprise_number_display(self) -> str:
        """As people write it: 0403.170.701; empty where there is none."""
        digits = self.enterprise_number
        return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}" if digits else ""

    @property
    def identity(self) -> str:
        """Kind, number and name: what a verification is about. When one of these changes, it no longer counts."""
        return f"{self.kind} {self.enterprise_number or ''} {self.name}"

    @cached_property
    def badges(self) -> "list[Verification]":
        """The verifications that count today; `accounts.badges` fetches those of many at once."""
        return list(self.verifications.current(timezone.localdate()).order_by("what"))

    @property
    def is_verified(self) -> bool:
        """Whether somebody looked at who it is."""
        return any(badge.what == VerifiedWhat.ORGANISATION for badge in self.badges)


class Verification(models.Model):
    """What a hub looked at of an organisation, by whom, on which evidence, and until when it counts.

    Rows are added and ended, and say what they said ever since: a renewal is a next row. `name`, `kind` and
    `enterprise_number` are what was looked at. Without a hub an operator did it, or the hub is gone: `hub_name` stays.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="verifications")
    what = models.CharField(_("wat"), max_length=20, choices=VerifiedWhat)
    hub = models.ForeignKey(Hub, models.SET_NULL, null=True, blank=True, related_name="+")
    hub_name = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=OrganisationKind)
    enterprise_number = models.CharField(max_length=10, blank=True)
    evidence = models.TextField(_("bewijs"), max_length=LONGEST_EVIDENCE)
    verified_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    verified_at = models.DateTimeField(_("geverifieerd op"))
    until = models.DateField(_("geldig tot en met"))
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(_("waarom het eindigde"), max_length=10, choices=VerificationEnd, blank=True)
    ended_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    ended_reason = models.TextField(_("reden"), max_length=LONGEST_EVIDENCE, blank=True)

    objects = VerificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("verificatie")
        verbose_name_plural = _("verificaties")
        ordering = ["-verified_at", "-pk"]
        indexes = [models.Index(fields=["until"], condition=Q(ended_at=None), name="verification_until")]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "what"],
                condition=Q(ended_at=None),
                name="verification_current_once",
                violation_error_message=_("Iemand anders verifieerde dit net. Bekijk de pagina opnieuw."),
            ),
            models.UniqueConstraint(
                fields=["enterprise_number"],
                condition=Q(ended_at=None, what="organisation") & ~Q(enterprise_number=""),
                name="verification_number_once",
                violation_error_message=_("Een andere organisatie is al geverifieerd met dit ondernemingsnummer."),
            ),
            models.CheckConstraint(
                name="verification_end_says_why",
                condition=Q(ended_at=None, ended_why="")
                | Q(ended_at__isnull=False, ended_why__in=VerificationEnd.values),
            ),
            models.CheckConstraint(
                name="verification_status_of_social_enterprise",
                condition=~Q(what="social_enterprise") | Q(kind="social_enterprise"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_what_display()}"

    @property
    def by_whom(self) -> str:
        """The hub by the name that it had then; without one the operator."""
        return self.hub_name or gettext("de beheerder van Werkstof")

    @property
    def is_of_status(self) -> bool:
        """Whether it is about being a maatwerkbedrijf, and not about who it is."""
        return self.what == VerifiedWhat.SOCIAL_ENTERPRISE


class Membership(models.Model):
    """A user's role in an organisation."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(_("rol"), max_length=10, choices=MemberRole)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "user"], name="member_once")]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()} van {self.organisation}"


def new_token() -> str:
    return secrets.token_urlsafe(24)


class Invitation(models.Model):
    """An offer to join an organisation or a hub, sent by mail; who has the address and logs in may accept it once.

    Its letter is a row of journal.models.Letter.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="invitations")
    hub = models.ForeignKey(Hub, models.CASCADE, null=True, blank=True, related_name="invitations")
    email = models.EmailField(_("e-mailadres"))
    role = models.CharField(
        _("rol"), max_length=10, choices=MemberRole.choices + StaffRole.choices, default=MemberRole.MEMBER
    )
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    accepted_at = models.DateTimeField(null=True, editable=False)

    #: State and error of its letter; with_letter() reads them.
    letter_state: str | None
    letter_error: str | None

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(accepted_at__isnull=True),
                name="invitation_open_once",
                violation_error_message=_("Dit adres is al uitgenodigd."),
            ),
            models.UniqueConstraint(
                fields=["hub", "email"],
                condition=Q(accepted_at__isnull=True),
                name="invitation_to_hub_open_once",
                violation_error_message=_("Dit adres is al uitgenodigd."),
            ),
            models.CheckConstraint(
                name="invitation_role_fits",
                condition=Q(organisation__isnull=False, hub__isnull=True, role__in=MemberRole.values)
                | Q(organisation__isnull=True, hub__isnull=False, role__in=StaffRole.values),
                violation_error_message=_("Deze rol bestaat niet."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.host}"

    @property
    def host(self) -> Organisation | Hub:
        """The organisation or hub that it is for. A constraint makes sure that it has exactly one of the two."""
        host = self.organisation or self.hub
        assert host is not None
        return host

    def is_for(self, user: User) -> bool:
        return self.email == user.email

    @property
    def mail_state(self) -> MailState:
        """What became of its letter. Needs with_letter()."""
        if self.letter_state == LetterState.SENT:
            return MailState.SENT
        if self.letter_state in (LetterState.FAILED, LetterState.BOUNCED, LetterState.DROPPED):
            return MailState.FAILED
        return MailState.RETRYING if self.letter_error else MailState.WAITING


class Site(models.Model):
    """A located address of an organisation."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="sites")
    name = models.CharField(_("naam van de vestiging"), max_length=80)
    street = models.CharField(_("straat"), max_length=100, blank=True)
    house_number = models.CharField(_("nummer"), max_length=12, blank=True)
    postal_code = models.CharField(
        _("postcode"),
        max_length=4,
        validators=[RegexValidator(r"^[1-9]\d{3}$", _("Een postcode heeft vier cijfers."))],
    )
    place_name = models.CharField(_("plaats"), max_length=60)
    location = models.PointField(_("plek"), srid=4326, spatial_index=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, null=True, related_name="+", editable=False)
    establishment_number = models.CharField(_("vestigingsnummer"), max_length=10, null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("vestiging")
        verbose_name_plural = _("vestigingen")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.name}, {self.place_name}"

    @property
    def address(self) -> str:
        """On one line: "Kerkstraat 1, 9000 Gent"."""
        street = f"{self.street} {self.house_number}".strip()
        town = f"{self.postal_code} {self.place_name}"
        return f"{street}, {town}" if street else town


class HubStaff(models.Model):
    """A user's rights in one hub, and in that hub alone."""

    hub = models.ForeignKey(Hub, models.CASCADE, related_name="staff")
    user = models.ForeignKey(User, models.CASCADE, related_name="hub_roles")
    role = models.CharField(_("rol"), max_length=10, choices=StaffRole)
    # Only the person themselves sets it.
    is_shown = models.BooleanField(_("met naam op de pagina van de hub"), default=False)

    objects = HubStaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("hubmedewerker")
        verbose_name_plural = _("hubmedewerkers")
        constraints = [models.UniqueConstraint(fields=["hub", "user"], name="hub_staff_once")]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()} van {self.hub}"


class HubPartner(models.Model):
    """An organisation that takes part in a hub."""

    hub = models.ForeignKey(Hub, models.CASCADE, related_name="partners")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="partnerships")
    since = models.DateField(_("sinds"), null=True, blank=True)

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        constraints = [models.UniqueConstraint(fields=["hub", "organisation"], name="hub_partner_once")]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.hub}"
