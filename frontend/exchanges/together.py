"""What else an exchange was begun along with, as far as its reader may know."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from exchanges.chain_parts import UnseenPart, unseen_parts
from exchanges.enums import ArrangementKind, ExchangeState
from exchanges.fallen import endings_of
from exchanges.models import Arrangement, Exchange
from exchanges.parties import know_parties
from frontend.components import figures


def together_with(exchange: Exchange, user: User) -> dict[str, Any] | None:
    """None for an exchange that stands alone. Whose affairs the others are not, learns only how many there are."""
    arrangement = exchange.arrangement
    if arrangement is None:
        return None
    parts = list(arrangement.exchanges.order_by("pk"))
    if len(parts) == 1:
        # All of it fitted in the first week.
        return None
    visible = Exchange.objects.visible_to(user).filter(arrangement=arrangement).exclude(pk=exchange.pk)
    seen = list(visible.for_cards().order_by("pk"))
    know_parties(seen, user)
    rows = [
        {"exchange": one, "amount": figures.stored_amount(leg.current_quantity, leg.unit)}
        for one in seen
        for leg in one.legs.all()
    ]
    why = [one.words for one in endings_of(parts)] if arrangement.fell_at is not None else []
    title, words = _words(arrangement, parts, why)
    unseen = [_part(one) for one in unseen_parts(arrangement, parts, {one.pk for one in seen} | {exchange.pk})]
    return {"title": title, "words": words % {"count": len(parts)}, "rows": rows, "unseen": unseen}


def _part(part: UnseenPart) -> dict[str, str]:
    day = figures.short_day(timezone.localdate(part.since))
    return {
        "what": _("Van de dienst naar wie het gebruikt") if part.is_last else _("Naar de dienst"),
        "state": _("%(state)s sinds %(day)s") % {"state": part.state.label, "day": day},
    }


def _words(arrangement: Arrangement, parts: Sequence[Exchange], why: Sequence[str]) -> tuple[str, str]:
    """What it is that these `parts` belong to, what follows for each, and of a chain `why` it didn't go on."""
    match ArrangementKind(arrangement.kind):
        case ArrangementKind.BUNDLE:
            what = _("Hoort bij een bundel van %(count)d aanvragen, die samen één vraag invullen.")
            return _("Bundel"), what + " " + _("Elke aanvraag gaat haar eigen weg.")
        case ArrangementKind.WEEKS:
            return _("Meer dan één week"), _(
                "Dit werk is over %(count)d weken verdeeld. Elke week spreek je apart af."
            )
        case ArrangementKind.CHAIN if arrangement.fell_at is not None:
            return _("Keten"), " ".join([_("Deze keten ging niet door."), *why])
        case ArrangementKind.CHAIN if all(one.state == ExchangeState.COMPLETED for one in parts):
            return _("Keten"), _("Deze keten is rond: alle %(count)d delen zijn afgerond.")
        case ArrangementKind.CHAIN:
            return _("Keten"), _(
                "Een van de %(count)d delen van een keten: eerst naar de dienst, en van daar naar wie het gebruikt. "
                "Gaat er één niet door, dan stopt de hele keten."
            )
