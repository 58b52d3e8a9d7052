"""What happens to letters by those who get them, as the journal says it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LetterVerb(models.TextChoices):
    REFUSED = "letters.refused", _("verdere brieven geweigerd")
