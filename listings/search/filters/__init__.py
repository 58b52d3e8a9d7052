"""The filters of the search, one object each, in the order in which a page names them.

A filter stands whole in one file: `what`, `where`, `properties` or `amounts`. The search, its cursors, the tiles, the
API's document and the page's chips ask the objects here, and name none of their parameters. docs/architecture.md
shows how one is added.
"""

from typing import Any

from listings.search.filters import amounts, properties, what, where
from listings.search.filters.base import Filter

FILTERS: tuple[Filter[Any, Any], ...] = (*what.FILTERS, *where.FILTERS, *properties.FILTERS, *amounts.FILTERS)
