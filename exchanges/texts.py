"""What people write along with what they do: how long it may be, and of staff of a hub, who asked them to do it."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.behalf import checked_note
from exchanges.enums import Role


def check_text(field: str, text: str, longest: int) -> None:
    """Raise ValidationError by field for a text that is too long, or that the database can't store."""
    if len(text) > longest:
        raise ValidationError({field: _("Hou het korter: hoogstens %(most)d tekens.") % {"most": longest}})
    if "\0" in text:
        raise ValidationError({field: _("In deze tekst staat een teken dat we niet kunnen bewaren.")})


def check_behalf_note(role: Role, note: str, *, decides: bool = False) -> str:
    """What staff of a hub that act for an organisation say of who of it asked them to, and how. Raises ValidationError
    by field where they say nothing, where a member says it or who `decides` between two sides, and for a text that is
    too long.
    """
    if role == Role.HUB and not decides:
        return checked_note(note, _("Zeg wie van de organisatie je dit vroeg, en hoe: beide partijen lezen het."))
    if note.strip():
        words = _("Dit zeg je alleen als je voor een hub werkt en iets doet namens een partij.")
        raise ValidationError({"behalf_note": words})
    return ""
