"""Attachments: what they were and how large; their bytes are never kept."""

from __future__ import annotations

import re
from typing import Any

from traces.providers.naming import as_media_type

_DATA_URL = re.compile(
    r"data:([\w.+-]{1,80}/[\w.+-]{1,80})?[^,\s]{0,100};base64,([\w+/=-]*)", re.A
)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_LEAST = 1024  # shorter runs of such signs are ids, hashes, tokens

_MEDIA_NAMES = ("media_type", "mime_type", "mimeType", "mediaType")
_BYTES_NAMES = ("data", "content", "bytes")

Blob = tuple[str, int]  # media type and size in bytes


def is_base64(text: str) -> bool:
    """Tell whether a text where bytes are expected can be such."""
    return _BASE64.fullmatch(text) is not None


def is_blob(text: str) -> bool:
    """Tell whether a text is a long run of base64 and nothing else."""
    if len(text) < _LEAST or " " in text[:80]:
        return False
    return _BASE64.fullmatch(text) is not None


def size_of(encoded: str) -> int:
    """Return how many bytes a base64 text stands for."""
    return len(encoded.rstrip("=")) * 3 // 4


def cut_out(text: str) -> tuple[str, list[Blob]]:
    """Return a text without the bytes of the data URLs in it, and what those were."""
    if ";base64," not in text:
        return text, []
    found: list[Blob] = []

    def note(hit: re.Match[str]) -> str:
        found.append((as_media_type(hit[1]), size_of(hit[2])))
        return f"[{found[-1][0]}, {found[-1][1]} bytes]"

    return _DATA_URL.sub(note, text), found


def cut_out_of(value: Any) -> tuple[Any, list[Blob]]:
    """Return a value of any shape without the bytes in it, and what those were."""
    found: list[Blob] = []
    return _cut(value, found), found


def _cut(value: Any, found: list[Blob]) -> Any:
    if isinstance(value, str):
        if is_blob(value):
            return _note(as_media_type(None), size_of(value), found)
        text, more = cut_out(value)
        found += more
        return text
    if isinstance(value, bytes):
        return _note(as_media_type(None), len(value), found)
    if isinstance(value, dict):
        return _cut_named(value, found)
    if isinstance(value, (list, tuple)):
        return [_cut(item, found) for item in value]
    return value


def _cut_named(value: dict[Any, Any], found: list[Blob]) -> dict[Any, Any]:
    """Where a media type stands beside the bytes, it says what they were."""
    media = next((value[name] for name in _MEDIA_NAMES if value.get(name)), None)
    cut = {}
    for name, item in value.items():
        if media and name in _BYTES_NAMES and isinstance(item, str) and " " not in item:
            cut[name] = _note(as_media_type(media), size_of(item), found)
        else:
            cut[name] = _cut(item, found)
    return cut


def _note(media: str, size: int, found: list[Blob]) -> str:
    found.append((media, size))
    return f"[{media}, {size} bytes]"
