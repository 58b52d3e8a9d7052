"""Every change to users."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import check_is_operator, is_operator, operators
from accounts.services.fields import set_fields
from accounts.services.hub_staff import keep_a_manager
from accounts.services.members import keep_an_admin
from accounts.verbs import AccountVerb
from journal.events import changed, record, values_of

USER_FIELDS = frozenset({"name", "language", "is_active", "is_staff", "is_superuser"})


#: Fields about a person: the journal says that they changed, and keeps neither the old nor the new value.
PRIVATE = frozenset({"name"})


@transaction.atomic
def update_user(*, by: User, name: str, language: str) -> User:
    """Change one's own name and language."""
    before = values_of(by, ("name", "language"))
    set_fields(by, {"name": name, "language": language}, frozenset({"name", "language"}))
    by.full_clean(exclude=["password"])
    by.save(update_fields=["name", "language"])
    if changes := changed(before, values_of(by, ("name", "language")), private=PRIVATE):
        record(AccountVerb.USER_CHANGED, by, by=by, changes=changes)
    return by


@transaction.atomic
def set_up_user(*, by: User, user: User, groups: Iterable[Group], **fields: Any) -> User:
    """Activate or deactivate an account and set its rights in the admin. For operators; at least one of them stays."""
    check_is_operator(by)
    before = values_of(User.objects.get(pk=user.pk), USER_FIELDS)
    set_fields(user, fields, USER_FIELDS)
    if not is_operator(user):
        _keep_an_operator(user)
    user.full_clean(exclude=["password"])
    user.save(update_fields=sorted(fields))
    user.groups.set(groups)
    changes = changed(before, values_of(user, USER_FIELDS), private=PRIVATE)
    record(AccountVerb.USER_SET_UP, user, by=by, changes=changes)
    return user


@transaction.atomic
def delete_user(*, by: User, user: User) -> None:
    """Delete an account with its roles; listings stay with their organisation. For operators.

    Raises ValidationError for the last admin of an organisation, the last manager of a hub and the last operator.
    """
    check_is_operator(by)
    _keep_an_operator(user)
    for membership in user.memberships.order_by("organisation"):
        keep_an_admin(membership)
    for staff in user.hub_roles.order_by("hub"):
        keep_a_manager(staff)
    record(AccountVerb.USER_DELETED, user, by=by)
    user.delete()


def _keep_an_operator(user: User) -> None:
    """Raise ValidationError for the last operator. Locks all operators' rows."""
    locked = operators().select_for_update().order_by("pk")
    if list(locked.values_list("pk", flat=True)) == [user.pk]:
        raise ValidationError(_("Werkstof heeft minstens één beheerder nodig. Maak eerst iemand anders beheerder."))
