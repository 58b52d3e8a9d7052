"""Every change to who works for a hub."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.enums import StaffRole
from accounts.models import HubStaff, User
from accounts.permissions import check_can_set_hub_people
from accounts.services.last_one import check_not_last
from accounts.verbs import AccountVerb
from geo.models import Hub
from journal.events import record
from journal.letters import write_letter

LETTER = "hub_staff_added"


@transaction.atomic
def add_hub_staff(*, by: User, hub: Hub, user: User, role: str = StaffRole.EDITOR) -> HubStaff:
    """Make somebody with an account staff of a hub. Raises ValidationError for those who are staff already."""
    check_can_set_hub_people(by, hub)
    staff = HubStaff(hub=hub, user=user, role=role)
    if hub.staff.filter(user=user).exists():
        raise ValidationError({"email": _("%(user)s werkt al voor deze hub.") % {"user": user}})
    staff.full_clean()
    staff.save()
    _record(AccountVerb.STAFF_ADDED, by, staff, role=[None, role])
    _tell(by, staff)
    return staff


@transaction.atomic
def change_hub_role(*, by: User, staff: HubStaff, role: str) -> HubStaff:
    """Give somebody another role in a hub. A hub that has managers keeps at least one."""
    check_can_set_hub_people(by, staff.hub)
    if role != StaffRole.MANAGER:
        keep_a_manager(staff)
    before, staff.role = staff.role, role
    staff.full_clean()
    staff.save(update_fields=["role"])
    _record(AccountVerb.STAFF_ROLE_CHANGED, by, staff, role=[before, role])
    return staff


@transaction.atomic
def remove_hub_staff(*, by: User, staff: HubStaff) -> None:
    """Managers and operators remove staff, and anyone may leave; a hub that has managers keeps at least one."""
    if staff.user_id != by.pk:
        check_can_set_hub_people(by, staff.hub)
    keep_a_manager(staff)
    _record(AccountVerb.STAFF_REMOVED, by, staff, role=[staff.role, None])
    staff.delete()


@transaction.atomic
def show_hub_staff(*, by: User, staff: HubStaff, shown: bool) -> HubStaff:
    """Put one's own name on the page of the hub, or take it off. Nobody does that for someone else."""
    if staff.user_id != by.pk:
        raise PermissionDenied(_("Alleen jij kiest of je naam op de pagina van de hub staat."))
    if shown and not by.name:
        raise ValidationError(_("Vul eerst je naam in bij Mijn account."))
    staff.is_shown = shown
    staff.save(update_fields=["is_shown"])
    _record(AccountVerb.STAFF_SHOWN, by, staff, is_shown=[not shown, shown])
    return staff


def keep_a_manager(staff: HubStaff) -> None:
    """Raise ValidationError for the last manager."""
    managers = HubStaff.objects.filter(hub=staff.hub_id, role=StaffRole.MANAGER)
    words = _("Een hub heeft minstens één beheerder nodig. Maak eerst iemand anders beheerder.")
    check_not_last(managers, staff, words)


def _tell(by: User, staff: HubStaff) -> None:
    """Write to somebody whom another made staff, in their language; of one hub at most once a day."""
    user = staff.user
    if user == by:
        return
    with translation.override(user.language):
        role = staff.get_role_display()
    write_letter(
        LETTER,
        to=user.email,
        language=user.language,
        data={
            "who": str(by),
            "hub": staff.hub.name,
            "role": str(role),
            "link": settings.SITE_URL + reverse("hub-staff", args=[staff.hub.slug]),
        },
        dedup_key=f"{LETTER}-{staff.hub_id}-{user.pk}-{timezone.localdate()}",
        caused_by=by,
        about=staff,
    )


def _record(verb: AccountVerb, by: User, staff: HubStaff, **changes: Any) -> None:
    record(verb, staff, by=by, hub_ids=[staff.hub_id], changes={"user": staff.user_id} | changes)
