"""An index of one in sixteen listings: tiles estimate from it what would take too long to count."""

import django.contrib.postgres.indexes
from django.db import migrations, models
from django.db.models.lookups import Exact

from geo.sql import Literal

SCATTERED = models.Func(models.F("id"), template="(hashint8(%(expressions)s) & 15)", output_field=models.IntegerField())


class Migration(migrations.Migration):
    dependencies = [("listings", "0010_created_by_may_be_gone")]

    operations = [
        migrations.AddIndex(
            "listing",
            django.contrib.postgres.indexes.GistIndex(
                fields=["position", "material_spans"],
                name="nearby_sampled",
                condition=models.Q(("status", "published"), Exact(SCATTERED, Literal(0))),
            ),
        ),
    ]
