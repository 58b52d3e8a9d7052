"""Lines of the ledger as rows: on a page, and as a file with every figure that they were reckoned from."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from exchanges.impact.corrections import Correction, corrections_of
from exchanges.impact.totals import (
    CONFIRMED,
    DISPUTED,
    HANDED_OVER,
    ONE_SIDED,
    WORKED_ON,
    hours_by_leg,
    is_worked_on_by_hours,
)
from exchanges.impact_querysets import ImpactEntryQuerySet
from exchanges.models import ImpactEntry
from frontend.components import figures
from frontend.impact.files import as_text

#: Lines that a total counts, by the name in its address: what a reader sees when they open it.
SHOWN: dict[str, Q] = {
    "afgerond": HANDED_OVER,
    "bevestigd": CONFIRMED,
    "eenzijdig": ONE_SIDED,
    "betwist": DISPUTED,
    "uitstoot": CONFIRMED & Q(unknown=""),
    "uitstoot-eenzijdig": ONE_SIDED & Q(unknown=""),
    "prijs": CONFIRMED & Q(value_eur__isnull=False),
    "prijs-eenzijdig": ONE_SIDED & Q(value_eur__isnull=False),
    "zonder-gewicht": ~WORKED_ON & Q(kg=None),
    "zonder-uitstoot": ~WORKED_ON & Q(avoided_kg_co2e=None),
    "zonder-waarde": ~WORKED_ON & Q(value_eur=None),
    "diensten": WORKED_ON,
    "uren": is_worked_on_by_hours(),
}


def shown_words(name: str) -> str:
    words = {
        "afgerond": _("afgerond"),
        "bevestigd": _("door beide of door de hub bevestigd"),
        "eenzijdig": _("door één partij opgegeven"),
        "betwist": _("betwist: de hub beslist nog"),
        "uitstoot": _("met uitstoot, bevestigd"),
        "uitstoot-eenzijdig": _("met uitstoot, door één partij opgegeven"),
        "prijs": _("met een prijs, bevestigd"),
        "prijs-eenzijdig": _("met een prijs, door één partij opgegeven"),
        "zonder-gewicht": _("zonder gewicht"),
        "zonder-uitstoot": _("zonder uitstoot"),
        "zonder-waarde": _("zonder waarde"),
        "diensten": _("door een dienst bewerkt"),
        "uren": _("met uren van een maatwerkbedrijf"),
    }
    return words.get(name, "")


def shown_rows(entries: Iterable[ImpactEntry], reader: User) -> list[dict[str, Any]]:
    """The same as line_rows(), with the hours that were worked on each, and the lines that it replaced."""
    found = list(entries)
    worked, corrected = hours_by_leg([one.leg_id for one in found]), corrections_of(found, reader)
    return [
        row | {
            "hours": worked.get(row["entry"].leg_id),
            "corrections": [
                {"amount": figures.stored_amount(one.replaced.quantity, one.replaced.unit), "correction": one}
                for one in corrected.get(row["entry"].pk, [])
            ],
        }
        for row in line_rows(found)
    ]  # fmt: skip


def line_rows(entries: Iterable[ImpactEntry]) -> list[dict[str, Any]]:
    """Each line with the names of its organisations, and its exchange."""
    found = list(entries)
    named = Organisation.objects.in_bulk({pk for one in found for pk in (one.giver_id, one.receiver_id)})
    return [
        {
            "entry": one,
            "vehicle": vehicle_words(one),
            "amount": figures.stored_amount(one.quantity, one.unit),
            "giver": named.get(one.giver_id),
            "receiver": named.get(one.receiver_id),
        }
        for one in found
    ]


def for_rows(entries: ImpactEntryQuerySet) -> ImpactEntryQuerySet:
    """With what a row shows, in a fixed number of queries."""
    return entries.select_related("material", "leg")


def header() -> list[str]:
    return [
        _("uitwisseling"), _("afgerond op"), _("materiaal"), _("van"), _("naar"), _("hoeveelheid"), _("eenheid"),
        _("gewicht (kg)"), _("hoe gemeten"), _("bevestigd"), _("nieuw gemaakt (kg CO2e per ton)"),
        _("hergebruikt (kg CO2e per ton)"), _("bron"), _("jaar van de bron"), _("vervangt nieuw voor"),
        _("afstand in vogelvlucht (km)"), _("voertuig"), _("vervoer (kg CO2e)"), _("vermeden, laag (kg CO2e)"),
        _("vermeden (kg CO2e)"), _("vermeden, hoog (kg CO2e)"), _("niet bekend"), _("waarde (euro)"),
        _("gepresteerde uren"), _("versie van de aannames"), _("eerdere regels (tellen niet mee)"),
    ]  # fmt: skip


def table_lines(entries: ImpactEntryQuerySet, reader: User) -> Iterator[list[Any]]:
    """The header, then each line: words, dates and numbers, the newest first. What a line replaced stands in words
    beside it, so that whoever adds up a column counts it once.
    """
    yield header()
    found = list(for_rows(entries))
    worked, corrected = hours_by_leg([one.leg_id for one in found]), corrections_of(found, reader)
    for row in line_rows(found):
        one = row["entry"]
        yield [
            one.leg.exchange_id, one.completed_on, str(one.material or ""), str(row["giver"] or ""),
            str(row["receiver"] or ""), one.quantity, one.get_unit_display(), one.kg, one.get_method_display(),
            one.get_confirmation_display(), one.primary_kg_co2e_per_tonne, one.reused_kg_co2e_per_tonne,
            one.factor_source, one.factor_year, one.displacement, one.distance_km, vehicle_words(one),
            one.transport_kg_co2e, one.low_kg_co2e, one.avoided_kg_co2e, one.high_kg_co2e, one.get_unknown_display(),
            one.value_eur, worked.get(one.leg_id), one.assumptions,
            "\n".join(_replaced_words(each) for each in corrected.get(one.pk, [])),
        ]  # fmt: skip


def vehicle_words(one: ImpactEntry) -> str:
    """What carried it, and whether that was said or is by its weight. Empty where no emissions are known."""
    if not one.vehicle:
        return ""
    words = _("%(vehicle)s, opgegeven") if one.vehicle_stated else _("%(vehicle)s, volgens het gewicht")
    return words % {"vehicle": one.get_vehicle_display()}


def _replaced_words(one: Correction) -> str:
    was = one.replaced
    kg = _("niet bekend") if was.kg is None else f"{as_text(was.kg)} kg"
    emissions = was.get_unknown_display() if was.unknown else f"{as_text(was.avoided_kg_co2e)} kg CO2e"
    said = _("%(kg)s, %(emissions)s, %(was)s; op %(day)s vervangen door %(who)s: %(now)s") % {
        "kg": kg, "emissions": emissions, "was": was.get_confirmation_display(), "day": timezone.localdate(one.at),
        "who": one.who, "now": one.by.get_confirmation_display(),
    }  # fmt: skip
    return f"{said} ({one.why})" if one.why else said
