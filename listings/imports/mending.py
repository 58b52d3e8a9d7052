"""What members decide about a file that was checked: which column is which, and what its words mean."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from listings.imports.columns import TITLES
from listings.imports.headers import NAMES, plain
from listings.imports.services import locked_import, record_import
from listings.imports.words import choices_of
from listings.models import LONGEST_HEADER, ImportColumn, ImportState, ListingImport
from listings.verbs import ListingVerb
from materials.models import Material


@transaction.atomic
def map_columns(*, by: User, listing_import: ListingImport, fields: Mapping[str, str]) -> ListingImport:
    """Keep what the organisation means by columns, for this file and for later ones, and have the file checked again.

    `fields` has a field by the name of its column as the file writes it, "" for a column that isn't to be read.
    """
    locked = _checked(by, listing_import)
    read_as = {column["header"]: column["field"] for column in locked.reading.get("columns", []) if column["header"]}
    given = {header: field for header, field in fields.items() if header in read_as}
    if any(field and field not in NAMES for field in given.values()):
        raise ValidationError(_("Kies een van de velden uit de lijst."))
    meant = [field for field in given.values() if field]
    twice = next((field for field in meant if meant.count(field) > 1), None)
    if twice:
        raise ValidationError(
            _("Twee kolommen zijn “%(field)s”. Kies er één, en lees de andere niet.") % {"field": TITLES[twice]}
        )
    # What stays as it was recognised isn't kept: in another file the same name may stand beside a better one.
    for header, field in given.items():
        if field == read_as[header]:
            continue
        ImportColumn.objects.update_or_create(
            organisation=locked.organisation, header=plain(header)[:LONGEST_HEADER], defaults={"field": field}
        )
    return _again(by, locked)


@transaction.atomic
def mend_words(*, by: User, listing_import: ListingImport, words: Mapping[str, Mapping[str, str]]) -> ListingImport:
    """Say what words of the file mean, those that were guessed and those that we don't know; it is checked again.

    `words` has by field a code for a word of the file: of a material, or of choices_of(field). "" leaves the rows with
    that word out.
    """
    locked = _checked(by, listing_import)
    asked = {
        (word["field"], plain(word["text"]))
        for name in ("guesses", "unknown")
        for word in locked.reading.get(name, [])
    }
    for field, chosen in words.items():
        given = {plain(text): code for text, code in chosen.items() if (field, plain(text)) in asked}
        _check_codes(field, {code for code in given.values() if code})
        locked.words[field] = locked.words.get(field, {}) | given
    return _again(by, locked)


def _check_codes(field: str, codes: set[str]) -> None:
    if field == "material":
        known = set(Material.objects.filter(code__in=codes).values_list("code", flat=True))
    else:
        known = {code for code, _label in choices_of(field)}
    if unknown := codes - known:
        raise ValidationError(_("Dit ken ik niet: %(codes)s.") % {"codes": ", ".join(sorted(unknown))})


def _checked(by: User, listing_import: ListingImport) -> ListingImport:
    locked = locked_import(by, listing_import)
    if locked.state != ImportState.CHECKED:
        raise ValidationError(_("Dit bestand is nog niet nagekeken, of het is al verwerkt."))
    return locked


def _again(by: User, locked: ListingImport) -> ListingImport:
    locked.ask(ImportState.WAITING)
    locked.save()
    record_import(ListingVerb.IMPORT_MENDED, locked, by=by)
    return locked
