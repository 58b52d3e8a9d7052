"""What the owner of a lot declares: the evidence of its status, the reuse checklist, the dates of food."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models import F, Q

EVIDENCE = [
    ("raw_material", "grondstofverklaring van OVAM"),
    ("self_test", "eigen nota die de voorwaarden nagaat"),
    ("certificate", "attest of keuring"),
    ("other", "ander bewijs"),
]
FOOD_DATES = [
    ("best_before", "THT (ten minste houdbaar tot)"),
    ("use_by", "TGT (te gebruiken tot)"),
    ("none_needed", "geen: de wet vraagt er hier geen"),
    ("not_eaten", "niet om te eten: voor dieren, compost of verwerking"),
]
STORAGE = [
    ("ambient", "buiten de koeling"),
    ("chilled", "gekoeld, zoals op het etiket"),
    ("frozen", "diepgevroren (-18 °C of kouder)"),
]
ALLERGENS = [
    ("gluten", "granen met gluten"),
    ("crustaceans", "schaaldieren"),
    ("eggs", "eieren"),
    ("fish", "vis"),
    ("peanuts", "pinda's"),
    ("soy", "soja"),
    ("milk", "melk"),
    ("nuts", "noten"),
    ("celery", "selderij"),
    ("mustard", "mosterd"),
    ("sesame", "sesam"),
    ("sulphites", "sulfiet"),
    ("lupin", "lupine"),
    ("molluscs", "weekdieren"),
    ("none", "geen van deze veertien"),
    ("on_label", "verschilt: het staat op elk etiket"),
]
CHECKLIST = {
    "reuse_works": "werkt volledig",
    "reuse_safe": "elektrisch veilig",
    "reuse_complete": "volledig en onbeschadigd",
    "reuse_no_cfc": "zonder cfk of hcfk",
    "reuse_no_crt": "zonder beeldbuis",
}
FIELDS: "dict[str, models.Field[object, object]]" = {
    "status_evidence": models.CharField("bewijs", blank=True, choices=EVIDENCE, default="", max_length=12),
    "status_number": models.CharField("nummer van het bewijs", blank=True, default="", max_length=60),
    "status_until": models.DateField("bewijs geldig tot en met", blank=True, null=True),
    **{name: models.BooleanField(words, blank=True, null=True) for name, words in CHECKLIST.items()},
    "food_date_kind": models.CharField(
        "datum op de voeding", blank=True, choices=FOOD_DATES, default="", max_length=12
    ),
    "food_date": models.DateField("THT- of TGT-datum", blank=True, null=True),
    "food_storage": models.CharField("bewaren", blank=True, choices=STORAGE, default="", max_length=8),
    "allergens": ArrayField(
        models.CharField(choices=ALLERGENS, max_length=12),
        verbose_name="allergenen",
        blank=True,
        default=list,
        size=None,
    ),
}
CONSTRAINTS = [
    models.CheckConstraint(
        name="listing_ends_with_food",
        condition=Q(food_date__isnull=True) | Q(available_until__isnull=False, available_until__lte=F("food_date")),
        violation_error_message="Voeding blijft hoogstens staan tot haar datum. Kies een vroegere einddatum.",
    ),
    models.CheckConstraint(
        name="listing_food_date_has_kind",
        condition=Q(food_date__isnull=True) | Q(food_date_kind__in=["best_before", "use_by"]),
        violation_error_message="Kies of deze datum een THT- of een TGT-datum is.",
    ),
    models.CheckConstraint(
        name="listing_usable_passed_checklist",
        condition=Q(condition__isnull=True)
        | Q(condition__lte=2)
        | ~(
            Q(reuse_works=False)
            | Q(reuse_safe=False)
            | Q(reuse_complete=False)
            | Q(reuse_no_cfc=False)
            | Q(reuse_no_crt=False)
        ),
        violation_error_message="Wat niet door de controle komt, is te herstellen of voor onderdelen.",
    ),
    models.CheckConstraint(
        name="listing_status_number_of_evidence",
        condition=~Q(status_evidence="") | Q(status_number="", status_until__isnull=True),
        violation_error_message="Kies welk bewijs dit is.",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("listings", "0006_bookings_are_reservations"), ("materials", "0002_what_a_material_asks")]

    operations = [
        *(migrations.AddField("listing", name, field) for name, field in FIELDS.items()),
        migrations.AddIndex(
            "listing",
            models.Index(
                fields=["food_date"], name="use_by_to_expire", condition=Q(status="reserved", food_date_kind="use_by")
            ),
        ),
        *(migrations.AddConstraint("listing", constraint) for constraint in CONSTRAINTS),
    ]
