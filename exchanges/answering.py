"""Who reads a question to a hub: its own people, or where nobody works there, whoever comes next."""

from collections.abc import Iterable
from enum import Enum

from django.db.models import QuerySet

from accounts.models import HubStaff, User
from accounts.permissions import operators
from geo.models import Hub


class Reach(Enum):
    """Whom a hub's questions come to."""

    STAFF = "staff"
    #: Nobody of it has an account: its mail address, and operators, who can give its people one.
    MAILBOX = "mailbox"
    OPERATORS = "operators"


def staff_in(hub_ids: Iterable[int]) -> QuerySet[User]:
    """Everybody who works for one of these hubs and can log in."""
    return User.objects.filter(hub_roles__hub__in=list(hub_ids), is_active=True).distinct().order_by("pk")


def staffed_hubs() -> list[int]:
    """The hubs for which somebody works who can log in."""
    rows = HubStaff.objects.filter(user__is_active=True)
    return list(rows.order_by("hub_id").values_list("hub_id", flat=True).distinct())


def reach_of(hub: Hub) -> Reach:
    if staff_in([hub.pk]).exists():
        return Reach.STAFF
    return Reach.MAILBOX if hub.email else Reach.OPERATORS


def readers_in_stead() -> QuerySet[User]:
    """Who reads what comes to a hub for which nobody works."""
    return operators().order_by("pk")
