import django.db.models.deletion
from django.db import migrations, models

_TO_HUB = {
    "null": True,
    "blank": True,
    "on_delete": django.db.models.deletion.CASCADE,
    "related_name": "invitations",
    "to": "geo.hub",
}


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_invitation_outbox"),
        ("geo", "0002_places_and_hubs"),
    ]

    operations = [
        migrations.AddField(
            model_name="hubstaff",
            name="is_shown",
            field=models.BooleanField(default=False, verbose_name="met naam op de pagina van de hub"),
        ),
        # In two steps: Django adds a column with its constraint in one string of two commands, which a connection
        # that binds parameters on the server refuses.
        migrations.AddField(
            model_name="invitation", name="hub", field=models.ForeignKey(db_constraint=False, **_TO_HUB)
        ),
        migrations.AlterField(model_name="invitation", name="hub", field=models.ForeignKey(**_TO_HUB)),
        # Likewise: Django would drop the constraint and make it anew, in strings of two commands.
        migrations.RunSQL(
            sql="ALTER TABLE accounts_invitation ALTER COLUMN organisation_id DROP NOT NULL",
            reverse_sql="ALTER TABLE accounts_invitation ALTER COLUMN organisation_id SET NOT NULL",
            state_operations=[
                migrations.AlterField(
                    model_name="invitation",
                    name="organisation",
                    field=models.ForeignKey(
                        null=True,
                        blank=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="accounts.organisation",
                    ),
                )
            ],
        ),
        migrations.AlterField(
            model_name="invitation",
            name="role",
            field=models.CharField(
                choices=[
                    ("admin", "beheerder"),
                    ("member", "lid"),
                    ("manager", "hubbeheerder"),
                    ("editor", "hubmedewerker"),
                ],
                default="member",
                max_length=10,
                verbose_name="rol",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("accepted_at__isnull", True)),
                fields=("hub", "email"),
                name="invitation_to_hub_open_once",
                violation_error_message="Dit adres is al uitgenodigd.",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("hub__isnull", True), ("organisation__isnull", False), ("role__in", ["admin", "member"])
                    ),
                    models.Q(
                        ("hub__isnull", False), ("organisation__isnull", True), ("role__in", ["manager", "editor"])
                    ),
                    _connector="OR",
                ),
                name="invitation_role_fits",
                violation_error_message="Deze rol bestaat niet.",
            ),
        ),
    ]
