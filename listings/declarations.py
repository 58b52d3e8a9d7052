"""What the law has the owner of a lot declare before others may use it: the only place that says so.

Who declares is the owner. Werkstof shows it, refuses what contradicts itself or lacks what publishing asks, and
arranges no transport.

- **Waste and its status.** Materialendecreet of 23 December 2011 and VLAREMA (decision of the Flemish Government of
  17 February 2012), chapter 6: who collects, trades or brokers the waste of others is registered with OVAM as such
  (IHM: inzamelaar, handelaar, makelaar), who carries it as a carrier, and an identification form with the EURAL code
  goes along. A by-product rests on evidence: a grondstofverklaring (chapter 2), or the owner's own test.
- **Used electrical goods.** Ministerial decision of 23 June 2017 (on VLAREMA, articles 5.2.5.8, 5.2.5.10 and
  5.2.5.11): what is reused works, is electrically safe, is complete, and holds no (H)CFC and no cathode-ray tube. A
  lot may be published with answers left open, but is only shown as ready for reuse once all five are yes; a single no
  allows no condition above "to repair". The decision asks more, such as a market and low use of energy, which people
  judge. Parts, toner and batteries don't count as electrical goods here and have no checklist.
- **Food.** Regulation (EU) 1169/2011, article 24 and Annexes II and X: a best-before (THT) or a use-by date (TGT), how
  it is kept, and which of fourteen allergens it holds. After its use-by date it is deemed unsafe; after its
  best-before date it may be good, but here no lot of food outlives its date. Whether the FAVV allows more for gifts of
  some food isn't known here, so nothing more is allowed.

Which of it a material asks, its row in the tree says (`materials.enums.Asks`). Only supply declares.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from listings.enums import (
    Allergen,
    Condition,
    DeclaredStatus,
    FoodDate,
    ListingKind,
    Recurrence,
    StatusEvidence,
)
from listings.models import Listing
from materials.enums import Asks
from materials.models import Material

STATUS_FIELDS = ("status_evidence", "status_number", "status_until")
CHECKLIST = ("reuse_works", "reuse_safe", "reuse_complete", "reuse_no_cfc", "reuse_no_crt")
FOOD_FIELDS = ("food_date_kind", "food_date", "food_storage", "allergens")
#: What each holds where nobody declared anything.
BLANK: Mapping[str, Any] = {
    **dict.fromkeys(CHECKLIST), "status_evidence": "", "status_number": "", "status_until": None,
    "food_date_kind": "", "food_date": None, "food_storage": "", "allergens": [],
}  # fmt: skip
FOODS = (Asks.FOOD, Asks.FOOD_UNDATED)
#: Dates after which food goes to nobody.
DATED = (FoodDate.BEST_BEFORE, FoodDate.USE_BY)


def asked_fields(kind: str, material: Material | None) -> tuple[str, ...]:
    """The fields that a listing of this material may fill in, beside those of its status."""
    asks = material.asks if material is not None and kind == ListingKind.SUPPLY else ""
    if asks == Asks.ELECTRICAL:
        return CHECKLIST
    return FOOD_FIELDS if asks in FOODS else ()


def declarations_to_clear(listing: Listing, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The declarations to empty because `fields` sets a material that doesn't ask them, each with its blank value.

    Without a material in `fields`, nothing; what `fields` sets itself stays.
    """
    if "material" not in fields:
        return {}
    stay = {*asked_fields(listing.kind, fields["material"]), *fields}
    said = [name for name in (*CHECKLIST, *FOOD_FIELDS) if getattr(listing, name) != BLANK[name]]
    return {name: BLANK[name] for name in said if name not in stay}


def derive_last_day(listing: Listing) -> None:
    """Food that says no last day is there until its date."""
    if listing.food_date is not None and listing.available_until is None:
        listing.available_until = listing.food_date


def wrong_declarations(listing: Listing) -> dict[str, str]:
    """What can't be so, in a draft neither, in words by field."""
    wrong = _not_asked(listing)
    if wrong:
        return wrong
    wrong = _wrong_status(listing) | _wrong_food(listing)
    if listing.reuse_ready is False and (listing.condition or 0) > Condition.TO_REPAIR:
        wrong["condition"] = _(
            "Wat niet door de controle komt, is niet klaar voor hergebruik. Kies “te herstellen” of “voor onderdelen”."
        )
    return wrong


def _not_asked(listing: Listing) -> dict[str, str]:
    given = [name for name in BLANK if getattr(listing, name) != BLANK[name]]
    if listing.kind != ListingKind.SUPPLY:
        return dict.fromkeys(given, _("Dit zeg je enkel bij aanbod. Laat het leeg."))
    asked = {*STATUS_FIELDS, *asked_fields(listing.kind, listing.material)}
    return {name: _("Bij dit materiaal zeg je dit niet. Laat het leeg.") for name in given if name not in asked}


