"""Puts a pair out of the sight of one side ("not for me"), and back."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from journal.events import record
from listings.models import Listing
from listings.permissions import check_may_change
from matching.models import Dismissal, DismissalReason
from matching.pairs.sides import side_of
from matching.verbs import MatchingVerb


@transaction.atomic
def dismiss_pair(*, by: User, listing: Listing, other: Listing, reason: str, words: str = "") -> Dismissal:
    """Take another listing out of a listing's list, for members of its organisation; a second time, say why anew.

    The other side still sees the pair. The worker gives the place to the next best, after the commit or within a
    minute. Raises ValidationError by field.
    """
    check_may_change(by, listing)
    side = side_of(listing.kind)
    if side is None or other.kind != side.other.kind:
        raise ValidationError({"other": _("Alleen aanbod en vraag vormen een koppel.")})
    if not Listing.objects.visible_to(by).filter(pk=other.pk).exists():
        raise ValidationError({"other": _("Dit zoekertje bestaat niet of is niet openbaar.")})
    words = words.strip()
    if reason == DismissalReason.OTHER and not words:
        raise ValidationError({"words": _("Zeg in enkele woorden waarom.")})
    known = Dismissal.objects.select_for_update().filter(listing=listing, other=other).first()
    made = known or Dismissal(listing=listing, other=other)
    made.reason, made.words, made.by = reason, words if reason == DismissalReason.OTHER else "", by
    made.full_clean(validate_unique=False, validate_constraints=False)
    made.save()
    _pair_again(MatchingVerb.PAIR_DISMISSED, by, listing, {"other": other.pk, "reason": reason})
    return made


@transaction.atomic
def take_back_dismissal(*, by: User, dismissal: Dismissal) -> None:
    """Let a listing see a pair again, for members of its organisation. It does no harm to do this twice."""
    check_may_change(by, dismissal.listing)
    gone, _rows = Dismissal.objects.filter(pk=dismissal.pk).delete()
    if gone:
        _pair_again(MatchingVerb.DISMISSAL_TAKEN_BACK, by, dismissal.listing, {"other": dismissal.other_id})


def _pair_again(verb: MatchingVerb, by: User, listing: Listing, changes: dict[str, object]) -> None:
    # As another version it goes on waiting, also where a pairing that read the one before ends only now.
    Listing.objects.filter(pk=listing.pk).update(paired_at=None, updated_at=timezone.now())
    record(
        verb, listing, by=by, organisation_id=listing.organisation_id, hub_ids=listing.hub_ids, changes=changes
    )  # fmt: skip
