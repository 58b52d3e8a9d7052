"""A worker that can be killed in the middle of a letter: for each number on its input a child of it makes one attempt
to send that letter. It answers with the child's process id, and once the child is over with how it ended.
"""

import os
import sys

import django
from django.utils import timezone

if __name__ == "__main__":
    django.setup()
    # Only now are the settings there that these read.
    from journal.delivery import send

    for line in sys.stdin:
        child = os.fork()
        if not child:
            send(letter_id=int(line), at=timezone.now())
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        _child, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()
