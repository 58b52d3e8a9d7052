"""The words that listings contain, by which a misspelled word in a search is recognised."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models


class SearchWord(models.Model):
    """A stem in titles and descriptions of published listings, as `listings.search.lexicon.rebuild_words` found it.

    `written` is the form in which most listings write it; `listings` is how many have it.
    """

    lexeme = models.TextField(primary_key=True)
    written = models.TextField()
    listings = models.IntegerField()

    class Meta:
        indexes = [GinIndex(fields=["lexeme"], opclasses=["gin_trgm_ops"], name="search_word_alike")]

    def __str__(self) -> str:
        return f"{self.written}: {self.listings}"
