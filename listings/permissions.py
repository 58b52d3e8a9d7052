"""Who may do what with a listing."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.permissions import can_write_for
from listings.models import Listing


def check_may_write(user: User | AnonymousUser, organisation: Organisation) -> None:
    """Raise PermissionDenied unless the user is a member of the organisation."""
    if not can_write_for(user, organisation):
        raise PermissionDenied(_("Alleen leden van %(organisation)s mogen dit.") % {"organisation": organisation.name})


def check_may_change(user: User | AnonymousUser, listing: Listing) -> None:
    check_may_write(user, listing.organisation)
