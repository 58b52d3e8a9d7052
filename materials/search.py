"""Finds the materials that a text names, and those that whoever typed it may have meant."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from materials.models import Material
from materials.recognise import LONGEST_NAME, recogniser
from materials.word_forms import words_of

#: How like a name what was typed must be (0 to 1): to be suggested, and to be taken for the material that it names.
#: What is spelled alike but wasn't understood stays below the second, whatever its letters.
ROUGHLY, CLOSELY = 0.3, 0.65


@dataclass(frozen=True)
class MaterialHit:
    """A material that was found, by which of its names, and how sure it is that it was meant (0..1)."""

    material: Material
    name: str
    likeness: float


def find_materials(text: str, language: str, limit: int = 8, closely: bool = False) -> list[MaterialHit]:
    """The materials that a text most likely means, the best first. Two queries; one if `closely`.

    Those that it names come first (materials.recognise): "stalen balken" are steel profiles. Then come names that
    begin with it and names that are spelled alike, in `language` before others, as suggestions to whoever is typing.
    `closely` leaves suggestions out.
    """
    plain = text.strip()[:LONGEST_NAME]
    if not plain:
        return []
    suggested: dict[str, tuple[str, float]] = {}
    met = {one.code: (one.name, one.likeness) for one in recogniser().named(plain, language)}
    for code, name, likeness in () if closely else _spelled_alike(plain, language, limit):
        if not met or _goes_with(code, name, plain, met):
            suggested.setdefault(code, (name, likeness))
    met = met | {code: suggestion for code, suggestion in suggested.items() if code not in met}
    materials = Material.objects.in_bulk(met, field_name="code") if met else {}
    hits = [MaterialHit(materials[code], name, likeness) for code, (name, likeness) in met.items()]
    return sorted(hits, key=lambda hit: -hit.likeness)[:limit]


def _goes_with(code: str, name: str, typed: str, met: Iterable[str]) -> bool:
    """Whether a suggestion has to do with what was understood: it is of one family, or its name holds what was typed.

    Beside wooden beams ("houten balken") bolts ("bouten") and balls only look alike.
    """
    lines = recogniser().code_and_above
    same_family = lines[code][-1] in {lines[other][-1] for other in met}
    return same_family or "".join(words_of(typed)) in "".join(words_of(name))


def _spelled_alike(plain: str, language: str, limit: int) -> list[tuple[str, str, float]]:
    """Codes of materials, each with the name that is alike and how much it is, the likest first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            _QUERY, {"text": plain, "language": language, "roughly": ROUGHLY, "closely": CLOSELY, "limit": limit}
        )
        found: list[tuple[str, str, float]] = cursor.fetchall()
    return found


#: The trigram index brings the names that may be meant: those alike as a whole or word by word, and those that hold
#: what was typed. Only these get a score, since scoring every name takes ten times as long.
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
    WHERE likeness >= %(roughly)s::float ORDER BY material_id, likeness DESC, name
)
SELECT material.code, best.name,
    CASE WHEN best.likeness >= 1.0 THEN 1.0 ELSE %(roughly)s::float
        + (best.likeness - %(roughly)s::float) * (%(closely)s::float - %(roughly)s::float) END::float
FROM best JOIN materials_material material ON material.id = best.material_id
ORDER BY best.likeness DESC, material.depth, material.tree_left LIMIT %(limit)s
"""
