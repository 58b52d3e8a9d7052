"""What people of a service noted by hand in its weeks is told apart from what is held for an exchange."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("listings", "0007_what_owners_declare")]

    operations = [
        migrations.AddField("reservation", "is_booking", models.BooleanField(db_default=False, default=False)),
        # Until now nothing else was held of a service.
        migrations.RunSQL(
            "UPDATE listings_reservation SET is_booking = true FROM listings_listing"
            " WHERE listings_listing.id = listing_id AND kind = 'service'",
            migrations.RunSQL.noop,
        ),
    ]
