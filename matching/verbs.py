"""What is done with matching, as the journal says it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MatchingVerb(models.TextChoices):
    WEIGHTS_CHANGED = "weights.changed", _("{who} wijzigde wat meetelt bij de koppels van {hub}.")
    PAIR_DISMISSED = "match.dismissed", _("{who} wil {other} niet meer zien bij {listing}.")
    DISMISSAL_TAKEN_BACK = "match.shown_again", _("{who} wil {other} weer zien bij {listing}.")
    PLAN_REQUESTED = "plan.requested", _("{who} vroeg een plan voor {hub}.")
    PLAN_CANCELLED = "plan.cancelled", _("{who} brak het plan voor {hub} af.")
    PLAN_READY = "plan.ready", _("Het plan voor {hub} is klaar.")
    PLAN_FAILED = "plan.failed", _("Het plan voor {hub} is mislukt.")
    PAIRING_STARTED = "pairing.started", _("Alle regio's worden opnieuw gekoppeld.")
    PAIRING_CANCELLED = "pairing.cancelled", _("Het koppelen is afgebroken.")
