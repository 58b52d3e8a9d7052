"""What is wrong with the rows of a file, as a list for whoever mends it."""

import csv
import io
from collections.abc import Iterator
from itertools import islice

from django.utils.translation import gettext as _

from maps.enums import Fate
from maps.files.cells import safe
from maps.mistakes import told
from maps.models import MapImport
from maps.services.bulk import ROWS_AT_ONCE


def mistakes_csv(map_import: MapImport) -> Iterator[str]:
    """Lines of a CSV: the row, the source's own number, the field, and what to do."""
    kept = io.StringIO()
    writer = csv.writer(kept, delimiter=";")
    writer.writerow([_("Rij"), _("Nummer bij de bron"), _("Veld"), _("Wat te doen")])
    # A spreadsheet takes a text for UTF-8 where it begins with this mark.
    yield "\ufeff"
    rows = map_import.rows.filter(fate=Fate.WRONG).in_order().iterator(chunk_size=ROWS_AT_ONCE)
    while some := list(islice(rows, ROWS_AT_ONCE)):
        for row, mistakes in zip(some, told([row.mistakes for row in some]), strict=True):
            for field, words in mistakes:
                writer.writerow([row.number, safe(row.reference), safe(field), safe(words)])
        yield kept.getvalue()
        kept.seek(0)
        kept.truncate()
