"""Every change to what hubs verified of organisations."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import validators
from accounts.enums import OrganisationKind, VerificationEnd, VerifiedWhat
from accounts.models import LONGEST_EVIDENCE, Organisation, User, Verification
from accounts.permissions import check_can_verify, check_can_withdraw
from accounts.querysets import VerificationQuerySet
from accounts.verbs import AccountVerb
from accounts.verification_letters import tell_of_end, tell_of_verification
from geo.models import Hub
from journal.events import record

#: Years that a verification counts: at most, and as the form proposes.
MOST_YEARS, USUAL_YEARS = 5, 2

_VERB_OF_END = {
    VerificationEnd.WITHDRAWN: AccountVerb.VERIFICATION_WITHDRAWN,
    VerificationEnd.CHANGED: AccountVerb.VERIFICATION_FELL,
    VerificationEnd.EXPIRED: AccountVerb.VERIFICATION_EXPIRED,
}


@transaction.atomic
def verify_organisation(
    *,
    by: User,
    organisation: Organisation,
    what: str,
    evidence: str,
    until: dt.date,
    hub: Hub | None = None,
    seen: str | None = None,
    at: dt.datetime | None = None,
) -> Verification:
    """Store that somebody looked at an organisation: for a hub, or with hub=None as operator.

    The verification that still counts for the same thing ends as renewed; with the same hub, person, evidence and last
    day it is returned unchanged, as after a second click. `seen` is Organisation.identity as the person saw it. Raises
    PermissionDenied; ValidationError by field, or without a field where `seen` isn't the identity any more or another
    organisation is verified with this number.
    """
    at = at or timezone.now()
    check_can_verify(by, organisation, hub)
    locked = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    evidence = validators.visible(evidence)
    _check(locked, what, evidence, until, seen, timezone.localdate(at))
    if locked.enterprise_number:
        _end_expired(Verification.objects.of_number(locked.enterprise_number), at)
    if other := verification_of_other_with_number(locked, at):
        words = _("%(owner)s is al geverifieerd met dit ondernemingsnummer, door %(hub)s. Overleg eerst.")
        raise ValidationError(words % {"owner": other.name, "hub": other.by_whom})
    # A withdrawal that has the lock goes first, and keeps its reason.
    for standing in locked.verifications.filter(ended_at=None, what=what).select_for_update():
        if (standing.hub, standing.verified_by, standing.evidence, standing.until) == (hub, by, evidence, until):
            return standing
        _end(standing, VerificationEnd.RENEWED, at)
    made = Verification.objects.create(
        organisation=locked, what=what, hub=hub, hub_name=hub.name if hub else "", name=locked.name, kind=locked.kind,
        enterprise_number=locked.enterprise_number or "", evidence=evidence, verified_by=by, verified_at=at,
        until=until,
    )  # fmt: skip
    _record(AccountVerb.VERIFIED, made, by, until=until)
    tell_of_verification(made)
    return made


@transaction.atomic
def withdraw_verification(
    *, by: User, verification: Verification, reason: str, at: dt.datetime | None = None
) -> Verification:
    """End a verification before its day, with a reason that the organisation reads. For the hub that gave it, and for
    operators. One that has ended stays as it is. Raises PermissionDenied; ValidationError by field.
    """
    locked = Verification.objects.select_for_update(of=("self",)).select_related("organisation", "hub").get(
        pk=verification.pk
    )  # fmt: skip
    check_can_withdraw(by, locked)
    reason = validators.visible(reason)
    if not reason:
        raise ValidationError({"reason": _("Zeg in een zin waarom: de organisatie leest het.")})
    if len(reason) > LONGEST_EVIDENCE:
        raise ValidationError({"reason": _("Hou het korter: hoogstens %(most)d tekens.") % {"most": LONGEST_EVIDENCE}})
    if locked.ended_at is None:
        locked.ended_by, locked.ended_reason = by, reason
        _end(locked, VerificationEnd.WITHDRAWN, at or timezone.now())
    return locked


@transaction.atomic
def end_expired_verifications(*, at: dt.datetime) -> int:
    """End those whose last day has gone by, and tell their organisations; returns how many."""
    return _end_expired(Verification.objects.all(), at)


def end_all_verifications(*, by: User, organisation: Organisation, at: dt.datetime) -> None:
    """End every open verification of an organisation whose name, number or kind was just changed.

    The caller has checked that it was. Needs a transaction.
    """
    for standing in organisation.verifications.filter(ended_at=None).select_for_update():
        standing.organisation, standing.ended_by = organisation, by
        _end(standing, VerificationEnd.CHANGED, at)


def check_number_is_free(organisation: Organisation, at: dt.datetime) -> None:
    """Raise ValidationError where another organisation is verified with this number. A mere claim blocks nobody."""
    if other := verification_of_other_with_number(organisation, at):
        words = _(
            "%(owner)s is geverifieerd met dit ondernemingsnummer. Werk je daar, vraag dan een collega om je uit te "
            "nodigen. Klopt het niet, vraag het dan aan je hub."
        )
        raise ValidationError({"enterprise_number": words % {"owner": other.name}})


def verification_of_other_with_number(organisation: Organisation, at: dt.datetime) -> Verification | None:
    """The current verification by which another organisation has this organisation's number.

    None without a number or such a verification.
    """
    if not organisation.enterprise_number:
        return None
    given = Verification.objects.current(timezone.localdate(at)).of_number(organisation.enterprise_number)
    return given.exclude(organisation=organisation.pk).first()


def _check(
    organisation: Organisation, what: str, evidence: str, until: dt.date, seen: str | None,
    today: dt.date,
) -> None:  # fmt: skip
    """Raise ValidationError with every wrong field, or, where none is wrong, because `seen` is out of date."""
    wrong: dict[str, str] = {}
    if what not in VerifiedWhat.values:
        wrong["what"] = _("Kies wat je nakeek.")
    elif what == VerifiedWhat.SOCIAL_ENTERPRISE and organisation.kind != OrganisationKind.SOCIAL_ENTERPRISE:
        wrong["what"] = _("Deze organisatie zegt niet dat ze een maatwerkbedrijf is.")
    if not evidence:
        wrong["evidence"] = _("Zeg waaraan je het zag, bijvoorbeeld “KBO-uittreksel van 3 maart”.")
    elif len(evidence) > LONGEST_EVIDENCE:
        wrong["evidence"] = _("Hou het korter: hoogstens %(most)d tekens.") % {"most": LONGEST_EVIDENCE}
    if until <= today:
        wrong["until"] = _("Kies een dag na vandaag.")
    elif until > latest_until(today):
        wrong["until"] = _("Kies een dag binnen %(years)d jaar: daarna kijk je het opnieuw na.") % {
            "years": MOST_YEARS
        }
    if wrong:
        raise ValidationError(dict(wrong))
    if seen is not None and seen != organisation.identity:
        raise ValidationError(_("De naam, het nummer of de soort veranderde intussen. Kijk opnieuw na."))


def latest_until(today: dt.date) -> dt.date:
    """The last day that a verification of today may have."""
    return _in_years(today, MOST_YEARS)


def usual_until(today: dt.date) -> dt.date:
    """The last day that the form proposes for a verification of today."""
    return _in_years(today, USUAL_YEARS)


def _in_years(day: dt.date, years: int) -> dt.date:
    """The same day of a later year; of 29 February the day before, where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _end_expired(verifications: VerificationQuerySet, at: dt.datetime) -> int:
    expired = verifications.expired(timezone.localdate(at)).select_for_update(of=("self",), skip_locked=True)
    rows = list(expired.select_related("organisation", "hub"))
    for row in rows:
        _end(row, VerificationEnd.EXPIRED, at)
    return len(rows)


def _end(verification: Verification, why: VerificationEnd, at: dt.datetime) -> None:
    """Note the end, and tell of it; a renewal is told by what takes its place."""
    verification.ended_at, verification.ended_why = at, why
    verification.save(update_fields=["ended_at", "ended_why", "ended_by", "ended_reason"])
    if why in _VERB_OF_END:
        _record(_VERB_OF_END[why], verification, verification.ended_by)
        tell_of_end(verification)


def _record(verb: AccountVerb, verification: Verification, by: User | None, until: dt.date | None = None) -> None:
    changes = {"what": verification.what} | ({"until": until.isoformat()} if until else {})
    record(
        verb, verification, by=by, organisation_id=verification.organisation_id,
        hub_ids=[verification.hub_id] if verification.hub_id else [], changes=changes,
    )  # fmt: skip
