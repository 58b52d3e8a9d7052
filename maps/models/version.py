"""What an element was after each change: rows that triggers write, and that nobody changes (docs/adr/0047)."""

import pghistory
from django.db import models

from maps.models.feature import MapFeature

# One trigger for each statement, however many elements it writes: an import is one statement.
_LEVEL = pghistory.Statement
_Versions = pghistory.create_event_model(
    MapFeature,
    pghistory.InsertEvent(level=_LEVEL),
    pghistory.UpdateEvent(level=_LEVEL),
    pghistory.DeleteEvent(level=_LEVEL),
    # Follows from the geometry.
    exclude=["position"],
    obj_field=pghistory.ObjForeignKey(related_name="versions", related_query_name="versions", db_index=False),
    context_field=pghistory.ContextForeignKey(related_name="feature_versions"),
    append_only=True,
)


class MapFeatureVersion(_Versions):  # type: ignore[misc, valid-type]
    """An element as a change left it. `pgh_context` says who changed it, when, by what and from which request."""

    # An import of a million elements twice a day would use up the numbers of a smaller one.
    pgh_id = models.BigAutoField(primary_key=True)

    class Meta(_Versions.Meta):  # type: ignore[name-defined, misc]
        indexes = [
            models.Index(fields=["pgh_obj", "-pgh_id"], name="version_of_feature"),
            models.Index(fields=["pgh_context", "pgh_id"], name="version_of_change"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.version})"
