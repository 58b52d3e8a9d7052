"""Reads municipal boundaries from a file that someone else made: the whole file, or nothing of it."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from django.contrib.gis.gdal import CoordTransform, DataSource, GDALException, SpatialReference
from django.contrib.gis.gdal.feature import Feature
from django.contrib.gis.geos import GEOSException, GEOSGeometry, MultiPolygon, Polygon
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from geo.models import Boundary, Municipality, Quality
from geo.points import METRIC_SRID
from geo.verbs import GeoVerb
from journal.events import record
from sandbox import sizes

DOWNLOAD_TIMEOUT_S = 60
#: After so many mistakes the rest of a file isn't read, and of a list no more are named.
MOST_MISTAKES = 10


def read_areas(path: Path, nis_column: str, layer: int = 0) -> dict[str, MultiPolygon]:
    """Areas (METRIC_SRID) by NIS code from GeoJSON, GeoPackage, shapefile or anything else that GDAL reads, any SRID.

    Features with the same NIS code are joined. Municipalities outside Flanders and Brussels are left out. Raises
    ValidationError that lists what is wrong: an unreadable file, a missing column or coordinate system, a text that is
    no NIS code, a shape that is no valid polygon, or a file without any of our municipalities.
    """
    try:
        source = DataSource(str(path))
        features = source[layer]
    except (GDALException, IndexError) as error:
        raise ValidationError(
            _("%(file)s is geen kaartbestand dat we kunnen lezen: %(why)s") % {"file": path.name, "why": error}
        ) from None
    if nis_column not in features.fields:
        raise ValidationError(
            _("Er is geen kolom “%(column)s”. Het bestand heeft: %(columns)s.")
            % {"column": nis_column, "columns": ", ".join(features.fields) or "–"}
        )
    if features.srs is None:
        raise ValidationError(
            _("Het bestand zegt niet in welk coördinatenstelsel het is. Voeg dat toe (bijvoorbeeld een .prj).")
        )
    to_metres = CoordTransform(features.srs, SpatialReference(METRIC_SRID))
    known = set(Municipality.objects.values_list("nis", flat=True))
    areas: dict[str, list[Polygon]] = {}
    mistakes: list[str] = []
    for number, feature in enumerate(features, start=1):
        try:
            nis = _nis(feature, nis_column, number)
            if nis in known:
                areas.setdefault(nis, []).extend(_polygons(feature, number, nis, to_metres))
        except ValidationError as error:
            mistakes += error.messages
        if len(mistakes) >= MOST_MISTAKES:
            break
    if not mistakes and not areas:
        mistakes.append(
            _("Geen enkele code in “%(column)s” is die van een gemeente in Vlaanderen of Brussel.")
            % {"column": nis_column}
        )
    if mistakes:
        raise ValidationError(mistakes)
    return {nis: _joined(parts) for nis, parts in areas.items()}


@transaction.atomic
def store_official(
    areas: dict[str, MultiPolygon], *, source: str, source_date: dt.date | None = None, licence: str = ""
) -> int:
    """Replace all official boundaries by these; returns how many. Raises ValidationError where municipalities lack.

    The caller then places listings and sites anew: they follow from boundaries.
    """
    by_nis = {row.nis: row for row in Municipality.objects.all()}
    missing = sorted(set(by_nis) - set(areas))
    if missing:
        named = ", ".join(f"{by_nis[nis].name_nl} ({nis})" for nis in missing[:MOST_MISTAKES])
        raise ValidationError(
            _("Er ontbreken %(count)s gemeenten, waaronder: %(named)s. Geef een bestand met alle 304.")
            % {"count": len(missing), "named": named}
        )
    Boundary.objects.of_quality(Quality.OFFICIAL).delete()
    rows = [
        Boundary(
            municipality=by_nis[nis], quality=Quality.OFFICIAL, geometry=area, source=source, source_date=source_date,
            licence=licence,
        )
        for nis, area in areas.items()
    ]  # fmt: skip
    stored = len(Boundary.objects.bulk_create(rows))
    record(GeoVerb.BOUNDARIES_LOADED, None, changes={"boundaries": stored, "source": source})
    return stored


def download(url: str, folder: Path, opener: Callable[..., Any] = urlopen) -> Path:
    """Fetch a boundary file (http or https) with a time-out and a size limit. Raises ValidationError."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise ValidationError(_("Geef een bestand of een adres dat met http begint."))
    path = folder / (Path(parts.path).name or "boundaries.geojson")
    try:
        with opener(Request(url), timeout=DOWNLOAD_TIMEOUT_S) as answer, path.open("wb") as file:
            while chunk := answer.read(1 << 20):
                if file.tell() + len(chunk) > sizes.LARGEST_FILE_BYTES:
                    raise ValidationError(
                        _("Het bestand is groter dan %(most)d MB.") % {"most": sizes.LARGEST_FILE_BYTES // 1_000_000}
                    )
                file.write(chunk)
    except HTTPError as refusal:
        refusal.close()
        raise ValidationError(_("%(url)s antwoordt niet: %(why)s") % {"url": url, "why": refusal}) from None
    except OSError as error:
        raise ValidationError(_("%(url)s antwoordt niet: %(why)s") % {"url": url, "why": error}) from None
    return path


def _nis(feature: Feature, column: str, number: int) -> str:
    value = feature.get(column)
    text = str(int(value)) if isinstance(value, (int, float)) and value == int(value) else str(value or "").strip()
    if len(text) != 5 or not (text.isascii() and text.isdigit()):
        raise ValidationError(
            _("Element %(number)s: “%(text)s” is geen NIS-code van vijf cijfers.")
            % {"number": number, "text": text[:40]}
        )
    return text


def _polygons(feature: Feature, number: int, nis: str, to_metres: CoordTransform) -> list[Polygon]:
    try:
        shape = feature.geom
        shape.transform(to_metres)
        geometry: GEOSGeometry = shape.geos
    except (GDALException, GEOSException) as error:
        raise ValidationError(
            _("Element %(number)s (%(nis)s) heeft geen leesbare vorm: %(why)s")
            % {"number": number, "nis": nis, "why": error}
        ) from None
    if not isinstance(geometry, (Polygon, MultiPolygon)) or geometry.empty:
        raise ValidationError(_("Element %(number)s (%(nis)s) is geen vlak.") % {"number": number, "nis": nis})
    if not geometry.valid:
        raise ValidationError(
            _(
                "Element %(number)s (%(nis)s) heeft een ongeldige vorm: %(why)s. "
                "Herstel die in QGIS met “Geometrie repareren”."
            )
            % {"number": number, "nis": nis, "why": geometry.valid_reason}
        )
    return (
        [part for part in geometry if isinstance(part, Polygon)] if isinstance(geometry, MultiPolygon) else [geometry]
    )


def _joined(parts: list[Polygon]) -> MultiPolygon:
    united = MultiPolygon(parts, srid=METRIC_SRID).unary_union
    return united if isinstance(united, MultiPolygon) else MultiPolygon([united], srid=METRIC_SRID)
