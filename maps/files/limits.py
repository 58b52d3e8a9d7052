"""How much of geodata is taken, beside how large a file may be (sandbox.sizes).

Knows no Django: the child process reads these too.
"""

#: Rows of one layer, columns of one, and layers of one file.
MOST_ROWS, MOST_COLUMNS, MOST_LAYERS = 500_000, 500, 200
#: Corners of one geometry: a coastline of Belgium by the metre has fewer.
MOST_VERTICES = 20_000
#: Letters of a text that are kept, of a column's name, and of a shape as text: what has most corners takes half.
LONGEST_TEXT, LONGEST_NAME, LONGEST_SHAPE = 20_000, 200, 2_000_000
#: Letters of a source's own id.
LONGEST_ID = 200
#: Files in a zip, and letters in the name of one.
MOST_PACKED, LONGEST_PATH = 1_000, 250
#: Rows that are looked at before anything is read, and values that are shown of a column.
SAMPLE_ROWS, SAMPLE_VALUES = 1_000, 3
#: Rows that are worked on at once.
BATCH_ROWS = 5_000
#: Files by which the child hands on the rows that it read, and how many they are so far.
ROWS, PROGRESS = "rows.jsonl", "progress"
