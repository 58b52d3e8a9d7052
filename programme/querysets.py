"""Chainable reads of activities."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from accounts.permissions import hubs_staffed_by
from exchanges.days import midnight
from programme.enums import LONGEST_ACTIVITY, ActivityState

if TYPE_CHECKING:
    from accounts.models import User
    from geo.models import Hub
    from programme.models import Activity  # noqa: F401


#: What was published once. No value is in it: a plan that is made before values are known can use an index of it.
_PUBLIC = Q(published_at__isnull=False)


class ActivityQuerySet(models.QuerySet["Activity"]):
    def public(self) -> Self:
        """What everyone may see, cancelled ones among them."""
        return self.filter(_PUBLIC)

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The same, and drafts of the hubs that somebody works for."""
        if not user.is_authenticated:
            return self.public()
        return self.filter(_PUBLIC | Q(hub__in=hubs_staffed_by(user).values("pk")))

    def drafts_of(self, user: "User") -> Self:
        """What isn't published yet, of the hubs that somebody works for."""
        return self.filter(state=ActivityState.DRAFT, hub__in=hubs_staffed_by(user).values("pk"))

    def of_hub(self, hub: "Hub") -> Self:
        return self.filter(hub=hub)

    def upcoming(self, at: dt.datetime) -> Self:
        """Those that aren't over, the first to begin first."""
        return self.ending_after(at).order_by("starts_at", "pk")

    def past(self, at: dt.datetime) -> Self:
        """Those that are over, the last to begin first."""
        # What is over has begun: that is what an index is asked.
        return self.filter(ends_at__lte=at, starts_at__lt=at).order_by("-starts_at", "-pk")

    def ending_after(self, at: dt.datetime) -> Self:
        # None lasts longer: that bounds what an index is asked.
        return self.filter(ends_at__gt=at, starts_at__gt=at - LONGEST_ACTIVITY)

    def on_days(self, first: dt.date, last: dt.date | None) -> Self:
        """Those of which some part is on one of these days on our clocks; both included, None for no end."""
        found = self.ending_after(midnight(first))
        return found if last is None else found.filter(starts_at__lt=midnight(last + dt.timedelta(days=1)))

    def for_rows(self) -> Self:
        """With whoever organises them, and the municipality."""
        return self.select_related("hub", "partner", "municipality")
