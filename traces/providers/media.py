"""Blocks that are files: told by their media type and size, or by where they stand."""

from __future__ import annotations

from typing import Any

from traces.providers.blobs import size_of
from traces.providers.payload import Block
from traces.providers.values import whole
from traces.providers.writing import PartWriter

_BYTES = ("data", "content", "image_data", "file_data", "image")
_PLACES = ("url", "uri", "file_id", "image_url", "file_uri", "fileId")
_NAMES = ("filename", "title", "name", "context")
_TYPES = ("mime_type", "media_type", "mediaType", "mimeType")


def read_media(block: Block, writer: PartWriter) -> None:
    """Read an attachment of any provider: what it is may stand one level deeper."""
    kind = str(block.get("type", ""))
    inner: Block = next(
        (block.pop(n) for n in _INNER if isinstance(block.get(n), dict)), {}
    )
    told = {**block, **inner}
    media = next((told[name] for name in _TYPES if told.get(name)), None)
    media, size, where = _measure(told, media, kind)
    names = [told[name] for name in _NAMES if isinstance(told.get(name), str)]
    writer.attachment(media, size, " ".join([*names, where] if where else names))
    _read_plain_source(inner, writer)
    for name in (*_BYTES, *_PLACES, *_NAMES, *_TYPES, "modality", "detail"):
        block.pop(name, None)


_INNER = ("source", "image_url", "input_audio", "file", "image", "audio")


def _measure(told: Block, media: Any, kind: str) -> tuple[Any, int | None, str]:
    """Return media type, size and place; a data URL says all of it."""
    data = next((told[name] for name in _BYTES if told.get(name)), None)
    where = next((told[n] for n in _PLACES if isinstance(told.get(n), str)), "")
    if where.startswith("data:"):
        head, _, data = where.partition(",")
        media = media or head[5:].partition(";")[0]
        where = ""
    if isinstance(data, str) and data.startswith(("http://", "https://")):
        data, where = None, data
    size = size_of(data) if isinstance(data, str) else whole(told.get("size"))
    if isinstance(data, bytes):
        size = len(data)
    return media or _guess(told, kind), size, where


def _guess(told: Block, kind: str) -> str:
    """Return the media type that kind and format speak for."""
    main = next((name for name in ("image", "audio", "video") if name in kind), "")
    shape = told.get("format") or told.get("modality") or "unknown"
    return f"{main or 'application'}/{shape}"


def _read_plain_source(inner: Block, writer: PartWriter) -> None:
    """A document may be given as text: those are words, not bytes."""
    if inner.get("type") == "text" and isinstance(inner.get("data"), str):
        writer.text(inner["data"])


BLOCKS = dict.fromkeys(
    (
        "image", "image_url", "input_image", "input_audio", "audio", "video",
        "document", "file", "input_file", "blob", "uri", "image-url", "binary",
    ),
    read_media,
)  # fmt: skip
