"""What happens to letters by those who get them, as the journal says it.

A verb's label is the sentence that a log shows; frontend/log fills in what stands between braces, in all rooms.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LetterVerb(models.TextChoices):
    REFUSED = "letters.refused", _("Iemand wil een soort brieven van Werkstof niet meer.")
    ACCEPTED = "letters.accepted", _("Iemand wil een soort brieven van Werkstof weer wel.")
