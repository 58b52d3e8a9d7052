"""Readers that look around in the child process, for tests of what it can do and takes."""

import json
import re
import socket
from pathlib import Path
from typing import IO, Any

from maps.files.child.gdal import load
from maps.files.child.isolation import forbid_network
from maps.files.child.reading import read
from maps.files.child.sniffing import Format

_OUTLINE = Path(__file__).parents[2] / "geo" / "data" / "belgium.geojson"
_NO_CHOICE: dict[str, Any] = {
    "layer": None, "srid": None, "swapped": False, "repair": False, "id_column": "", "columns": {}, "encoding": "",
    "placeless": False,
}  # fmt: skip


def look_around(file: IO[bytes], folder: str) -> bytes:
    """Which drivers of GDAL there are, and what becomes of who wants a socket."""
    forbid_network()
    drivers = list(load(Format.GEOJSON, Path(folder)).list_drivers())
    try:
        socket.socket()
    except PermissionError as error:
        return json.dumps({"drivers": drivers, "socket": error.strerror}).encode()
    return json.dumps({"drivers": drivers, "socket": "open"}).encode()


def read_measured(file: IO[bytes], folder: str) -> bytes:
    """What reading a file answers, with the most memory that it took."""
    ground = {"outline": str(_OUTLINE), "flanders": [2.53, 50.66, 5.93, 51.52]}
    answer = json.loads(read(file, folder, ground, _NO_CHOICE))
    # What getrusage says begins with the parent's memory.
    (peak_kb,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return json.dumps({**answer, "peak_bytes": int(peak_kb) * 1024}).encode()
