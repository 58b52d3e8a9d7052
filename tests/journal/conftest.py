import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker


@pytest.fixture(scope="package", autouse=True)
def ids_like_no_other_number(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """An id that a line shows can't be taken for a year, a postcode or an amount: all ids have eight odd digits."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 31415926) FROM pg_sequences"
            " WHERE schemaname = 'public' AND max_value > 31415926 AND coalesce(last_value, 0) < 31415926"
        )
