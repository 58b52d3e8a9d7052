"""What the page of a checked list shows of columns and words, and how it reads what a member decided about them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from listings.imports.columns import TITLES
from listings.imports.headers import NAMES, plain
from listings.imports.words import choices_of
from listings.models import ListingImport
from materials.models import Material, MaterialName


def columns_of(listing_import: ListingImport, sent: QueryDict | None = None) -> list[dict[str, Any]]:
    """Each column of the file, with the number of its choice in the form. One without a name can't be told apart.

    "chosen" is what the page shows as chosen: as it is read, or as it was `sent` in a form that was refused.
    """
    given = sent if sent is not None else QueryDict()
    return [
        {
            **column,
            "number": number,
            "field_name": TITLES[column["field"]] if column["field"] else "",
            "chosen": given.get(f"column-{number}", column["field"]),
        }
        for number, column in enumerate(listing_import.reading.get("columns", []))
    ]


def fields_to_choose() -> list[tuple[str, str]]:
    return [(field, str(TITLES[field])) for field in NAMES]


def words_of(listing_import: ListingImport) -> list[dict[str, Any]]:
    """Each word that a member may explain: first those that we don't know, then our guesses.

    "code" and "name" are what the page shows as chosen, "choices" what may be chosen where it is no material.
    """
    reading = listing_import.reading
    words = [*reading.get("unknown", []), *reading.get("guesses", [])]
    codes = {word["material"] for word in words if "material" in word}
    names = {material.code: material.name for material in Material.objects.filter(code__in=codes)} if codes else {}
    return [
        {
            **word,
            "number": number,
            "is_guess": "material" in word,
            "code": word.get("material", ""),
            "name": names.get(word.get("material", ""), ""),
            "choices": choices_of(word["field"]),
        }
        for number, word in enumerate(words)
    ]


def as_sent(words: list[dict[str, Any]], sent: QueryDict) -> list[dict[str, Any]]:
    """Words of words_of() with what a refused form chose for them. "out" says that their rows are left out."""
    return [
        {
            **word,
            "code": sent.get(f"code-{word['number']}", word["code"]),
            "name": sent.get(f"name-{word['number']}", word["name"]),
            "out": f"out-{word['number']}" in sent,
        }
        for word in words
    ]


def read_columns(form: QueryDict, listing_import: ListingImport) -> dict[str, str]:
    """The field that was chosen for each column, by its name."""
    return {
        column["header"]: str(form[f"column-{column['number']}"])
        for column in columns_of(listing_import)
        if column["header"] and f"column-{column['number']}" in form
    }


def read_words(form: QueryDict, listing_import: ListingImport) -> dict[str, dict[str, str]]:
    """The code that was chosen for each word, by field and word; "" where its rows are left out.

    A word that nothing was chosen for isn't among them. Raises ValidationError for a material that nobody knows.
    """
    words, chosen = words_of(listing_import), dict[str, dict[str, str]]()
    typed = {word["number"]: form.get(f"name-{word['number']}", word["name"]).strip() for word in words}
    by_name = _codes([name for name in typed.values() if name])
    for word in words:
        number, code = word["number"], form.get(f"code-{word['number']}", word["code"])
        if f"out-{number}" in form:
            code = ""
        elif word["field"] == "material" and code in ("", word["code"]) and typed[number] != word["name"]:
            # Typed, not picked from the list.
            code = by_name.get(plain(typed[number]), "")
            if not code:
                raise ValidationError(
                    _("“%(name)s” ken ik niet als materiaal. Kies een naam uit de lijst, of sla de rijen over.")
                    % {"name": typed[number][:60]}
                )
        elif not code:
            continue
        chosen.setdefault(word["field"], {})[word["text"]] = code
    return chosen


def _codes(names: list[str]) -> dict[str, str]:
    """Codes of materials by names as people write them; where two materials share a name, that of the wider one."""
    found = MaterialName.objects.filter(plain__in={plain(name) for name in names}).order_by("-material__depth")
    return {name.plain: name.material.code for name in found.select_related("material")}
