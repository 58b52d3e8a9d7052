"""What an owner declared of a lot, in plain words, as its page shows it (`listings.declarations`: what is asked)."""

import datetime as dt
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from frontend.components import figures
from listings.declarations import CHECKLIST, FOODS
from listings.enums import Condition, DeclaredStatus, FoodDate, ListingKind
from listings.models import Listing
from materials.enums import Asks

#: Where OVAM and Flanders say who registers and which systems give out forms. People go there; we fetch nothing.
CARRIERS = "https://www.vlaanderen.be/registratie-als-vervoerder-van-afvalstoffen"
IHM = "https://ovam.vlaanderen.be/registratie-als-inzamelaar-afvalstoffenhandelaar-makelaar"
FORMS = "https://ovam.vlaanderen.be/identificatieformulier"


@dataclass(frozen=True)
class Line:
    """A sentence, with its icon and the page that says more, where there is one."""

    icon: str
    words: str
    link: str = ""


@dataclass(frozen=True)
class Declared:
    """A part of what was declared. `tone`: good, warn or plain."""

    name: str
    icon: str
    title: str
    tone: str
    lines: list[Line] = field(default_factory=list)


def declared_of(listing: Listing, today: dt.date) -> list[Declared]:
    """The parts that a listing has; none for demand and services. Reads the material."""
    if listing.kind != ListingKind.SUPPLY:
        return []
    asks = listing.material.asks if listing.material else ""
    parts = [_status(listing, today)] if listing.declared_status != DeclaredStatus.UNSURE else []
    # Of what is new, or for parts, nobody expects a check for reuse.
    looked = any(getattr(listing, name) is not None for name in CHECKLIST)
    if asks == Asks.ELECTRICAL and (looked or listing.condition in (Condition.USED, Condition.AS_NEW)):
        parts.append(_checklist(listing))
    if asks in FOODS and listing.food_date_kind:
        parts.append(_food(listing, today))
    return parts


def _status(listing: Listing, today: dt.date) -> Declared:
    lines = _evidence(listing, today)
    if not listing.is_waste:
        lines = lines or [Line("circle-help", _("De eigenaar verklaart dit zelf, zonder bewijs."))]
        return Declared("status", "info", str(listing.get_declared_status_display()).capitalize(), "plain", lines)
    title = _("Afvalstof: wie mag dit vervoeren?")
    return Declared("waste", "recycle", title, "warn", lines + waste_lines(listing))


def waste_lines(listing: Listing) -> list[Line]:
    """Which registration the transport of waste needs, and that its papers come from elsewhere."""
    lines = [
        Line("truck", _("Wie dit voor een ander vervoert, is bij OVAM geregistreerd als vervoerder."), CARRIERS),
        Line(
            "handshake",
            _("Wie het ophalen voor een ander regelt, is geregistreerd als inzamelaar, handelaar of makelaar (IHM)."),
            IHM,
        ),
        Line("user", _("Vervoer je enkel je eigen afval, dan hoef je geen registratie.")),
        Line("file-up", _("Op enkele uitzonderingen na gaat een digitaal identificatieformulier mee."), FORMS),
        Line("info", _("Werkstof regelt geen vervoer. Bij een afspraak zeggen jullie wie het vervoert.")),
    ]
    if listing.is_hazardous:
        lines.append(Line("triangle-alert", _("Dit is gevaarlijk afval: hou het gescheiden van al het andere.")))
    return lines


def _evidence(listing: Listing, today: dt.date) -> list[Line]:
    if not listing.status_evidence:
        return []
    words = _("Volgens de eigenaar, op basis van: %(evidence)s.") % {"evidence": listing.get_status_evidence_display()}
    lines = [Line("clipboard-list", words)]
    # Its register says whose it is.
    if listing.status_number and listing.shows_owner:
        lines.append(Line("table", _("Nummer %(number)s.") % {"number": listing.status_number}))
    if listing.status_until:
        day, over = figures.long_day(listing.status_until), listing.status_until < today
        words = _("Vervallen sinds %(day)s.") if over else _("Geldig tot en met %(day)s.")
        lines.append(Line("triangle-alert" if over else "calendar", words % {"day": day}))
    return lines


def _checklist(listing: Listing) -> Declared:
    said = {True: ("check", _("%(what)s: ja")), False: ("x", _("%(what)s: nee"))}
    unknown = ("circle-help", _("%(what)s: niet nagekeken"))
    lines = []
    for name in CHECKLIST:
        icon, words = said.get(getattr(listing, name), unknown)
        what = str(Listing._meta.get_field(name).verbose_name).capitalize()  # type: ignore[union-attr]
        lines.append(Line(icon, words % {"what": what}))
    title, tone = {
        True: (_("Klaar voor hergebruik"), "good"),
        False: (_("Niet klaar voor hergebruik"), "warn"),
        None: (_("Nog niet helemaal nagekeken voor hergebruik"), "plain"),
    }[listing.reuse_ready]
    return Declared("checklist", "plug", title, tone, lines)


def _food(listing: Listing, today: dt.date) -> Declared:
    lines, late = [_food_date(listing, today)], listing.food_date is not None and listing.food_date < today
    if listing.food_date_kind != FoodDate.NOT_EATEN:
        lines.append(
            Line("package", _("Bewaren en vervoeren: %(how)s.") % {"how": listing.get_food_storage_display()})
        )
        labels = dict(Listing._meta.get_field("allergens").base_field.flatchoices)  # type: ignore[union-attr]
        said = ", ".join(str(labels[one]) for one in listing.allergens)
        lines.append(Line("triangle-alert", _("Allergenen: %(which)s.") % {"which": said or _("niet gezegd")}))
    return Declared("food", "apple", _("Voeding"), "warn" if late else "plain", lines)


def _food_date(listing: Listing, today: dt.date) -> Line:
    kind, day = listing.food_date_kind, listing.food_date
    if kind == FoodDate.NOT_EATEN:
        return Line("circle-x", _("Niet om te eten: voor dieren, compost of verwerking."))
    if kind == FoodDate.NONE_NEEDED:
        return Line("calendar", _("Zonder datum: de wet vraagt er hier geen."))
    use_by = kind == FoodDate.USE_BY
    if day is None:
        words = _("Elke levering draagt een TGT-datum.") if use_by else _("Elke levering draagt een THT-datum.")
        return Line("calendar", words)
    if day < today:
        words = (
            _("De TGT-datum (%(day)s) is voorbij: dit mag niemand meer eten.")
            if use_by
            else _("De THT-datum (%(day)s) is voorbij. Het kan nog goed zijn: kijk, ruik en proef eerst.")
        )
        return Line("triangle-alert", words % {"day": figures.long_day(day)})
    words = _("Te gebruiken tot (TGT): %(day)s.") if use_by else _("Ten minste houdbaar tot (THT): %(day)s.")
    return Line("calendar", words % {"day": figures.long_day(day)})
