"""Bookings move to reservations: the database counts them in balances, as it does for lots."""

from django.db import migrations

from listings.migrations._booking_sql import COPY
from listings.migrations._initial_sql import one_by_one


class Migration(migrations.Migration):

    dependencies = [("listings", "0005_balances")]

    operations = [
        migrations.RunSQL(one_by_one(COPY)),
        migrations.DeleteModel("CapacityBooking"),
    ]
