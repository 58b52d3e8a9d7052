"""What staff of a hub do in the name of a partner that asked them to: what is kept of who asked, and how."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.validators import one_line

#: Letters of that.
LONGEST_BEHALF_NOTE = 200


def checked_note(note: str, unsaid: str) -> str:
    """Who asked, and how, on one line. Raises ValidationError by field: with the words `unsaid` where no letter of it
    shows, and where it is too long.
    """
    note = one_line(note)
    if not note:
        raise ValidationError({"behalf_note": unsaid})
    if len(note) > LONGEST_BEHALF_NOTE:
        words = _("Hou het korter: hoogstens %(most)d tekens.") % {"most": LONGEST_BEHALF_NOTE}
        raise ValidationError({"behalf_note": words})
    return note
