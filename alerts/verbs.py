"""What people do with saved searches and alerts, as the journal says it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AlertVerb(models.TextChoices):
    SEARCH_SAVED = "search.saved", _("{who} bewaarde een zoekopdracht.")
    SEARCH_CHANGED = "search.changed", _("{who} wijzigde een bewaarde zoekopdracht.")
    SEARCH_DELETED = "search.deleted", _("{who} verwijderde een bewaarde zoekopdracht.")
    MATCH_ALERTS_CHANGED = "match_alerts.changed", _("{who} koos hoe vaak nieuwe matches gemeld worden.")
    STOPPED = "alerts.stopped", _("{who} zette meldingen stop met een link uit een mail.")

    FRESHNESS_ASKED = "freshness.asked", _("Werkstof vroeg of {listing} er nog is.")
    FRESHNESS_CONFIRMED = "freshness.confirmed", _("{who} zei dat {listing} er nog is.")
