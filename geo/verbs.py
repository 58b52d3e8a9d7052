"""What happens to the places and boundaries that all share, as the journal says it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class GeoVerb(models.TextChoices):
    PLACES_LOADED = "places.loaded", _("Plaatsen, hubs en grenzen zijn bijgewerkt.")
    BOUNDARIES_LOADED = "boundaries.loaded", _("Officiële grenzen zijn ingelezen.")
