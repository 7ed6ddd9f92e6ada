"""What a segment holds: the shape of some spans of one trace, and their words. Pure.

A shape is JSON, compressed: a list of spans, each a map of one-letter keys without what
has its default, times relative to the first. Words stand apart by class, each distinct
text once; a part of the shape says which it is. Keys and codes are stored: they are
only ever added to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from enum import StrEnum
from typing import Any, TypeVar

import orjson
import zstandard

from traces.providers.values import to_json
from traces.spans import (
    Direction,
    Fidelity,
    Kind,
    Part,
    PartKind,
    PartShape,
    Span,
    SpanFacts,
    SpanShape,
    Usage,
    WordClass,
)

# Any: a shape in its stored form is JSON.
Stored = dict[str, Any]
# From words to what tells them from others: keyed, for a plain digest in a shape would
# let anybody who has a dump try words against it, after their erasure too.
Fingerprint = Callable[[bytes], str]
Code = TypeVar("Code", bound=StrEnum)

# A text of so many characters is worth knowing again when it is sent once more.
LONG_TEXT = 1_000
_LEVEL = 6
# Refuses what would unpack to more than any segment can hold.
_MOST_UNPACKED = 256 * 1024 * 1024

_KINDS = tuple(Kind)
_PART_KINDS = tuple(PartKind)
_CLASSES = tuple(WordClass)
_DIRECTIONS = tuple(Direction)
_FIDELITIES = tuple(Fidelity)
# Plain facts of a span by the key they are stored under.
_KEYS = {
    "i": "span_id",
    "p": "parent_id",
    "n": "name",
    "x": "failed",
    "e": "error_type",
    "D": "dialect",
    "S": "service",
    "E": "environment",
    "R": "release",
    "a": "agent",
    "P": "provider",
    "M": "model_asked",
    "m": "model",
    "T": "tool",
    "c": "call_id",
    "f": "effect",
    "q": "request_id",
    "r": "turn",
    "F": "finish",
    "z": "stop_class",
    "O": "parameters",
    "I": "prompt",
    "Y": "tools",
    "$": "cost_usd",
    "1": "first_chunk_ns",
    "d": "dropped",
    "l": "links",
    "o": "remote_parent",
    "s": "supplement",
    "y": "synthetic",
    "N": "fields",
    "X": "index",
}
# Any: of each fact its own default.
_DEFAULTS: dict[str, Any] = {
    **{one.name: one.default for one in fields(SpanFacts)},
    "parameters": {},
    "tools": {},
}
_PLAIN = tuple((key, name, _DEFAULTS[name]) for key, name in _KEYS.items())
_USAGE = tuple(one.name for one in fields(Usage))


class TextPool:
    """The texts of one class, each once, in the order they came."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._places: dict[str, int] = {}

    def place(self, text: str) -> int:
        found = self._places.get(text)
        if found is None:
            found = self._places[text] = len(self.texts)
            self.texts.append(text)
        return found


def encode_segment(
    spans: Sequence[Span], fingerprint: Fingerprint | None = None
) -> tuple[bytes, dict[WordClass, list[str]]]:
    """Return the compressed shape of the spans, and their texts by class.

    With `fingerprint` (of the trace's key) the shape says of long texts which are the
    same, and tells answers apart.
    """
    pools = {words: TextPool() for words in WordClass}
    base = min((span.start_ns for span in spans if span.start_ns), default=0)
    rows = [_stored_span(span, base, pools, fingerprint) for span in spans]
    shape: Stored = {"v": 1, "t": base, "s": rows}
    if fingerprint and (same := _told_apart(pools, fingerprint)):
        shape["g"] = same
    texts = {words: pool.texts for words, pool in pools.items() if pool.texts}
    return zstandard.compress(orjson.dumps(shape), _LEVEL), texts


def decode_segment(shape: bytes, segment: int) -> list[SpanShape]:
    """Return the spans of a stored shape; `segment` becomes part of their places."""
    unpacked = zstandard.decompress(shape, max_output_size=_MOST_UNPACKED)
    stored = orjson.loads(unpacked)
    same = stored.get("g", {})
    return [_shape_of(row, stored["t"], segment, same) for row in stored["s"]]


def pack_texts(texts: Sequence[bytes]) -> bytes:
    """Return texts (UTF-8) as one compressed run of bytes: their lengths, then they."""
    lengths = orjson.dumps([len(text) for text in texts])
    return zstandard.compress(b"".join([lengths, b"\n", *texts]), _LEVEL)


def unpack_texts(packed: bytes) -> list[bytes]:
    """Return what `pack_texts` packed."""
    unpacked = zstandard.decompress(packed, max_output_size=_MOST_UNPACKED)
    header, _, rest = unpacked.partition(b"\n")
    texts, start = [], 0
    for length in orjson.loads(header):
        texts.append(rest[start : start + length])
        start += length
    return texts


