import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.lookups
import geo.sql
from django.conf import settings
from django.db import migrations, models

from maps.migrations._plain_protocol import between


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_a_number_that_several_claim'),
        ('geo', '0004_municipalities_have_an_english_name'),
        ('maps', '0009_files_are_cleared_and_undone_by_a_worker'),
        ('materials', '0002_what_a_material_asks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *between(
            migrations.AlterField(
                model_name='mapfeature',
                name='created_by',
                field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AlterField(
                model_name='mapfeature',
                name='material',
                field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='materials.material', verbose_name='materiaal'),
            ),
            migrations.AlterField(
                model_name='mapfeature',
                name='owner',
                field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='eigenaar bij de hub'),
            ),
            migrations.AlterField(
                model_name='mapfeature',
                name='source_organisation',
                field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='map_features', to='accounts.organisation', verbose_name='organisatie van de bron'),
            ),
        ),
        migrations.AddIndex(
            model_name='mapfeature',
            index=django.contrib.postgres.indexes.GistIndex(models.F('layer'), models.Case(models.When(models.Q(('state', 'published')), then=models.F('visibility')), models.When(models.Q(('state', 'withdrawn'), _negated=True), then=django.db.models.expressions.CombinedExpression(models.F('visibility'), '-', models.Value(4))), output_field=models.IntegerField()), models.F('position'), condition=models.Q(django.db.models.lookups.IsNull(models.Case(models.When(models.Q(('state', 'published')), then=models.F('visibility')), models.When(models.Q(('state', 'withdrawn'), _negated=True), then=django.db.models.expressions.CombinedExpression(models.F('visibility'), '-', models.Value(4))), output_field=models.IntegerField()), False)), name='feature_seen_at'),
        ),
        migrations.AddIndex(
            model_name='mapfeature',
            index=django.contrib.postgres.indexes.GistIndex(models.F('layer'), models.Case(models.When(models.Q(('state', 'published')), then=models.F('visibility')), models.When(models.Q(('state', 'withdrawn'), _negated=True), then=django.db.models.expressions.CombinedExpression(models.F('visibility'), '-', models.Value(4))), output_field=models.IntegerField()), models.F('position'), condition=models.Q(django.db.models.lookups.IsNull(models.Case(models.When(models.Q(('state', 'published')), then=models.F('visibility')), models.When(models.Q(('state', 'withdrawn'), _negated=True), then=django.db.models.expressions.CombinedExpression(models.F('visibility'), '-', models.Value(4))), output_field=models.IntegerField()), False), django.db.models.lookups.Exact(models.Func(models.F('id'), output_field=models.IntegerField(), template='(hashint8(%(expressions)s) & 15)'), geo.sql.Literal(0))), name='feature_sampled_16'),
        ),
        migrations.AddIndex(
            model_name='mapfeature',
            index=django.contrib.postgres.indexes.GistIndex(models.F('layer'), models.Case(models.When(models.Q(('state', 'published')), then=models.F('visibility')), models.When(models.Q(('state', 'withdrawn'), _negated=True), then=django.db.models.expressions.CombinedExpression(models.F('visibility'), '-', models.Value(4))), output_field=models.IntegerField()), models.F('position'), condition=models.Q(django.db.models.lookups.IsNull(models.Case(models.When(models.Q(('state', 'published')), then=models.F('visibility')), models.When(models.Q(('state', 'withdrawn'), _negated=True), then=django.db.models.expressions.CombinedExpression(models.F('visibility'), '-', models.Value(4))), output_field=models.IntegerField()), False), django.db.models.lookups.Exact(models.Func(models.F('id'), output_field=models.IntegerField(), template='(hashint8(%(expressions)s) & 127)'), geo.sql.Literal(0))), name='feature_sampled_128'),
        ),
        migrations.AddIndex(
            model_name='mapfeature',
            index=django.contrib.postgres.indexes.GistIndex(models.F('layer'), models.Case(models.When(models.Q(('state', 'published')), then=models.F('visibility')), models.When(models.Q(('state', 'withdrawn'), _negated=True), then=django.db.models.expressions.CombinedExpression(models.F('visibility'), '-', models.Value(4))), output_field=models.IntegerField()), models.F('position'), condition=models.Q(django.db.models.lookups.IsNull(models.Case(models.When(models.Q(('state', 'published')), then=models.F('visibility')), models.When(models.Q(('state', 'withdrawn'), _negated=True), then=django.db.models.expressions.CombinedExpression(models.F('visibility'), '-', models.Value(4))), output_field=models.IntegerField()), False), django.db.models.lookups.Exact(models.Func(models.F('id'), output_field=models.IntegerField(), template='(hashint8(%(expressions)s) & 1023)'), geo.sql.Literal(0))), name='feature_sampled_1024'),
        ),
        migrations.AddIndex(
            model_name='mapfeature',
            index=models.Index(fields=['material', 'layer'], name='feature_of_material'),
        ),
        migrations.AddIndex(
            model_name='mapfeature',
            index=models.Index(models.F('source_organisation'), models.F('layer'), models.Case(models.When(models.Q(('state', 'published')), then=models.F('visibility')), models.When(models.Q(('state', 'withdrawn'), _negated=True), then=django.db.models.expressions.CombinedExpression(models.F('visibility'), '-', models.Value(4))), output_field=models.IntegerField()), name='feature_of_source'),
        ),
        migrations.AddIndex(
            model_name='mapfeature',
            index=models.Index(models.F('owner'), models.F('layer'), models.Case(models.When(models.Q(('state', 'published')), then=models.F('visibility')), models.When(models.Q(('state', 'withdrawn'), _negated=True), then=django.db.models.expressions.CombinedExpression(models.F('visibility'), '-', models.Value(4))), output_field=models.IntegerField()), name='feature_of_owner'),
        ),
        migrations.AddIndex(
            model_name='mapfeature',
            index=models.Index(models.F('created_by'), models.F('layer'), models.Case(models.When(models.Q(('state', 'published')), then=models.F('visibility')), models.When(models.Q(('state', 'withdrawn'), _negated=True), then=django.db.models.expressions.CombinedExpression(models.F('visibility'), '-', models.Value(4))), output_field=models.IntegerField()), name='feature_begun_by'),
        ),
        migrations.AddIndex(
            model_name='mapfeature',
            index=models.Index(condition=models.Q(('state', 'published'), ('verify_by__isnull', False)), fields=['layer', 'verify_by'], name='feature_to_verify_of_layer'),
        ),
    ]
