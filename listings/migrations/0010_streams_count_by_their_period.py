"""What comes back is counted by its own week, month or quarter, and not by the day on which some of it goes."""

from django.db import migrations

from listings.migrations._initial_sql import one_by_one
from listings.migrations._stream_sql import PERIODS, UNDO


class Migration(migrations.Migration):

    dependencies = [("listings", "0009_hub_only")]

    operations = [migrations.RunSQL(one_by_one(PERIODS), UNDO)]
