"""What the page of a checked list shows of columns and guesses, and how it reads what a member decided about them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from listings.imports.columns import NAMES, plain
from listings.models import ListingImport
from materials.models import Material, MaterialName


def columns_of(listing_import: ListingImport) -> list[dict[str, Any]]:
    """Each column of the file, with the number of its choice in the form. One without a name can't be told apart."""
    return [
        {**column, "number": number, "field_name": NAMES[column["field"]][0] if column["field"] else ""}
        for number, column in enumerate(listing_import.reading.get("columns", []))
    ]


def fields_to_choose() -> list[tuple[str, str]]:
    return [(field, names[0]) for field, names in NAMES.items()]


def guesses_of(listing_import: ListingImport) -> list[dict[str, Any]]:
    """Each text whose material was guessed, with the name of the material in the reader's language."""
    guesses = listing_import.preview.get("guesses", [])
    materials = Material.objects.filter(code__in={guess["material"] for guess in guesses})
    names = {material.code: material.name for material in materials}
    return [
        {**guess, "number": number, "name": names.get(guess["material"], guess["material"])}
        for number, guess in enumerate(guesses)
    ]


def names_of_materials() -> list[str]:
    return sorted(material.name for material in Material.objects.all())


def read_columns(form: QueryDict, listing_import: ListingImport) -> dict[str, str]:
    """The field that was chosen for each column, by its name."""
    return {
        column["header"]: str(form[f"column-{column['number']}"])
        for column in columns_of(listing_import)
        if column["header"] and f"column-{column['number']}" in form
    }


def read_materials(form: QueryDict, listing_import: ListingImport) -> dict[str, str]:
    """The code of the material that was chosen for each guess, by its text; "" where its rows are left out."""
    guesses, chosen = guesses_of(listing_import), dict[str, str]()
    codes = _codes([form.get(f"material-{guess['number']}", "") for guess in guesses])
    for guess in guesses:
        name = form.get(f"material-{guess['number']}", "").strip()
        if f"out-{guess['number']}" in form:
            chosen[guess["text"]] = ""
        elif name == guess["name"]:
            chosen[guess["text"]] = guess["material"]
        elif plain(name) in codes:
            chosen[guess["text"]] = codes[plain(name)]
        else:
            raise ValidationError(
                _("“%(name)s” ken ik niet als materiaal. Kies een naam uit de lijst, of laat de rij weg.")
                % {"name": name[:60]}
            )
    return chosen


def _codes(names: list[str]) -> dict[str, str]:
    """Codes of materials by names as people write them; where two materials share a name, that of the wider one."""
    found = MaterialName.objects.filter(plain__in={plain(name) for name in names}).order_by("-material__depth")
    return {name.plain: name.material.code for name in found.select_related("material")}
