"""Chainable reads of organisations, their members and invitations."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

if TYPE_CHECKING:
    from accounts.models import HubStaff, Invitation, Membership, Organisation, User  # noqa: F401
    from geo.models import Hub


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def of(self, user: "User | AnonymousUser") -> Self:
        """Where the user is a member."""
        return self.filter(memberships__user=user) if user.is_authenticated else self.none()

    def partners_of(self, hub: "Hub") -> Self:
        return self.filter(partnerships__hub=hub)

    def named(self, name: str) -> Self:
        """Written exactly so, capitals aside."""
        return self.filter(name__iexact=name).order_by("pk")

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

    def of_token(self, token: str) -> Self:
        return self.filter(token=token)

    def to(self, user: "User") -> Self:
        """For the user's own address."""
        return self.filter(email=user.email)

    def sent_by(self, user: "User", since: dt.datetime) -> Self:
        return self.filter(invited_by=user, created_at__gte=since)

    def with_people(self) -> Self:
        """With the organisation and who invites."""
        return self.select_related("organisation", "invited_by")


class HubStaffQuerySet(models.QuerySet["HubStaff"]):
    def of(self, user: "User | AnonymousUser") -> Self:
        """The user's roles, with their hubs by name."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(user=user).select_related("hub").order_by("hub__name")
