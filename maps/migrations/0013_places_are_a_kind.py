from django.db import migrations, models
from django.db.models import Q

_KIND = models.CharField(
    choices=[("stock", "Voorraad"), ("flow", "Stroom"), ("place", "Plaats")], max_length=10, verbose_name="soort"
)


class Migration(migrations.Migration):
    dependencies = [("maps", "0012_files_are_read_for_somebody")]

    operations = [
        migrations.AlterField("mapfeature", "kind", _KIND),
        migrations.AlterField("mapfeatureversion", "kind", _KIND),
        migrations.RemoveConstraint("mapfeature", "feature_kind_known"),
        migrations.RemoveConstraint("mapfeature", "feature_flow_has_period"),
        migrations.AddConstraint(
            "mapfeature",
            models.CheckConstraint(name="feature_kind_known", condition=Q(kind__in=["stock", "flow", "place"])),
        ),
        migrations.AddConstraint(
            "mapfeature",
            models.CheckConstraint(
                name="feature_flow_has_period",
                condition=~Q(kind="flow") & Q(period="")
                | Q(kind="flow") & (Q(quantity__isnull=True) | ~Q(period="")),
                violation_error_message=(
                    "Zeg van een stroom per wat de hoeveelheid is; een voorraad of een plaats heeft dat niet."
                ),
            ),
        ),
        migrations.AddConstraint(
            "mapfeature",
            models.CheckConstraint(
                name="feature_place_has_no_quantity",
                condition=~Q(kind="place") | Q(quantity__isnull=True),
                violation_error_message=(
                    "Een plaats heeft geen hoeveelheid. Laat die leeg, of kies voorraad of stroom."
                ),
            ),
        ),
    ]
