import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.serializers.json
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="LetterRefusal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.EmailField(max_length=254, unique=True)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verb", models.CharField(max_length=60)),
                ("subject_kind", models.CharField(blank=True, max_length=60)),
                ("subject_id", models.BigIntegerField(null=True)),
                ("by_id", models.BigIntegerField(null=True)),
                ("organisation_id", models.BigIntegerField(null=True)),
                (
                    "hub_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("page", "pagina"),
                            ("api", "API"),
                            ("command", "commando"),
                            ("task", "achtergrondtaak"),
                            ("mail", "mail"),
                        ],
                        max_length=10,
                    ),
                ),
                ("request_id", models.CharField(blank=True, max_length=64)),
                ("changes", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject_kind", "subject_id", "-id"], name="event_of_subject"),
                    models.Index(
                        condition=models.Q(("organisation_id__isnull", False)),
                        fields=["organisation_id", "-id"],
                        name="event_of_organisation",
                    ),
                    django.contrib.postgres.indexes.GinIndex(fields=["hub_ids"], name="event_in_hubs"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recipient", models.EmailField(max_length=254, verbose_name="aan")),
                (
                    "language",
                    models.CharField(
                        choices=[("nl", "Nederlands"), ("en", "Engels"), ("fr", "Frans")], default="nl", max_length=2
                    ),
                ),
                ("template", models.CharField(max_length=60)),
                ("data", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("dedup_key", models.CharField(max_length=120, unique=True)),
                ("message_id", models.CharField(max_length=200, unique=True)),
                ("refusable", models.BooleanField(default=False)),
                ("caused_by_id", models.BigIntegerField(null=True)),
                ("subject_kind", models.CharField(blank=True, max_length=60)),
                ("subject_id", models.BigIntegerField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "nog niet verstuurd"),
                            ("sending", "wordt verstuurd"),
                            ("sent", "verstuurd"),
                            ("failed", "kon niet verstuurd worden"),
                            ("bounced", "geweigerd door de mailserver van de ontvanger"),
                            ("dropped", "niet verstuurd"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                (
                    "phase",
                    models.CharField(
                        blank=True, choices=[("before", "voor de tekst"), ("after", "vanaf de tekst")], max_length=6
                    ),
                ),
                ("leased_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("last_error", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("sent_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "brief",
                "verbose_name_plural": "brieven",
                "indexes": [
                    models.Index(condition=models.Q(("state", "queued")), fields=["due_at"], name="letter_due"),
                    models.Index(
                        condition=models.Q(("state", "sending")), fields=["leased_until"], name="letter_on_its_way"
                    ),
                    models.Index(fields=["caused_by_id", "created_at"], name="letter_caused_by"),
                    models.Index(fields=["recipient", "created_at"], name="letter_to"),
                    models.Index(fields=["subject_kind", "subject_id"], name="letter_about"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["queued", "sending", "sent", "failed", "bounced", "dropped"])
                        ),
                        name="letter_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "sending"), _negated=True),
                            models.Q(("leased_until__isnull", False), ("phase__in", ["before", "after"])),
                            _connector="OR",
                        ),
                        name="letter_sending_has_lease",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", False), ("state", "sent")),
                            models.Q(("state", "sent"), _negated=True),
                            _connector="OR",
                        ),
                        name="letter_sent_says_when",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            [
                """
                CREATE FUNCTION journal_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE EXCEPTION 'An event is never changed or deleted' USING ERRCODE = 'restrict_violation'; END $$
                """,
                """
                CREATE TRIGGER event_only_added BEFORE UPDATE OR DELETE ON journal_event
                FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_change()
                """,
            ],
            ["DROP TRIGGER event_only_added ON journal_event", "DROP FUNCTION journal_refuse_change"],
        ),
    ]
