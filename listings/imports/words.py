"""Words of a list about which its organisation may say what they mean: those that we don't know, and our guesses."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from listings.declarations import CHECKLIST
from listings.enums import Condition, DeclaredStatus, ListingKind, PriceBasis, StatusEvidence
from listings.imports import values
from listings.imports.headers import plain
from listings.imports.mistakes import Mistake
from listings.imports.row import LONGEST_ECHO, Parsed
from materials.enums import Unit

_DECLARED = ("declared_status", "status_evidence", *CHECKLIST)
#: Fields of which a word that we don't know can be explained: materials by the tree, the others by their choices.
CHOOSABLE = ("material", "unit", "condition", "kind", "price_basis", "splittable", "hub_only", *_DECLARED)
#: Words that the page asks about, and numbers of rows that it names of each.
MOST_ASKED, NUMBERS_SHOWN = 300, 12


def choices_of(field: str) -> list[tuple[str, str]]:
    """What may be meant in a column, as words that values.py reads, each with its name in the active language."""
    units = [(unit.value, str(unit.label)) for unit in Unit]
    choices = {
        "unit": units,
        "condition": [(choice.slug, str(choice.label)) for choice in Condition],
        "kind": [(kind.value, str(kind.label)) for kind in (ListingKind.SUPPLY, ListingKind.DEMAND)],
        "price_basis": [(PriceBasis.LOT.value, _("partij")), (PriceBasis.UNIT.value, _("eenheid")), *units],
        "splittable": [("ja", _("ja")), ("nee", _("nee"))],
        "hub_only": [("ja", _("ja")), ("nee", _("nee"))],
        "declared_status": [(one.value, str(one.label)) for one in DeclaredStatus],
        "status_evidence": [(one.value, str(one.label)) for one in StatusEvidence],
        **{name: [("ja", _("ja")), ("nee", _("nee")), ("niet nagekeken", _("niet nagekeken"))] for name in CHECKLIST},
    }
    return choices.get(field, [])


def unknown_words(mistakes: Iterable[Mistake]) -> list[dict[str, Any]]:
    """Each word that we don't know and that can be explained, as JSON: its field and column, and where it stands."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for mistake in mistakes:
        if not is_unknown_word(mistake):
            continue
        key = mistake.field, plain(mistake.value)
        if key not in found and len(found) >= MOST_ASKED:
            continue
        word = found.setdefault(key, _word(mistake.field, mistake.value, mistake.column))
        _count(word, mistake.row)
    return list(found.values())


def is_unknown_word(mistake: Mistake) -> bool:
    # Of a longer cell the mistake has only the beginning.
    is_whole = len(mistake.value) < LONGEST_ECHO
    return is_whole and mistake.field in CHOOSABLE and mistake.refusal.error_list[0].code == values.UNKNOWN_WORD


def guesses(rows: Iterable[Parsed], column: str) -> list[dict[str, Any]]:
    """Each text whose material was guessed, as JSON: with the material, and where it stands."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row.guessed_from and row.values["material"]:
            word = found.setdefault(row.guessed_from, _word("material", row.guessed_from, column))
            word["material"] = row.values["material"].code
            _count(word, row.row)
    return list(found.values())


def _word(field: str, text: str, column: str) -> dict[str, Any]:
    return {"field": field, "text": text, "column": column, "count": 0, "rows": []}


def _count(word: dict[str, Any], row: int) -> None:
    word["count"] += 1
    if len(word["rows"]) < NUMBERS_SHOWN:
        word["rows"].append(row)
