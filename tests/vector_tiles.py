"""Reading Mapbox vector tiles, as far as tests need: layers, properties and points."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import asinh, floor, pi, radians, tan
from typing import Any


def tile_of(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    """The tile of a zoom that holds a place: zoom, column, row."""
    return z, floor((lon + 180) / 360 * 2**z), floor((1 - asinh(tan(radians(lat))) / pi) / 2 * 2**z)


@dataclass
class Layer:
    """A layer of a tile; each feature is its properties, a point also "x" and "y" (0 to extent, right and down)."""

    name: str = ""
    extent: int = 4096
    features: list[dict[str, Any]] = field(default_factory=list)


def read_tile(body: bytes) -> dict[str, Layer]:
    """Layers by name. Raises ValueError for what is no tile."""
    layers = [_layer(value) for number, value in _fields(body) if number == 3]
    return {layer.name: layer for layer in layers}


def _fields(body: bytes) -> Iterator[tuple[int, Any]]:
    place = 0
    value: int | bytes
    while place < len(body):
        key, place = _varint(body, place)
        kind = key & 7
        if kind == 0:
            value, place = _varint(body, place)
        elif kind == 1:
            value, place = body[place : place + 8], place + 8
        elif kind == 2:
            length, place = _varint(body, place)
            value, place = body[place : place + length], place + length
        elif kind == 5:
            value, place = body[place : place + 4], place + 4
        else:
            raise ValueError(f"No such wire type: {kind}")
        yield key >> 3, value


def _varint(body: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = body[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if not byte & 128:
            return value, place


def _packed(body: bytes) -> list[int]:
    place, values = 0, []
    while place < len(body):
        value, place = _varint(body, place)
        values.append(value)
    return values


def _layer(body: bytes) -> Layer:
    layer, keys, values, features = Layer(), list[str](), list[Any](), list[bytes]()
    for number, value in _fields(body):
        match number:
            case 1:
                layer.name = value.decode()
            case 2:
                features.append(value)
            case 3:
                keys.append(value.decode())
            case 4:
                values.append(_value(value))
            case 5:
                layer.extent = value
    layer.features = [_feature(feature, keys, values) for feature in features]
    return layer


def _value(body: bytes) -> Any:
    ((number, value),) = _fields(body)
    match number:
        case 1:
            return value.decode()
        case 2:
            return struct.unpack("<f", value)[0]
        case 3:
            return struct.unpack("<d", value)[0]
        case 6:
            return _unzigzag(value)
        case 7:
            return bool(value)
    return value


def _feature(body: bytes, keys: list[str], values: list[Any]) -> dict[str, Any]:
    parts = dict(_fields(body))
    tags = _packed(parts.get(2, b""))
    found = {keys[key]: values[value] for key, value in zip(tags[::2], tags[1::2], strict=True)}
    if parts.get(3) == 1:
        _command, x, y = _packed(parts[4])[:3]
        found |= {"x": _unzigzag(x), "y": _unzigzag(y)}
    return found


def _unzigzag(value: int) -> int:
    return (value >> 1) ^ -(value & 1)
