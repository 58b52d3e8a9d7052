
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchanges', '0020_a_hub_follows_agreements_up'),
        ('materials', '0002_what_a_material_asks'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='impactentry',
            name='impact_known_or_why',
        ),
        migrations.AlterField(
            model_name='impactentry',
            name='confirmation',
            field=models.CharField(choices=[('both', 'door beide bevestigd'), ('one_sided', 'door één partij opgegeven'), ('disputed', 'betwist'), ('hub', 'door de hub vastgesteld'), ('nothing', 'niets overgedragen')], max_length=10),
        ),
        migrations.AlterField(
            model_name='impactentry',
            name='unknown',
            field=models.CharField(blank=True, choices=[('weight', 'het gewicht is niet bekend'), ('factor', 'geen bron zegt wat het maken van dit materiaal uitstoot'), ('distance', 'de afstand is niet bekend'), ('service', 'een dienst: wat ze vermijdt, telt bij wie het daarna krijgt'), ('disputed', 'betwist: de hub beslist nog')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='impactentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('avoided_kg_co2e__isnull', False), ('high_kg_co2e__isnull', False), ('low_kg_co2e__isnull', False), ('unknown', '')), models.Q(('avoided_kg_co2e', None), ('high_kg_co2e', None), ('low_kg_co2e', None), ('unknown__in', ['weight', 'factor', 'distance', 'service', 'disputed'])), _connector='OR'), name='impact_known_or_why'),
        ),
    ]
