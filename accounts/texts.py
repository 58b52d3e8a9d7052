"""What people write: how long it may be, and what can be kept of it."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def check_text(field: str, text: str, longest: int) -> None:
    """Raise ValidationError by field for a text that is too long, or that the database can't store."""
    if len(text) > longest:
        raise ValidationError({field: _("Hou het korter: hoogstens %(most)d tekens.") % {"most": longest}})
    if "\0" in text:
        raise ValidationError({field: _("In deze tekst staat een teken dat we niet kunnen bewaren.")})
