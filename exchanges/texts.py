"""What staff of a hub write along with what they do: who asked them to do it."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.behalf import checked_note
from exchanges.enums import Role


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
