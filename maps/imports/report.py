"""What is wrong with the rows of a file, as a list for whoever mends it."""

import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext as _

from maps.enums import Fate
from maps.files.streamed import safe
from maps.models import MapImport


def mistakes_csv(map_import: MapImport) -> Iterator[str]:
    """Lines of a CSV: the row, the source's own number, the field, and what to do."""
    kept = io.StringIO()
    writer = csv.writer(kept, delimiter=";")
    writer.writerow([_("Rij"), _("Nummer bij de bron"), _("Veld"), _("Wat te doen")])
    # A spreadsheet takes a text for UTF-8 where it begins with this mark.
    yield "\ufeff"
    for row in map_import.rows.filter(fate=Fate.WRONG).order_by("number", "pk"):
        for field, words in row.mistakes:
            writer.writerow([row.number, safe(row.reference), safe(field), safe(words)])
    yield kept.getvalue()
