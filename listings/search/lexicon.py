"""Words that listings have, and for a word that none has, the nearest of them.

Names of materials already stand roughly spelled (materials.search): a word of one is no mistake. Nor is what a search
leaves out ("-hout"), or has a digit or hyphen in it.
"""

import re
from dataclasses import replace

from django.db import connection, connections, router, transaction

from geo.locks import Lock, wait_for
from listings.models import SearchWord
from listings.search.parameters import SearchParameters

#: Below this similarity of trigrams another word is meant, unless one letter alone is missing, which changes half of
#: the trigrams of a short word. A wrong letter mostly makes another word ("plint", "plant").
ALIKE = 0.45
#: Letters that may be off: few in a word shorter than `long`, else many. More make another word: "strijken" is no
#: "strorijk".
MOST_OFF = {"long": 10, "few": 1, "many": 3}
#: Shorter words have too few trigrams to tell which was meant.
SHORTEST = 4
_WORD = re.compile(rf"(?<![\w-])[^\W\d_]{{{SHORTEST},}}(?![\w-])")


def with_known_words(parameters: SearchParameters) -> SearchParameters:
    """The search with each word that no published listing has replaced by the nearest that some have.

    A word that is like none stays. One query, and none for a search without words.
    """
    words = list(dict.fromkeys(_WORD.findall(parameters.q)))
    if not words:
        return parameters
    with connections[router.db_for_read(SearchWord)].cursor() as cursor:
        cursor.execute(NEAREST, {"words": words, "alike": ALIKE, "shortest": SHORTEST, **MOST_OFF})
        nearest = dict(cursor.fetchall())
    if not nearest:
        return parameters
    q = _WORD.sub(lambda found: nearest.get(found[0], found[0]), parameters.q)
    return replace(
        parameters,
        q=q,
        corrected=(*parameters.corrected, *((word, nearest[word]) for word in words if word in nearest)),
    )


@transaction.atomic
def rebuild_words() -> int:
    """Gather the words of all that is published anew; returns how many. Searches go on with the old ones meanwhile."""
    with connection.cursor() as cursor:
        # Reading every listing takes longer than a page may.
        cursor.execute("SET LOCAL statement_timeout = 0")
        wait_for(Lock.SEARCH_WORDS)
        cursor.execute("DELETE FROM listings_searchword")
        cursor.execute(_GATHER)
        gathered: int = cursor.rowcount
        cursor.execute("RESET statement_timeout")
    return gathered


#: Words known since the last gathering are asked of the listings themselves; counted rather than asked whether there
#: is one, since for that the planner would read all listings until it finds it.
NEAREST = """
WITH asked AS MATERIALIZED (
    SELECT word, (tsvector_to_array(to_tsvector('dutch_unaccent', word)))[1] AS lexeme
    FROM unnest(%(words)s::text[]) AS word
),
unknown AS MATERIALIZED (
    SELECT word, lexeme FROM asked
    WHERE length(lexeme) >= %(shortest)s::int
        AND NOT EXISTS (SELECT FROM listings_searchword known WHERE known.lexeme = asked.lexeme)
        AND NOT EXISTS (
            SELECT FROM materials_materialname names WHERE names.plain LIKE '%%' || geo_plain(asked.word) || '%%'
        )
)
SELECT unknown.word, nearest.written FROM unknown CROSS JOIN LATERAL (
    SELECT written FROM (
        SELECT *, similarity(known.lexeme, unknown.lexeme) AS alike,
            CASE WHEN length(unknown.lexeme) < 200 AND length(known.lexeme) = length(unknown.lexeme) + 1
            THEN levenshtein_less_equal(known.lexeme, unknown.lexeme, 1) <= 1 ELSE FALSE END AS lacks_one
        FROM listings_searchword known WHERE known.lexeme %% unknown.lexeme
    ) known
    WHERE (alike >= %(alike)s::float OR lacks_one)
        AND left(known.lexeme, 1) = left(unknown.lexeme, 1)
        AND length(known.lexeme) < 200 AND length(unknown.lexeme) < 200
        AND levenshtein(left(known.lexeme, 200), left(unknown.lexeme, 200)) <= CASE
            WHEN length(unknown.lexeme) < %(long)s::int THEN %(few)s::int ELSE %(many)s::int END
    ORDER BY lacks_one DESC, alike DESC, listings DESC, lexeme LIMIT 1
) nearest
WHERE (
    SELECT count(*) FROM listings_listing
    WHERE status = 'published' AND search_vector @@ quote_literal(unknown.lexeme)::tsquery
) = 0
"""

_GATHER = f"""
WITH stems AS (
    SELECT word AS lexeme, ndoc FROM ts_stat(
        'SELECT search_vector FROM listings_listing WHERE status = ''published'''
    ) WHERE word ~ '^[[:alpha:]]{{{SHORTEST},}}$'
),
forms AS (
    SELECT word, ndoc, (tsvector_to_array(to_tsvector('dutch_unaccent', word)))[1] AS lexeme FROM ts_stat(
        'SELECT to_tsvector(''simple'', title || '' '' || description) FROM listings_listing
         WHERE status = ''published'''
    ) WHERE word ~ '^[[:alpha:]]{{{SHORTEST},}}$'
),
usual AS (SELECT DISTINCT ON (lexeme) lexeme, word FROM forms ORDER BY lexeme, ndoc DESC, word)
INSERT INTO listings_searchword (lexeme, written, listings)
SELECT stems.lexeme, usual.word, stems.ndoc FROM stems JOIN usual USING (lexeme)
"""
