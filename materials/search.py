"""Finding a material by any of its names, spelled roughly."""

from dataclasses import dataclass

from django.db import connection

from materials.models import Material

#: No name is longer.
LONGEST_NAME = 80
#: Below these similarities a name isn't meant: for suggestions, and for widening a text search.
ROUGHLY, CLOSELY = 0.3, 0.65


@dataclass(frozen=True)
class MaterialHit:
    """A found material, the name that was met, and how well (0..1)."""

    material: Material
    name: str
    likeness: float


def find_materials(text: str, language: str, limit: int = 8, closely: bool = False) -> list[MaterialHit]:
    """Best materials for what was typed: the whole name, then its beginning, then trigrams; one query and the rows.

    Names in `language` win ties, then the wider material; but of names that stand within what was typed, the narrower
    wins: "houten balken" holds "hout" as much as "balk", and means beams. `closely` keeps only what is nearly spelled
    out.
    """
    plain = text.strip()[:LONGEST_NAME]
    if not plain:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _QUERY, {"text": plain, "language": language, "least": CLOSELY if closely else ROUGHLY, "limit": limit}
        )
        found = cursor.fetchall()
    materials = Material.objects.in_bulk([row[0] for row in found])
    return [MaterialHit(materials[pk], name, likeness) for pk, name, likeness in found]


#: Names are met through their trigram index: alike as a whole or word by word, or part of a longer name. Only those
#: are scored: scoring every name takes ten times as long.
_QUERY = """
WITH asked AS MATERIALIZED (SELECT geo_plain(%(text)s::text) AS plain),
parts AS MATERIALIZED (
    SELECT plain AS part FROM asked
    UNION SELECT part FROM asked, regexp_split_to_table(asked.plain, '[^[:alnum:]]+') AS part WHERE length(part) > 1
),
met AS MATERIALIZED (
    SELECT names.* FROM parts JOIN materials_materialname names ON names.plain %% parts.part
    UNION SELECT names.* FROM asked JOIN materials_materialname names ON names.plain %%> asked.plain
    UNION SELECT names.* FROM asked JOIN materials_materialname names
        ON names.plain LIKE '%%' || replace(replace(asked.plain, '%%', ''), '_', '') || '%%'
),
scored AS (
    SELECT met.material_id, met.name,
        CASE
            WHEN met.plain = asked.plain THEN 1.0
            WHEN starts_with(met.plain, asked.plain)
                THEN 0.9 + 0.09 * length(asked.plain) / greatest(length(met.plain), 1)
            ELSE 0.89 * greatest(
                similarity(met.plain, asked.plain),
                0.95 * word_similarity(asked.plain, met.plain),
                0.9 * word_similarity(met.plain, asked.plain) + 0.002 * material.depth
            )
        END + CASE WHEN met.language = %(language)s THEN 0.005 ELSE 0 END AS likeness
    FROM met JOIN materials_material material ON material.id = met.material_id CROSS JOIN asked
),
best AS (
    SELECT DISTINCT ON (material_id) material_id, name, likeness FROM scored
    WHERE likeness >= %(least)s::float ORDER BY material_id, likeness DESC, name
)
SELECT best.material_id, best.name, least(best.likeness, 1.0)::float
FROM best JOIN materials_material material ON material.id = best.material_id
ORDER BY best.likeness DESC, material.depth, material.tree_left LIMIT %(limit)s
"""
