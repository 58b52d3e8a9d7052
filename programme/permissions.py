"""Who makes a hub's programme: its staff (accounts.roles)."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.permissions import check_is_hub_staff, holds
from accounts.roles import Right
from geo.models import Hub


def can_run_programme(user: User | AnonymousUser, hub: Hub) -> bool:
    return holds(user, Right.RUN_PROGRAMME, hubs=[hub.pk])


def check_can_run_programme(user: User | AnonymousUser, hub: Hub) -> None:
    """Raise PermissionDenied unless can_run_programme()."""
    check_is_hub_staff(user, hub, Right.RUN_PROGRAMME)
