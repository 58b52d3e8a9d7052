"""Chainable reads of organisations."""

from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

if TYPE_CHECKING:
    from accounts.models import Organisation, User  # noqa: F401
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
