"""What staff of a hub do in the name of a partner that asked them to: what is kept of who asked, and how."""

from django.core.exceptions import ValidationError

from accounts.texts import check_text
from accounts.validators import one_line

#: Letters of that.
LONGEST_BEHALF_NOTE = 200


def checked_note(note: str, unsaid: str) -> str:
    """Who asked, and how, on one line. Raises ValidationError by field: with the words `unsaid` where no letter of it
    shows, and for what is too long or can't be stored.
    """
    check_text("behalf_note", note.strip(), LONGEST_BEHALF_NOTE)
    note = one_line(note)
    if not note:
        raise ValidationError({"behalf_note": unsaid})
    return note
