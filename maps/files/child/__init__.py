"""What runs in the child process that reads and writes geodata (maps.files.reading and .writing start it).

Nothing here knows Django. What a stranger's file may and may not do is decided here; words for it stand in
maps.files.refusals.
"""
