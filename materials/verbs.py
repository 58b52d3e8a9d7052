"""What happens to the material tree, as the journal says it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MaterialVerb(models.TextChoices):
    MATERIALS_LOADED = "materials.loaded", _("Materialen en factoren zijn bijgewerkt.")
