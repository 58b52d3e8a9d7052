"""Where a question goes, and whom it went to, in words that are true also where nobody works for a hub."""

from django.utils.translation import gettext as _

from exchanges.answering import Reach, reach_of
from exchanges.models import Enquiry
from exchanges.routing import Route
from frontend.components import figures


def goes_to(route: Route) -> str:
    """Before it is sent."""
    words = {"hub": route.hub.name, "place": route.municipality.name if route.municipality else ""}
    away = f" ({figures.distance(route.away_m)})" if route.away_m is not None else ""
    if route.meant_for is not None:
        words["meant_for"] = route.meant_for.name
        return _("Bij %(meant_for)s werkt nog niemand op Werkstof. Je vraag gaat naar de dichtste hub waar dat wel zo "
                 "is: %(hub)s") % words + f"{away}."  # fmt: skip
    reach = reach_of(route.hub)
    if reach == Reach.MAILBOX:
        return _("Bij %(hub)s werkt nog niemand op Werkstof. Je vraag gaat naar het mailadres van die hub, en naar "
                 "wie deze site beheert.") % words  # fmt: skip
    if reach == Reach.OPERATORS:
        return _("Bij %(hub)s werkt nog niemand op Werkstof. Je vraag gaat naar wie deze site beheert.") % words
    if route.is_nearest:
        return _("%(place)s ligt in geen hubregio. Je vraag gaat naar de dichtste hub: %(hub)s") % words + f"{away}."
    return _("Je vraag gaat naar %(hub)s.") % words


def went_to(enquiry: Enquiry) -> str:
    """Once it is sent."""
    words = {"hub": enquiry.hub.name}
    reach = reach_of(enquiry.hub)
    if reach == Reach.MAILBOX:
        return _("Verstuurd naar het mailadres van %(hub)s, en naar wie deze site beheert. Je krijgt een mail als er "
                 "een antwoord is.") % words  # fmt: skip
    if reach == Reach.OPERATORS:
        return _("Verstuurd naar wie deze site beheert: bij %(hub)s werkt nog niemand op Werkstof. Je krijgt een mail "
                 "als er een antwoord is.") % words  # fmt: skip
    return _("Verstuurd aan %(hub)s. Je krijgt een mail als er een antwoord is.") % words
