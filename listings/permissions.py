"""Who may do what with a listing."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.permissions import can_begin_for, can_write_for, holds
from accounts.roles import Right
from geo.models import Hub
from listings.models import Listing
from listings.owners import know_owners


def check_may_write(user: User | AnonymousUser, organisation: Organisation) -> None:
    """Raise PermissionDenied unless the user is a member of the organisation."""
    if not can_write_for(user, organisation):
        raise PermissionDenied(_members_only(organisation))


def check_may_begin(user: User | AnonymousUser, organisation: Organisation, for_hub: Hub | None) -> None:
    """The same of a draft, which staff of a hub may begin in the name of its partner too."""
    if for_hub is None:
        check_may_write(user, organisation)
    elif not can_begin_for(user, for_hub.pk, organisation.pk):
        raise PermissionDenied(_("Alleen medewerkers van een hub beginnen iets namens haar partner."))


def check_may_change(user: User | AnonymousUser, listing: Listing) -> None:
    """Raise PermissionDenied unless the user is a member of its organisation."""
    if not can_write_for(user, listing.organisation):
        know_owners([listing], user)
        raise PermissionDenied(_members_only(listing.shown_organisation))


def _members_only(organisation: Organisation) -> str:
    return _("Alleen leden van %(organisation)s mogen dit.") % {"organisation": organisation.name}


def may_book(user: User | AnonymousUser, service: Listing) -> bool:
    """Members of the service's organisation, and staff of a hub that the service lies in, in any role."""
    return holds(user, Right.BOOK_WEEKS, organisations=[service.organisation_id], hubs=service.hub_ids)


def check_may_book(user: User | AnonymousUser, service: Listing) -> None:
    """Raise PermissionDenied unless may_book()."""
    if not may_book(user, service):
        know_owners([service], user)
        words = {"organisation": service.shown_organisation.name}
        raise PermissionDenied(_("Alleen leden van %(organisation)s en van hun hub mogen dit.") % words)
