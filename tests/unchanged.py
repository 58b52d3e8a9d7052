"""Whether anything in the database changed, whatever table it stands in."""

from collections.abc import Iterable

from django.db import connection


def written() -> dict[str, int]:
    """How many rows of each table this transaction has written so far, also what was undone. Sessions don't count."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE relname <> 'django_session' AND schemaname NOT LIKE 'pg_temp%'"
        )
        return dict(cursor.fetchall())


def digest_of(tables: Iterable[str]) -> dict[str, tuple[int, str]]:
    """How many rows each table has, and a number that tells what is in them."""
    return {table: _digest(table) for table in tables}


def _digest(table: str) -> tuple[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), md5(coalesce(string_agg(line, '' ORDER BY line), ''))"
            f" FROM (SELECT md5(t::text) AS line FROM {connection.ops.quote_name(table)} t) lines"
        )
        found: tuple[int, str] = cursor.fetchone()
        return found
