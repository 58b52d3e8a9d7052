"""The ways to read a search, by name, each in a file that says when it is chosen; choice.py chooses.

Two tell that there are plenty without counting them: `counted_cells` and `sample`. Three find listings: `nearest`,
`newest` and `inverted_index`. The path of a search names those that gave its answer (listings.search.path_header).
"""
