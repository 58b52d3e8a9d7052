from django.db import migrations

from journal.addresses import mailbox


def spell_alike(apps, schema_editor):
    """Letters and refusals get their addresses as mailbox() spells them; of one mailbox one refusal stays."""
    Letter, LetterRefusal = (apps.get_model("journal", name) for name in ("Letter", "LetterRefusal"))
    for letter in Letter.objects.exclude(recipient__regex=r"^[ -~]*$").iterator():
        Letter.objects.filter(pk=letter.pk).update(recipient=mailbox(letter.recipient))
    for refusal in list(LetterRefusal.objects.exclude(address__regex=r"^[ -~]*$")):
        address = mailbox(refusal.address)
        if LetterRefusal.objects.filter(address=address).exclude(pk=refusal.pk).exists():
            refusal.delete()
        else:
            LetterRefusal.objects.filter(pk=refusal.pk).update(address=address)


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [migrations.RunPython(spell_alike, migrations.RunPython.noop)]
