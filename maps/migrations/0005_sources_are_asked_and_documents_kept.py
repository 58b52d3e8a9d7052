import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('maps', '0004_changed_lately'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='VerificationRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('begun_at', models.DateTimeField()),
                ('letters', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('answer', models.CharField(blank=True, choices=[('still_so', 'klopt nog'), ('changed', 'veranderd'), ('gone', 'weg'), ('lapsed', 'geen antwoord'), ('moved', 'intussen nagekeken')], max_length=12, verbose_name='antwoord van de bron')),
                ('words', models.TextField(blank=True, max_length=1000, verbose_name='wat er veranderde')),
                ('feature', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='verification_rounds', to='maps.mapfeature')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['due_at', 'person'], name='verification_round_due')],
                'constraints': [models.UniqueConstraint(fields=('feature', 'number'), name='verification_round_once'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('feature',), name='verification_round_open_once'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('due_at__isnull', False), ('ended_at__isnull', True)), models.Q(('answer__in', ['still_so', 'changed', 'gone', 'lapsed', 'moved']), ('due_at__isnull', True), ('ended_at__isnull', False)), _connector='OR'), name='verification_round_ends_with_answer'), models.CheckConstraint(condition=models.Q(models.Q(('answer', 'changed'), _negated=True), models.Q(('words', ''), _negated=True), _connector='OR'), name='verification_round_changed_says_what', violation_error_message='Zeg in een paar woorden wat er veranderde.')],
            },
        ),
        migrations.CreateModel(
            name='MapFeatureDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(max_length=200, upload_to='map-documents', verbose_name='bestand')),
                ('kind', models.CharField(choices=[('pdf', 'pdf'), ('docx', 'tekst van Word'), ('xlsx', 'werkboek van Excel'), ('pptx', 'presentatie van PowerPoint'), ('odt', 'tekst van LibreOffice'), ('ods', 'rekenblad van LibreOffice'), ('odp', 'presentatie van LibreOffice'), ('png', 'PNG-beeld'), ('jpg', 'JPEG-beeld'), ('webp', 'WebP-beeld')], max_length=5, verbose_name='soort')),
                ('name', models.CharField(max_length=120, verbose_name='naam')),
                ('size_bytes', models.PositiveIntegerField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('created_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('feature', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='maps.mapfeature')),
            ],
            options={
                'verbose_name': 'document',
                'verbose_name_plural': 'documenten',
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['pdf', 'docx', 'xlsx', 'pptx', 'odt', 'ods', 'odp', 'png', 'jpg', 'webp'])), name='map_document_kind_known'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='map_document_named')],
            },
        ),
    ]
