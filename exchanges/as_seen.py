"""Two people of a hub at the same affair: nobody takes it from a colleague without having seen that they have it."""

from django.utils.translation import gettext as _

from accounts.models import User
from listings.late import TooLate


def check_as_seen(holder: User | None, *, seen: int | None, chosen: User | None) -> None:
    """Raise TooLate where it is given to `chosen` (None: to nobody) while another has it than who was `seen` to, by
    key (None: nobody). What nobody has is everybody's to take; what `chosen` has already, harms nobody.
    """
    if holder is None or holder.pk == seen or holder == chosen:
        return
    words = _("%(who)s nam dit intussen op. Wil je het toch van %(who)s overnemen, kies dan opnieuw.")
    raise TooLate({"seen_owner": words % {"who": holder.name or holder.email}}, code="moved")
