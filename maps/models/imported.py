"""A file that is being read in a layer, and what each of its rows would do there."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from geo.points import WGS84_SRID
from listings.models.leased import Leased, LeasedQuerySet
from maps.enums import Fate, MapImportState
from maps.models.feature import LONGEST_LINE, LONGEST_TITLE, MapFeature
from maps.models.layer import MapLayer

LONGEST_FILE_NAME = 200
#: So long a file and its rows are kept after somebody last did something with them.
KEPT = dt.timedelta(days=30)
#: What a worker is at, or will be; and about what somebody still has to decide.
_RUNNING = (MapImportState.WAITING, MapImportState.READING, MapImportState.TAKING, MapImportState.UNDOING)
_OPEN = (MapImportState.ASKED, MapImportState.COMPARED)


class MapImportQuerySet(LeasedQuerySet["MapImport"]):
    def to_resume(self, *, at: dt.datetime) -> tuple[list[int], list[int], list[int]]:
        """Ids of files to read again, to take again, and to undo again."""
        lost = list(self.lost(at=at).filter(state__in=_RUNNING).order_by("pk").values_list("pk", "state"))
        reads = [pk for pk, state in lost if state in (MapImportState.WAITING, MapImportState.READING)]
        takes = [pk for pk, state in lost if state == MapImportState.TAKING]
        return reads, takes, [pk for pk, state in lost if state == MapImportState.UNDOING]

    def to_clear(self, *, at: dt.datetime) -> Self:
        """Those with which nobody did anything for a long time, and of which a file and rows may be left."""
        return self.filter(cleared_at=None, touched_at__lt=at - KEPT).exclude(state__in=_RUNNING)


class MapImport(Leased):
    """A file for a layer: read first, and compared with the layer; then somebody says which rows come in it.

    `choice` is what somebody decided about the file (maps.imports.choice), `reading` how it was read then, and
    `question` what has to be decided first. `counts` has how many rows there are of each Fate. `change` is the number
    of the change in the history of elements by which it was taken, and by which it is undone: also once the file and
    its rows are cleared away. One that an operator had read has no file here.

    Each step goes by the rights of who asked for it, and not of who gave the file: `read_by` for how it is compared,
    `taken_by` and `undone_by`. `created_by` gave it, in the language of whom its cells are understood.
    """

    layer = models.ForeignKey(MapLayer, models.CASCADE, related_name="imports")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    file = models.FileField(upload_to="imports/%Y/%m", blank=True)
    name = models.CharField(_("bestand"), max_length=LONGEST_FILE_NAME)
    state = models.CharField(max_length=10, choices=MapImportState, default=MapImportState.WAITING)
    choice = models.JSONField(default=dict)
    reading = models.JSONField(default=dict)
    question = models.JSONField(default=dict)
    # Why it wasn't read, taken or undone: a code of maps.files.refusals with values, or what is said (maps.mistakes).
    refusal = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    # Rows that somebody changed since they were compared, when they were to be taken.
    moved = models.PositiveIntegerField(default=0)
    change = models.UUIDField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    # When its file and rows were cleared away.
    cleared_at = models.DateTimeField(null=True)

    objects = MapImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("bestand voor een laag")
        verbose_name_plural = _("bestanden voor lagen")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_state_display()})"

    @property
    def is_running(self) -> bool:
        return self.state in _RUNNING

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide about it."""
        return self.state in _OPEN

    @property
    def taken(self) -> int:
        """How many rows of it were taken."""
        return sum(count for name, count in self.counts.items() if name.startswith("taken_"))


class MapImportRowQuerySet(models.QuerySet["MapImportRow"]):
    def seen_with(self, at_least: int, user_id: int | None) -> Self:
        """Rows but for those about an element that is shown to fewer than somebody belongs to, and isn't theirs."""
        theirs = Q(feature__owner=user_id) if user_id is not None else Q()
        return self.filter(Q(feature=None) | Q(feature__visibility__gte=at_least) | theirs)

    def in_order(self) -> Self:
        return self.order_by("number", "pk")

    def after(self, number: int, pk: int) -> Self:
        """Rows behind one, in order."""
        return self.filter(Q(number__gt=number) | Q(number=number, pk__gt=pk))


class MapImportRow(models.Model):
    """What a row of a file would do in the layer, or an element that no row has any more. What is the same isn't kept.

    `values` are fields of an element as JSON (maps.fields), `changed` names those that differ, `version` is that of
    the element when it was compared. `moved` says that somebody changed it since. `chosen` rows are taken.
    """

    map_import = models.ForeignKey(MapImport, models.CASCADE, related_name="rows", db_index=False)
    fate = models.CharField(max_length=10, choices=Fate)
    # Its place in the file; 0 for an element that isn't in it.
    number = models.PositiveIntegerField()
    reference = models.CharField(max_length=LONGEST_LINE, blank=True)
    title = models.CharField(max_length=LONGEST_TITLE, blank=True)
    # Elements aren't destroyed but with their layer, which takes its imports along.
    feature = models.ForeignKey(
        MapFeature, models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    version = models.PositiveIntegerField(null=True)
    values = models.JSONField(default=dict)
    geometry = models.GeometryField(srid=WGS84_SRID, spatial_index=False, null=True)
    changed = ArrayField(models.CharField(max_length=30), default=list)
    # [["title", [["Geef een titel.", {}]]]]: what is wrong with which field (maps.mistakes).
    mistakes = models.JSONField(default=list)
    moved = models.BooleanField(default=False)
    chosen = models.BooleanField(default=False)

    objects = MapImportRowQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["map_import", "fate", "number", "id"], name="import_rows_by_fate")]
        constraints = [
            models.CheckConstraint(
                name="import_row_chosen_can_be_taken",
                condition=Q(chosen=False) | Q(fate__in=[Fate.ADDED, Fate.CHANGED, Fate.GONE]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.title} ({self.fate})"