def _wrong_status(listing: Listing) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if not listing.status_evidence and (listing.status_number or listing.status_until):
        wrong["status_evidence"] = _("Kies welk bewijs dit is.")
    if listing.status_evidence and listing.declared_status == DeclaredStatus.UNSURE:
        wrong["declared_status"] = _("Kies de status waarvoor je dit bewijs hebt.")
    return wrong


def _wrong_food(listing: Listing) -> dict[str, str]:
    wrong: dict[str, str] = {}
    day, dated = listing.food_date, listing.food_date_kind in DATED
    if day is not None and listing.recurrence != Recurrence.ONE_OFF:
        wrong["food_date"] = _("Wat terugkomt, heeft bij elke levering een eigen datum. Laat deze leeg.")
    elif day is not None and not listing.food_date_kind:
        wrong["food_date_kind"] = _("Kies of deze datum een THT- of een TGT-datum is.")
    elif day is not None and not dated:
        wrong["food_date"] = _("Je koos dat er geen THT of TGT is. Laat de datum leeg.")
    elif day is not None and listing.available_from is not None and day < listing.available_from:
        wrong["food_date"] = _("Deze datum ligt voor de dag vanaf wanneer het er is.")
    elif day is not None and listing.available_until is not None and day < listing.available_until:
        wrong["available_until"] = _("Voeding blijft hoogstens staan tot haar datum. Kies een vroegere einddatum.")
    if listing.food_date_kind == FoodDate.NONE_NEEDED and _asks(listing) != Asks.FOOD_UNDATED:
        wrong["food_date_kind"] = _("Dit draagt altijd een datum. Kies THT of TGT.")
    if len(listing.allergens) > 1 and Allergen.NONE in listing.allergens:
        wrong["allergens"] = _("“Geen” gaat niet samen met iets anders. Kies één van de twee.")
    return wrong


def _asks(listing: Listing) -> str:
    return listing.material.asks if listing.material is not None else ""


def lacking_declarations(listing: Listing) -> dict[str, str]:
    """What a supply that isn't a draft still has to say, in words by field."""
    if listing.kind != ListingKind.SUPPLY:
        return {}
    return _lacking_status(listing) | (_lacking_food(listing) if _asks(listing) in FOODS else {})


def _lacking_status(listing: Listing) -> dict[str, str]:
    lacking: dict[str, str] = {}
    if listing.is_waste and not listing.eural_code:
        lacking["eural_code"] = _("Geef de euralcode: die staat op het identificatieformulier dat met afval meegaat.")
    if listing.declared_status == DeclaredStatus.BY_PRODUCT and not listing.status_evidence:
        lacking["status_evidence"] = _("Zeg waarop je steunt: zonder bewijs is iets geen bijproduct.")
    if listing.status_evidence == StatusEvidence.RAW_MATERIAL and not listing.status_number:
        lacking["status_number"] = _("Geef het nummer van de grondstofverklaring.")
    return lacking


def _lacking_food(listing: Listing) -> dict[str, str]:
    if not listing.food_date_kind:
        return {"food_date_kind": _("Zeg welke datum erop staat: THT of TGT.")}
    if listing.food_date_kind == FoodDate.NOT_EATEN:
        return {}
    lacking: dict[str, str] = {}
    if listing.recurrence == Recurrence.ONE_OFF:
        if listing.food_date_kind in DATED and listing.food_date is None:
            lacking["food_date"] = _("Geef de datum die op de voeding staat.")
        elif listing.food_date_kind == FoodDate.NONE_NEEDED and listing.available_until is None:
            lacking["available_until"] = _("Zeg tot wanneer dit goed blijft.")
    if not listing.food_storage:
        lacking["food_storage"] = _("Zeg hoe dit bewaard moet worden.")
    if not listing.allergens:
        lacking["allergens"] = _("Kies de allergenen, of zeg dat er geen zijn.")
    return lacking


def check_declarations_not_past(listing: Listing, today: dt.date) -> None:
    """Raise ValidationError by field where the date of food or of evidence is past: such a lot isn't published."""
    past: dict[str, str] = {}
    if listing.food_date is not None and listing.food_date < today:
        past["food_date"] = _("Deze datum is voorbij: als voeding mag dit niet meer op Werkstof.")
    if listing.status_until is not None and listing.status_until < today:
        past["status_until"] = _("Dit bewijs is vervallen. Geef een nieuw, of kies een andere status.")
    if past:
        raise ValidationError(dict(past))
