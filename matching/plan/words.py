"""Says in words why lots stay in a plan, and what hub staff could do about it."""

from django.utils.translation import gettext as _

from listings.enums import ServiceKind
from matching.plan.rules import SERVICE_NEAR_KM
from matching.plan.unlock import Reason
from materials import figures


def sentence(reason: Reason, *, mass_kg: float, material: str, service: str = "") -> str:
    """A sentence that says how much stays and why, or how much of a demand isn't met."""
    text = {
        Reason.NO_SERVICE: _("%(mass)s %(material)s heeft geen %(service)s binnen %(km)s km"),
        Reason.NO_DEMAND: _("%(mass)s %(material)s heeft geen vraag in deze regio"),
        Reason.SERVICE_FULL: _(
            "%(mass)s %(material)s moet eerst langs een %(service)s, en daar of bij de vraag is geen plaats meer"
        ),
        Reason.DISMISSED: _("%(mass)s %(material)s past bij een vraag, maar een van beide koos “niet voor mij”"),
        Reason.FULL: _("%(mass)s %(material)s past bij een vraag, maar die is al ingevuld of te klein voor de partij"),
        Reason.OTHER_WINDOW: _("%(mass)s %(material)s heeft enkel vraag in een andere periode"),
        Reason.CONDITION: _("%(mass)s %(material)s is in een mindere staat dan gevraagd"),
        Reason.TOO_FAR: _("%(mass)s %(material)s ligt verder dan de partijen willen gaan"),
        Reason.SEVERAL: _("%(mass)s %(material)s past op meer dan één punt niet bij de vraag"),
        Reason.NO_SUPPLY: _("%(mass)s %(material)s wordt gezocht en is er niet"),
    }[reason]
    words = {"mass": figures.mass(round(mass_kg)), "material": material.lower(), "km": SERVICE_NEAR_KM}
    return text % {**words, "service": provider(service)}


def remedy(reason: Reason, *, hub: str = "") -> str:
    """What hub staff could do about it."""
    if reason == Reason.NO_DEMAND and hub:
        return _("De dichtste hub met vraag ernaar: %(hub)s.") % {"hub": hub}
    return {
        Reason.NO_SERVICE: _("Vraag een maatwerkbedrijf in de buurt of het dit erbij neemt."),
        Reason.NO_DEMAND: _("Ook andere hubs hebben er geen vraag naar. Zoek een afnemer."),
        Reason.SERVICE_FULL: _("Vraag of die dienst meer kan opnemen, of zoek er een bij."),
        Reason.DISMISSED: _("Vraag wat er niet past, of zoek een andere afnemer."),
        Reason.FULL: _("Zoek meer vraag, of vraag of de partij in delen weg mag."),
        Reason.OTHER_WINDOW: _("Vraag of het vroeger of later mag, of zoek opslag."),
        Reason.CONDITION: _("Zoek herstel, of een afnemer die minder vraagt."),
        Reason.TOO_FAR: _("Vraag of de afstand ruimer mag."),
        Reason.SEVERAL: _("Bekijk de zoekertjes samen met de aanbieders."),
        Reason.NO_SUPPLY: _("Spreek bedrijven aan die dit over kunnen hebben."),
    }[reason]


def provider(kind: str) -> str:
    """What somebody is called who does this kind of service; empty for no kind."""
    names: dict[str, str] = {
        ServiceKind.REPAIR: _("hersteller"),
        ServiceKind.MAINTENANCE: _("onderhoudsdienst"),
        ServiceKind.SORTING: _("sorteerder"),
        ServiceKind.WASHING: _("wasdienst"),
        ServiceKind.TAKE_BACK: _("terugnamedienst"),
        ServiceKind.DISMANTLING: _("demontagedienst"),
        ServiceKind.STORAGE: _("opslagplaats"),
    }
    return names.get(kind, "")
