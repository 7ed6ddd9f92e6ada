"""Blocks that are files: told by their media type and size, or by where they stand."""

from __future__ import annotations

from typing import Any

from traces.providers.blobs import is_base64, size_of
from traces.providers.payload import Block
from traces.providers.values import whole
from traces.providers.writing import PartWriter

_INNER = ("source", "image_url", "input_audio", "file", "image", "audio")
_BYTES = ("data", "content", "image_data", "file_data", "image", "image_url", "url")
_PLACES = ("url", "uri", "file_id", "image_url", "file_uri", "fileId", "image", "data")
_NAMES = ("filename", "title", "name", "context")
_TYPES = ("mime_type", "media_type", "mediaType", "mimeType")


def read_media(block: Block, writer: PartWriter) -> None:
    """Read an attachment of any provider; what it is may stand one level deeper.

    Takes what says what it is and where it stands. Anything else, a document given as
    text among it, is left and kept.
    """
    kind = str(block.get("type", ""))
    name = next((n for n in _INNER if isinstance(block.get(n), dict)), "")
    inner: Block = dict(block.pop(name)) if name else {}
    told = {**block, **inner}
    media, size = _measure(told)
    where = _where(told)
    writer.attachment(media or _guess(told, kind), size, " ".join(where))
    if inner.get("type") == "text" and isinstance(inner.get("data"), str):
        writer.text(inner.pop("data"))
    for left in (block, inner):
        _forget(left)
    inner.pop("type", None)
    writer.left_over(name or "media", inner)


def _measure(told: Block) -> tuple[Any, int | None]:
    """Return media type and size; a data URL says both."""
    media = _first(told, _TYPES)
    for name in _BYTES:
        data = told.get(name)
        if isinstance(data, bytes):
            return media, len(data)
        if isinstance(data, str) and data.startswith("data:"):
            head, _, encoded = data.partition(",")
            return media or head[5:].partition(";")[0], size_of(encoded)
        if isinstance(data, str) and name in _BYTES[:4] and is_base64(data):
            return media, size_of(data)
    return media, whole(told.get("size"))


def _where(told: Block) -> list[str]:
    """Return what it is called and where it stands: words, as they may name people."""
    names = [told[name] for name in _NAMES if isinstance(told.get(name), str)]
    places = [told[name] for name in _PLACES if _is_place(name, told.get(name))]
    return names + places[:1]


def _is_place(name: str, value: Any) -> bool:
    if not isinstance(value, str) or value.startswith("data:"):
        return False
    return name not in ("image", "data") or value.startswith(("http://", "https://"))


def _guess(told: Block, kind: str) -> str:
    """Return the media type that kind and format speak for."""
    hint = f"{kind} {told.get('modality')}"
    main = next((name for name in ("image", "audio", "video") if name in hint), "")
    return f"{main or 'application'}/{told.get('format') or 'unknown'}"


def _first(told: Block, names: tuple[str, ...]) -> Any:
    return next((told[name] for name in names if told.get(name)), None)


def _forget(block: Block) -> None:
    """Take out what was told, and the bytes; what is neither stays."""
    used = set(_where(block))
    for name in {*_BYTES, *_PLACES, *_NAMES}:
        value = block.get(name)
        if _is_bytes(value) or (isinstance(value, str) and value in used):
            del block[name]
    for name in ("detail", "modality"):
        block.pop(name, None)


def _is_bytes(value: Any) -> bool:
    if isinstance(value, str):
        return value.startswith("data:") or is_base64(value)
    return isinstance(value, bytes)


BLOCKS = dict.fromkeys(
    (
        "image", "image_url", "input_image", "input_audio", "audio", "video",
        "document", "file", "input_file", "blob", "uri", "image-url", "binary",
    ),
    read_media,
)  # fmt: skip
