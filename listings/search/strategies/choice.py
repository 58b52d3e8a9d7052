"""Which strategies read a part of a search, and what one leaves to the next. `Part.path` notes those that answered."""

from listings.search.parts import Found, Part, Piece, Taken, count_rows, take, with_condition
from listings.search.strategies import counted_cells, inverted_index, nearest, newest, sample


def first_page(part: Part, size: int, limit: int, *, all_of_few: bool = False) -> Taken:
    """The first `size` by (distance, id), and their number up to `limit`.

    `all_of_few` brings all of them where they are fewer than `limit`.
    """
    if _there_are_surely_more(part, limit):
        return Taken(next_page(part, size), limit)
    rows_wanted = limit if all_of_few else size
    if inverted_index.suits(part):
        found = take(inverted_index.some(part, limit), rows_wanted)
        part.path.append(inverted_index.NAME)
        return found if found.counted < limit else Taken(next_page(part, size), limit)
    found = nearest.first(part, rows_wanted, limit, counts_scanned=sample.suits(part))
    part.path.append(nearest.NAME)
    if found.counted >= limit or part.checked is None or not nearest.left_some(part, found):
        return Taken(found.rows, min(found.counted, limit))
    part.path.append(inverted_index.NAME)
    if len(found.rows) < size:
        return inverted_index.first(part, rows_wanted, limit)
    counted = count_rows(inverted_index.some(part, limit))
    if all_of_few and counted < limit:
        return inverted_index.first(part, rows_wanted, limit)
    return Taken(found.rows, counted)


def next_page(part: Part, size: int) -> list[Found]:
    """The first `size` by (distance, id), uncounted."""
    found = nearest.page_of(part, size)
    part.path.append(nearest.NAME)
    if len(found) == size or part.checked is None:
        return found
    if sample.suits(part) and sample.tells_of_more(part, nearest.SCANNED):
        # All of a hub, asked from another region: very many, but none close by. The inverted index would sort them.
        found = nearest.page_of(part, size, further=True)
        if len(found) == size:
            return found
    elif not nearest.holds_more(part):
        return found
    part.path.append(inverted_index.NAME)
    return inverted_index.page_of(part, size)


def newest_page(part: Part, size: int, after: Piece | None = None) -> list[Found]:
    """The first `size` by (published_at, id), newest first; those after a cursor's condition."""
    found = newest.first(newest.latest(part, after), size)
    part.path.append(newest.NAME)
    if len(found) == size:
        return found
    fallback = inverted_index if nearest.holds_more(part) else nearest
    part.path.append(fallback.NAME)
    return newest.first(with_condition(fallback.everything(part), after), size)


def count(part: Part, limit: int) -> int:
    """How many there are, counted no further than `limit`."""
    if counted_cells.suits(part) and counted_cells.tells_of_more(part, limit):
        part.path.append(counted_cells.NAME)
        return limit
    if inverted_index.suits(part):
        return _count_unless_sure(part, inverted_index.some(part, limit), limit, inverted_index.NAME)
    counted = _count_unless_sure(part, nearest.counting(part, limit), limit, nearest.NAME)
    if counted >= limit or part.checked is None or not nearest.holds_more(part):
        return counted
    part.path.append(inverted_index.NAME)
    return count_rows(inverted_index.some(part, limit))


def _count_unless_sure(part: Part, rows: Piece, limit: int, strategy: str) -> int:
    """How many rows of a strategy there are, up to `limit`; the sample may know that there are more."""
    counted = sample.count_unless_sure(part, rows, limit) if sample.suits(part) else count_rows(rows)
    part.path.append(sample.NAME if counted is None else strategy)
    return limit if counted is None else min(counted, limit)


def _there_are_surely_more(part: Part, limit: int) -> bool:
    """Whether counted cells or the sample show more than `limit` matches, so that nothing needs to be counted.

    False means that nobody knows yet: there may still be more.
    """
    for strategy in (counted_cells, sample):
        if strategy.suits(part) and strategy.tells_of_more(part, limit):
            part.path.append(strategy.NAME)
            return True
    return False
