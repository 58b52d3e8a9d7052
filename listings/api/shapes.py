"""The shapes of the listings' answers in the OpenAPI document, as rows.py defines them.

A name in capitals is a component of it: see marketplace.schema.
"""

from geo.api.openapi import shape_of
from listings.api import duplicate_rows, rows

PHOTO = shape_of(rows.PhotoRow)
CARD = shape_of(rows.CardRow)
LISTING = shape_of(rows.ListingRow, or_more=rows.OwnListingRow)
LISTINGS = shape_of(rows.ListingsRow)
LISTINGS_MADE = shape_of(rows.ListingsMadeRow)

SEARCH_RESULT = rows.FOUND
SEARCH_PAGE = shape_of(rows.SearchPageRow)
SEARCH_FEATURES = shape_of(rows.SearchFeaturesRow)
SEARCH_FACETS = shape_of(rows.SearchFacetsRow)

DUPLICATES = shape_of(duplicate_rows.DuplicatesRow)
NO_DUPLICATES = shape_of(duplicate_rows.NoDuplicatesRow)
NO_DUPLICATE_SAID = shape_of(duplicate_rows.SaidRow)

BOOKING = shape_of(rows.BookingRow)
CAPACITY = shape_of(rows.CapacityRow)
