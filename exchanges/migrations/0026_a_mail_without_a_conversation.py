"""Who answers a letter that has no conversation hears so, by a name of its own."""

from django.db import migrations, models

OUTCOMES = {
    "waiting": "wacht", "taken": "in het gesprek gezet", "auto_reply": "automatisch antwoord",
    "bounce": "onbestelbaar bericht", "own_address": "van onszelf", "unknown_address": "onbekend antwoordadres",
    "no_conversation": "op een mail zonder gesprek", "wrong_sender": "van een ander mailadres",
    "no_part": "hoort niet meer bij het gesprek", "closed": "gesprek gesloten", "too_large": "te groot",
    "too_long": "te lange tekst", "empty": "geen eigen tekst of foto", "unreadable": "niet te lezen",
}  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("exchanges", "0025_a_conversation_for_each_standing_agreement")]

    operations = [
        migrations.RemoveConstraint("inboundmail", "inbound_outcome_known"),
        migrations.AlterField(
            "inboundmail",
            "outcome",
            models.CharField(
                choices=list(OUTCOMES.items()), default="waiting", max_length=16, verbose_name="afloop"
            ),
        ),
        migrations.AddConstraint(
            "inboundmail",
            models.CheckConstraint(
                condition=models.Q(outcome__in=list(OUTCOMES)), name="inbound_outcome_known"
            ),
        ),
    ]
