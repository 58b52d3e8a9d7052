"""Chainable reads of organisations, their members and invitations."""

from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

from geo.querysets import Unaccented
from journal.models import Letter

if TYPE_CHECKING:
    from accounts.models import HubStaff, Invitation, Membership, Organisation, User  # noqa: F401
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

    def with_sites(self) -> Self:
        return self.prefetch_related("sites__municipality")


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
