"""Whoever refused letters by one click refused all that could be refused; what is left of that is what they didn't ask
for: messages of their own conversations and reminders come again.
"""

from typing import Any

from django.db import migrations, models

TOPICS = [
    ("strangers", "uitnodigingen van anderen"),
    ("messages", "berichten in gesprekken"),
    ("freshness", "vragen of je zoekertjes er nog zijn"),
]


def give_topics(apps: Any, _schema_editor: Any) -> None:
    """Those that were refusable and still wait keep what they may be refused by."""
    waiting = apps.get_model("journal", "Letter").objects.filter(state__in=["queued", "sending"])
    waiting.filter(template="invitation").update(topic="strangers")
    waiting.filter(template="exchange_message").update(topic="messages")
    waiting.filter(template="freshness").update(topic="freshness")


class Migration(migrations.Migration):
    dependencies = [("journal", "0007_files_that_go_along")]

    operations = [
        migrations.AddField(
            "letter", "topic", models.CharField(blank=True, choices=TOPICS, db_default="", default="", max_length=10)
        ),
        migrations.RunPython(give_topics, migrations.RunPython.noop),
        migrations.RemoveField("letter", "refusable"),
        migrations.AddField(
            "letterrefusal", "topic", models.CharField(choices=TOPICS, db_default="strangers", max_length=10)
        ),
        migrations.AlterField("letterrefusal", "address", models.EmailField(max_length=254)),
        migrations.AddConstraint(
            "letterrefusal",
            models.UniqueConstraint(fields=["address", "topic"], name="letter_refused_once"),
        ),
    ]
