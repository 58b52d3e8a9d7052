"""Choices that several forms offer."""

#: Nothing is chosen.
NONE_CHOSEN = ("", "—")