def answer_digest(span: Span, fingerprint: Fingerprint) -> str:
    """Return a fingerprint of what a span put out; empty where it said nothing.

    Two ended copies of one span with other answers are a replay, not a repetition.
    """
    said = [
        (part.kind, part.name, part.text)
        for part in span.parts
        if part.direction is Direction.OUT
        and part.kind is not PartKind.OPAQUE
        and part.text
    ]
    return fingerprint(_encoded(to_json(said))) if said else ""


def _words_digest(span: Span, fingerprint: Fingerprint) -> str:
    """Return a fingerprint of all words of a span, given and put out."""
    said = [
        (part.kind, part.direction, part.message, part.role, part.name, part.text)
        for part in span.parts
    ]
    return fingerprint(_encoded(to_json(said)))


def _encoded(text: str) -> bytes:
    """Lone surrogates, which JSON can spell, are kept as they are."""
    return text.encode("utf-8", "surrogatepass")


def _told_apart(
    pools: Mapping[WordClass, TextPool], fingerprint: Fingerprint
) -> dict[str, dict[str, str]]:
    """Return what long texts are known by: by the code of their class and their place.

    Not of opaque parts: nobody reads them, and they are never sent for their words.
    """
    found = {
        str(_CLASSES.index(words)): {
            str(place): fingerprint(_encoded(text))
            for place, text in enumerate(pool.texts)
            if len(text) >= LONG_TEXT
        }
        for words, pool in pools.items()
        if words is not WordClass.OPAQUE
    }
    return {words: places for words, places in found.items() if places}


def _stored_span(
    span: Span,
    base: int,
    pools: dict[WordClass, TextPool],
    fingerprint: Fingerprint | None,
) -> Stored:
    stored: Stored = {
        key: value
        for key, name, default in _PLAIN
        if (value := getattr(span, name)) != default
    }
    stored["k"] = _KINDS.index(span.kind)
    if span.start_ns:
        stored["t"] = span.start_ns - base
    if span.end_ns:
        stored["w"] = span.end_ns - span.start_ns
    usage = [getattr(span.usage, name) for name in _USAGE]
    if any(figure is not None for figure in usage):
        stored["u"] = _trimmed(usage)
    if span.parts:
        stored["W"] = [_stored_part(part, pools[part.words]) for part in span.parts]
        if fingerprint and (answer := answer_digest(span, fingerprint)):
            stored["A"] = answer
        if fingerprint and span.supplement:
            stored["h"] = _words_digest(span, fingerprint)
    return stored


def _stored_part(part: Part, pool: TextPool) -> list[Any]:
    """Return a part as a row, without the defaults at its end."""
    return _trimmed(
        [
            _PART_KINDS.index(part.kind),
            _CLASSES.index(part.words),
            _DIRECTIONS.index(part.direction),
            pool.place(part.text),
            len(part.text),
            part.message or None,
            part.role or None,
            part.name or None,
            part.call_id or None,
            None if part.fidelity is None else _FIDELITIES.index(part.fidelity),
            part.failed or None,
            part.size,
        ]
    )


_PART_FIELDS = 12


def _trimmed(row: list[Any]) -> list[Any]:
    while row and row[-1] is None:
        row.pop()
    return row


def _shape_of(stored: Stored, base: int, segment: int, same: Stored) -> SpanShape:
    shape = SpanShape(
        **{name: stored[key] for key, name in _KEYS.items() if key in stored}
    )
    shape.kind = _KINDS[stored["k"]]
    shape.start_ns = base + stored["t"] if "t" in stored else 0
    shape.end_ns = shape.start_ns + stored["w"] if "w" in stored else 0
    shape.finish, shape.links = tuple(shape.finish), tuple(shape.links)
    if "u" in stored:
        shape.usage = Usage(**dict(zip(_USAGE, stored["u"], strict=False)))
    shape.answer, shape.said = stored.get("A", ""), stored.get("h", "")
    shape.segment = segment
    shape.parts = [_part_of(row, segment, same) for row in stored.get("W", ())]
    return shape


def _part_of(row: list[Any], segment: int, same: Stored) -> PartShape:
    told = row + [None] * (_PART_FIELDS - len(row))
    kind, words, direction, place, length = told[:5]
    message, role, name, call_id, fidelity, failed, size = told[5:]
    return PartShape(
        kind=_PART_KINDS[kind],
        words=_CLASSES[words],
        direction=_DIRECTIONS[direction],
        message=message or 0,
        role=role or "",
        name=name or "",
        call_id=call_id or "",
        fidelity=None if fidelity is None else _FIDELITIES[fidelity],
        failed=bool(failed),
        size=size,
        length=length,
        place=(segment, place),
        same=same[str(words)].get(str(place), "") if str(words) in same else "",
    )
