"""How well judged searches find what they should: nDCG@10 and precision@10 of the page's first results."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.utils import translation

from benchmarks import databases, report
from benchmarks.relevance import judged
from benchmarks.relevance.judged import Judged, Row
from benchmarks.report import Target, say
from frontend.search.page import find, read_address

#: How many of the first results are judged.
SHOWN = 10
LEAST_NDCG = 0.92
LISTINGS, QUICK_LISTINGS = 20_000, 3_000
#: To be quick, one in so many searches is judged.
QUICK_EACH = 10
#: Searches that are printed, the worst first.
WORST = 25


@dataclass(frozen=True)
class Figures:
    """Of one search: both figures (0 to 1), and how many unwanted listings stand among the first ten."""

    judged: Judged
    ndcg: float
    precision: float
    unwanted: int


def run(*, quick: bool) -> list[Target]:
    """Both sets on the page, without a place but those that are typed."""
    databases.whole(QUICK_LISTINGS if quick else LISTINGS)
    report.ready()
    rows = {row.pk: row for row in judged.rows()}
    listed = judged.by_code(rows.values())
    asked = {name: judged.read(name)[:: QUICK_EACH if quick else 1] for name in judged.SETS}
    measured = {name: [_figures(one, rows, listed) for one in searches] for name, searches in asked.items()}
    told = {name: [one for one in figures if one is not None] for name, figures in measured.items()}
    report.table(
        f"Judged searches, the first {SHOWN} results",
        ["", "nDCG@10", "precision@10", "unwanted", "searches", "nothing to find"],
        [
            (name, _mean(one.ndcg for one in figures), _mean(one.precision for one in figures),
             sum(one.unwanted for one in figures), len(figures), len(measured[name]) - len(figures))
            for name, figures in told.items()
        ],
    )  # fmt: skip
    _print_worst([one for one in told["tuning"] if one.ndcg < LEAST_NDCG])
    return [
        Target(f"nDCG@10, {name.replace('_', ' ')}", _mean(one.ndcg for one in figures), LEAST_NDCG, "at least")
        for name, figures in told.items()
    ]


def _print_worst(figures: list[Figures]) -> None:
    """Of the searches to mend by; of those that are held out nobody should know."""
    if figures:
        say(f"\nThe worst of {len(figures)} tuning searches below {LEAST_NDCG}")
    for one in sorted(figures, key=lambda one: one.ndcg)[:WORST]:
        say(f"  {one.ndcg:.2f} {one.precision:.2f}  {one.judged.query}")


def _figures(asked: Judged, rows: Mapping[int, Row], listed: Mapping[str, Sequence[Row]]) -> Figures | None:
    """None where no listing is worth anything to the search, so that nothing can be found well."""
    best = sorted((judged.gain(asked, row) for row in judged.may_suit(asked, listed)), reverse=True)[:SHOWN]
    shown = shown_by(asked)
    if asked.wants_nothing:
        right = float(not shown)
        return Figures(asked, right, right, _unwanted(asked, shown, rows))
    if not best or not best[0]:
        return None
    gains = [judged.gain(asked, rows[pk]) for pk in shown]
    worth = sum(gain > 0 for gain in gains)
    could = sum(gain > 0 for gain in best)
    return Figures(
        asked, _discounted(gains) / _discounted(best), worth / max(len(shown), could), _unwanted(asked, shown, rows)
    )


def shown_by(asked: Judged) -> list[int]:
    """The first listings that the page shows to who types the search and nothing else."""
    query = QueryDict(mutable=True)
    query["q"] = asked.query
    with translation.override(asked.language):
        results = find(read_address(query), AnonymousUser())
    return [found.pk for found in results.page.found[:SHOWN]] if results else []


def _unwanted(asked: Judged, shown: Sequence[int], rows: Mapping[int, Row]) -> int:
    return sum(any(line[0] in asked.unwanted for line in rows[pk].codes) for pk in shown)


def _discounted(gains: Sequence[int]) -> float:
    """Discounted cumulative gain: what stands lower counts less."""
    return sum((2**gain - 1) / math.log2(place + 2) for place, gain in enumerate(gains))


def _mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else 0.0
