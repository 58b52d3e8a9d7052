from django.contrib.postgres.operations import CreateExtension
from django.db import migrations


class Migration(migrations.Migration):
    """levenshtein_less_equal(), for words that lack a letter."""

    dependencies = [("listings", "0014_match_fingerprint")]

    operations = [CreateExtension("fuzzystrmatch")]
