"""The types of requests that views get, with the attributes that our middleware adds."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from accounts.models import Organisation, User
from accounts.permissions import can_write_for


class PageRequest(HttpRequest):
    """Anyone's request; `htmx` is true when a part of a page is asked for."""

    htmx: HtmxDetails


class MemberRequest(PageRequest):
    """Behind `login_required`: the user is somebody."""

    user: User


def organisation_of_member(request: MemberRequest, slug: str) -> Organisation:
    """One of the user's organisations. Raises PermissionDenied for others: that they exist is no secret."""
    found = get_object_or_404(Organisation.objects.with_sites(), slug=slug)
    if not can_write_for(request.user, found):
        raise PermissionDenied(_("Alleen leden van %(organisation)s mogen dit.") % {"organisation": found.name})
    return found
