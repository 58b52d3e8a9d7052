"""How large what strangers send may be: each limit once, named by what it protects. Knows no Django.

The child processes that read files know these too. Whoever compares a size takes it from here by its name
(`sizes.LARGEST_UPLOAD_BYTES`) at that moment; docs/operating.md says the same in a table.
"""

#: A file of a form or of the API, the same by either. It protects the disk of the front, where requests lie whole
#: before anybody looks at them, thousands at once.
LARGEST_UPLOAD_BYTES = 60_000_000
#: A whole request: that file, and the rest of its form.
LARGEST_REQUEST_BYTES = LARGEST_UPLOAD_BYTES + 1_000_000
#: What a program sends without a file in it. It protects the memory of a web process, which holds it whole.
LARGEST_BODY_BYTES = 20_000_000
#: A photo or a document that goes with something. It protects the disk on which these stay, and the memory of the
#: child process that looks at it.
LARGEST_ATTACHMENT_BYTES = 15_000_000
#: A list as text. It protects the memory of the child process, which has it whole before it knows the first row.
LARGEST_LIST_BYTES = 60_000_000
#: A file that an operator gives to a command, or has fetched. It protects the time and the disk of the reading.
LARGEST_FILE_BYTES = 300_000_000
#: What a zip or a workbook unpacks to: it protects the same from a small file that grows.
LARGEST_UNPACKED_BYTES = 600_000_000
