"""What staff of a hub do in the name of a partner that asked them to: what is kept of who asked, and how."""

#: Letters of that.
LONGEST_BEHALF_NOTE = 200
