"""Mail that comes in, where people reply to, and what comes with a message by mail."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchanges', '0002_conversations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='left_out',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='message',
            name='whole_text',
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name='message',
            name='text',
            field=models.TextField(blank=True, max_length=4000, verbose_name='bericht'),
        ),
        migrations.CreateModel(
            name='InboundMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recipient', models.CharField(max_length=320, verbose_name='aan')),
                ('envelope_sender', models.CharField(blank=True, max_length=320)),
                ('sender', models.CharField(blank=True, max_length=320, verbose_name='van')),
                ('message_id', models.CharField(blank=True, max_length=300)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveIntegerField()),
                ('raw', models.BinaryField()),
                ('source', models.CharField(choices=[('smtp', 'via SMTP'), ('webhook', 'via een maildienst')], max_length=10)),
                ('received_at', models.DateTimeField(verbose_name='ontvangen')),
                ('copies', models.PositiveIntegerField(default=1)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('outcome', models.CharField(choices=[('waiting', 'wacht'), ('taken', 'in het gesprek gezet'), ('auto_reply', 'automatisch antwoord'), ('bounce', 'onbestelbaar bericht'), ('own_address', 'van onszelf'), ('unknown_address', 'onbekend antwoordadres'), ('wrong_sender', 'van een ander mailadres'), ('no_part', 'hoort niet meer bij het gesprek'), ('closed', 'gesprek gesloten'), ('too_large', 'te groot'), ('too_long', 'te lange tekst'), ('empty', 'geen eigen tekst of foto'), ('unreadable', 'niet te lezen')], default='waiting', max_length=16, verbose_name='afloop')),
                ('handled_at', models.DateTimeField(null=True)),
                ('became', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='mail', to='exchanges.message')),
                ('conversation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='exchanges.conversation')),
            ],
            options={
                'verbose_name': 'binnengekomen mail',
                'verbose_name_plural': 'binnengekomen mails',
                'indexes': [models.Index(condition=models.Q(('handled_at__isnull', True)), fields=['received_at'], name='inbound_waiting'), models.Index(condition=models.Q(('handled_at__isnull', False)), fields=['handled_at'], name='inbound_read')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('message_id', ''), _negated=True), fields=('recipient', 'message_id'), name='inbound_message_once'), models.UniqueConstraint(fields=('recipient', 'sha256'), name='inbound_content_once'), models.CheckConstraint(condition=models.Q(('outcome__in', ['waiting', 'taken', 'auto_reply', 'bounce', 'own_address', 'unknown_address', 'wrong_sender', 'no_part', 'closed', 'too_large', 'too_long', 'empty', 'unreadable'])), name='inbound_outcome_known'), models.CheckConstraint(condition=models.Q(models.Q(('handled_at__isnull', True), ('outcome', 'waiting')), models.Q(models.Q(('outcome', 'waiting'), _negated=True), ('handled_at__isnull', False)), _connector='OR'), name='inbound_handled_says_when')],
            },
        ),
        migrations.CreateModel(
            name='MessagePhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('webp', models.BinaryField()),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='exchanges.message')),
            ],
            options={
                'ordering': ['message', 'position'],
                'constraints': [models.UniqueConstraint(fields=('message', 'position'), name='message_photo_position_once')],
            },
        ),
        migrations.CreateModel(
            name='ReplyAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(blank=True, choices=[('requester', 'de aanvrager'), ('owner', 'de eigenaar van het zoekertje')], max_length=10)),
                ('nonce', models.CharField(max_length=32)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('is_current', models.BooleanField(default=True)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reply_addresses', to='exchanges.conversation')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('conversation', 'user'), name='reply_address_one_current')],
            },
        ),
    ]
