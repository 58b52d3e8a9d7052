"""Chainable reads of organisations, their members, invitations and verifications."""

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.enums import OrganisationKind, VerifiedWhat
from geo.querysets import Unaccented
from journal.models import Letter

if TYPE_CHECKING:
    from accounts.models import HubStaff, Invitation, Membership, Organisation, User, Verification  # noqa: F401
    from geo.models import Hub


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def of(self, user: "User | AnonymousUser") -> Self:
        """Where the user is a member."""
        return self.filter(memberships__user=user) if user.is_authenticated else self.none()

    def partners_of(self, hub: "Hub") -> Self:
        return self.filter(partnerships__hub=hub)

    def like(self, text: str) -> Self:
        """Those with the text in their name, in any capitals and accents; names that begin with it come first."""
        name, asked = Unaccented("name"), Unaccented(models.Value(text.strip()))
        found = self.annotate(plain_name=name).filter(plain_name__contains=asked)
        return found.order_by(models.Case(models.When(plain_name__startswith=asked, then=0), default=1), "name", "pk")

    def not_partners_of(self, hub: "Hub") -> Self:
        return self.exclude(partnerships__hub=hub)

    def known_to(self, hub: "Hub") -> Self:
        """Those that a hub may verify: its partners, and who has a site in its regions."""
        inside = self.model.objects.filter(sites__municipality__hub_regions__hub=hub).values("pk")
        return self.filter(models.Q(pk__in=hub.partners.values("organisation")) | models.Q(pk__in=inside))

    def verified(self, today: dt.date, before: dt.date | None = None) -> Self:
        """Those of which something is verified today; `before`: that something of it ends before then."""
        current = self._verifications(today)
        return self.filter(models.Exists(current.filter(until__lt=before) if before else current))

    def to_verify(self, today: dt.date) -> Self:
        """Those that claim what nobody has verified: an enterprise number, or to be a maatwerkbedrijf."""
        verified = self._verifications(today)
        number = models.Q(enterprise_number__isnull=False)
        is_social = models.Q(kind=OrganisationKind.SOCIAL_ENTERPRISE)
        return self.filter(
            number & ~models.Exists(verified.filter(what=VerifiedWhat.ORGANISATION))
            | is_social & ~models.Exists(verified.filter(what=VerifiedWhat.SOCIAL_ENTERPRISE))
        )

    def _verifications(self, today: dt.date) -> "VerificationQuerySet":
        """Those that count today, of the organisation that a query around it looks at."""
        related: Any = self.model._meta.get_field("verifications").related_model
        rows: VerificationQuerySet = related._default_manager.all()
        return rows.current(today).filter(organisation=models.OuterRef("pk"))

    def with_sites(self) -> Self:
        return self.prefetch_related("sites__municipality")


class VerificationQuerySet(models.QuerySet["Verification"]):
    def current(self, today: dt.date) -> Self:
        """Those that count today."""
        return self.filter(ended_at=None, until__gte=today)

    def expired(self, today: dt.date) -> Self:
        """Those whose last day has gone by, and that nobody ended yet."""
        return self.filter(ended_at=None, until__lt=today)

    def of_number(self, number: str) -> Self:
        """Those that give this enterprise number to an organisation."""
        return self.filter(what=VerifiedWhat.ORGANISATION, enterprise_number=number)

    def for_rows(self) -> Self:
        return self.select_related("organisation", "hub", "verified_by", "ended_by")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def of(self, user: "User | AnonymousUser") -> Self:
        """The user's own, by name of the organisation."""
        return self.filter(user=user).order_by("organisation__name", "pk") if user.is_authenticated else self.none()

    def with_sites(self) -> Self:
        """With the organisation and its sites, in a fixed number of queries."""
        return self.select_related("organisation").prefetch_related("organisation__sites__municipality")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Not accepted yet."""
        return self.filter(accepted_at__isnull=True)

    def from_host(self, host: "Organisation | Hub") -> Self:
        """To join this organisation, or to work for this hub."""
        return self.filter(**{host._meta.model_name or "": host})

    def of_token(self, token: str) -> Self:
        return self.filter(token=token)

    def to(self, user: "User") -> Self:
        """For the user's own address."""
        return self.filter(email=user.email)

    def with_letter(self) -> Self:
        """With the state and error of the letter as `letter_state` and `letter_error`, which `mail_state` reads."""
        letters = Letter.objects.filter(
            subject_kind=self.model._meta.label_lower, subject_id=models.OuterRef("pk")
        ).newest_first()
        return self.annotate(
            letter_state=models.Subquery(letters.values("state")[:1]),
            letter_error=models.Subquery(letters.values("last_error")[:1]),
        )

    def with_people(self) -> Self:
        """With the organisation or hub, and who invites."""
        return self.select_related("organisation", "hub", "invited_by")


class HubStaffQuerySet(models.QuerySet["HubStaff"]):
    def of(self, user: "User | AnonymousUser") -> Self:
        """The user's roles, with their hubs by name."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(user=user).select_related("hub").order_by("hub__name")

    def with_names(self) -> Self:
        """With the people, by name."""
        return self.select_related("user").order_by("user__name", "user__email")

    def shown(self) -> Self:
        """Those who chose to be named on the hub's page."""
        return self.filter(is_shown=True, user__is_active=True).exclude(user__name="").with_names()
