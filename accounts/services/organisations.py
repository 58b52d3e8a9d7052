"""Every change to organisations."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts.enums import MemberRole
from accounts.models import Membership, Organisation, User
from accounts.permissions import check_can_manage, check_is_operator
from accounts.services.fields import set_fields
from accounts.services.members import record_member
from accounts.services.verifications import check_number_is_free, end_all_verifications
from accounts.verbs import AccountVerb
from journal.events import changed, record, values_of

ORGANISATION_FIELDS = frozenset({"name", "kind", "enterprise_number", "description", "email", "phone", "website"})


@transaction.atomic
def create_organisation(*, by: User, **fields: Any) -> Organisation:
    """Make an organisation with its maker as admin. Raises ValidationError by field."""
    organisation = set_fields(Organisation(), fields, ORGANISATION_FIELDS)
    organisation.slug = _free_slug(organisation.name)
    organisation.full_clean()
    check_number_is_free(organisation, timezone.now())
    organisation.save()
    membership = Membership.objects.create(organisation=organisation, user=by, role=MemberRole.ADMIN)
    record(
        AccountVerb.ORGANISATION_CREATED, organisation, by=by, organisation_id=organisation.pk,
        changes=changed(values_of(Organisation(), ORGANISATION_FIELDS), values_of(organisation, ORGANISATION_FIELDS)),
    )  # fmt: skip
    record_member(AccountVerb.MEMBER_ADDED, by, membership, role=[None, MemberRole.ADMIN])
    return organisation


@transaction.atomic
def update_organisation(*, by: User, organisation: Organisation, **fields: Any) -> Organisation:
    """Change what it says of itself; with another name, number or kind it has to be verified again."""
    check_can_manage(by, organisation)
    return _save_organisation(by, organisation, fields)


@transaction.atomic
def set_up_organisation(*, by: User, organisation: Organisation, **fields: Any) -> Organisation:
    """update_organisation() by an operator, for an organisation that can't do it itself."""
    check_is_operator(by)
    return _save_organisation(by, organisation, fields)


def _save_organisation(by: User, organisation: Organisation, fields: dict[str, Any]) -> Organisation:
    """Store an organisation. Where its name, number or kind changed, what was verified of it no longer counts."""
    stored = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    set_fields(organisation, fields, ORGANISATION_FIELDS)
    organisation.full_clean()
    now = timezone.now()
    if organisation.enterprise_number != stored.enterprise_number:
        check_number_is_free(organisation, now)
    organisation.save()
    changes = changed(values_of(stored, ORGANISATION_FIELDS), values_of(organisation, ORGANISATION_FIELDS))
    record(
        AccountVerb.ORGANISATION_CHANGED, organisation, by=by, organisation_id=organisation.pk, changes=changes
    )  # fmt: skip
    if organisation.identity != stored.identity:
        end_all_verifications(by=by, organisation=organisation, at=now)
    return organisation


def _free_slug(name: str) -> str:
    """The name as a slug, with a number where that is taken."""
    stem = slugify(name)[:120] or "organisatie"
    taken = set(Organisation.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return stem if stem not in taken else next(f"{stem}-{n}" for n in range(2, 10**6) if f"{stem}-{n}" not in taken)
