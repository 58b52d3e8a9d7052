"""Takes from the child process what reading a file never needs: sockets.

GDAL and PROJ can fetch addresses that a file names: a schema, a coordinate system. Here the kernel refuses them a
socket, whatever they are led to do (seccomp, which needs no rights and which containers allow).
"""

import ctypes
import errno
import os
import platform
import struct

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
#: By machine: how the kernel names it, and the numbers of its calls socket, socketpair and io_uring_setup.
_CALLS = {"x86_64": (0xC000003E, (41, 53, 425)), "aarch64": (0xC00000B7, (198, 199, 425))}
#: Instructions of the kernel's small language: load a word, compare, answer. At 0 is the call, at 4 the machine.
_LOAD, _EQUAL, _ANSWER = 0x20, 0x15, 0x06


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def forbid_network() -> None:
    """From here on this process and its threads can open no socket. Raises OSError where the kernel can't do that."""
    machine, calls = _CALLS[platform.machine()]
    lines = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, machine), (_ANSWER, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    # Each comparison jumps over those that are left, and over the answer that allows.
    lines += [(_EQUAL, len(calls) - place, 0, call) for place, call in enumerate(calls)]
    lines += [(_ANSWER, 0, 0, _ALLOW), (_ANSWER, 0, 0, _REFUSE)]
    code = b"".join(struct.pack("HBBI", *line) for line in lines)
    program = _Program(len(lines), code)
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in (
        (_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0),
    ):
        if libc.prctl(*(ctypes.c_ulong(one) if isinstance(one, int) else one for one in arguments)) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), "prctl")
