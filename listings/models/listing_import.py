"""A file of listings that is being imported, and what an organisation calls its columns."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from listings.models.leased import Leased, LeasedQuerySet

#: Letters of a column's name by which it is known again.
LONGEST_HEADER = 200


class ImportState(models.TextChoices):
    WAITING = "waiting", _("wacht")
    CHECKING = "checking", _("wordt nagekeken")
    CHECKED = "checked", _("nagekeken")
    STORING = "storing", _("wordt ingelezen")
    DONE = "done", _("klaar")
    FAILED = "failed", _("niet ingelezen")
    CANCELLED = "cancelled", _("afgebroken")


class ListingImportQuerySet(LeasedQuerySet["ListingImport"]):
    def to_resume(self, *, at: dt.datetime) -> tuple[list[int], list[int]]:
        """Ids of files to check again, and to store again."""
        checks = self.lost(at=at).filter(state__in=[ImportState.WAITING, ImportState.CHECKING])
        stores = self.lost(at=at).filter(state=ImportState.STORING)
        return [row.pk for row in checks], [row.pk for row in stores]

    def photos_to_resume(self, *, at: dt.datetime) -> list[int]:
        """Ids of files that are stored, but whose photos aren't all added."""
        return [row.pk for row in self.lost(at=at).filter(state=ImportState.DONE).exclude(photos_left=[])]


class ListingImport(Leased):
    """One file, its progress, and what was found row by row. A file is stored whole or not at all."""

    organisation = models.ForeignKey("accounts.Organisation", models.CASCADE, related_name="imports")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    file = models.FileField(upload_to="imports/%Y/%m")
    name = models.CharField(_("bestand"), max_length=200)
    publish = models.BooleanField(_("meteen publiceren"), default=True)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.WAITING)
    total = models.PositiveIntegerField(null=True)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    # How the file was read, and what of it wasn't (listings/imports/checks.py).
    reading = models.JSONField(default=dict)
    # What a member decided about words (listings/imports/mending.py), by field and by the plain text of the word: a
    # code such as that of a material or a unit, or "" to leave the rows out.
    words = models.JSONField(default=dict)
    # What a member chose for rows that look like what is there already (listings/imports/alike.py).
    choices = models.JSONField(default=dict)
    # What the check found that storing would do (listings/imports/preview.py); empty where there are mistakes.
    preview = models.JSONField(default=dict)
    # The first few hundred, as codes with their values (listings/imports/mistakes.py).
    mistakes = models.JSONField(default=list)
    mistake_count = models.PositiveIntegerField(default=0)
    # [[id of a listing, name of its photo in the zip], …]: stored, but not added yet.
    photos_left = models.JSONField(default=list)
    # [{"name": "a/een.jpg", "says": […]}]: why photos couldn't be added, as codes with their values.
    photo_mistakes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects = ListingImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_state_display()})"

    @property
    def is_running(self) -> bool:
        return self.state in (ImportState.WAITING, ImportState.CHECKING, ImportState.STORING)


class ImportColumn(models.Model):
    """What an organisation means by a column of its lists, where somebody said so by hand."""

    organisation = models.ForeignKey("accounts.Organisation", models.CASCADE, related_name="import_columns")
    # In the form in which names are compared (listings.imports.columns.plain).
    header = models.CharField(max_length=LONGEST_HEADER)
    # A field of listings.imports.columns.NAMES; empty for a column that isn't to be read.
    field = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "header"], name="import_column_once")]

    def __str__(self) -> str:
        return f"{self.header} → {self.field or '-'}"
