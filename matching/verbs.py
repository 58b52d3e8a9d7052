"""What is done with matching, as the journal says it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MatchingVerb(models.TextChoices):
    WEIGHTS_CHANGED = "weights.changed", _("gewichten van de hub gewijzigd")
    PAIR_DISMISSED = "match.dismissed", _("match verborgen")
    DISMISSAL_TAKEN_BACK = "match.shown_again", _("match weer getoond")
    PLAN_REQUESTED = "plan.requested", _("plan gevraagd")
    PLAN_CANCELLED = "plan.cancelled", _("plan afgebroken")
    PLAN_READY = "plan.ready", _("plan klaar")
    PLAN_FAILED = "plan.failed", _("plan mislukt")
    PAIRING_STARTED = "pairing.started", _("alle regio's opnieuw gekoppeld")
    PAIRING_CANCELLED = "pairing.cancelled", _("koppelen afgebroken")
