"""What a tool answered, as a person reads it."""

from __future__ import annotations

from typing import Any


def plain_result(result: Any) -> Any:
    """Return the text of a result that came as a list of text blocks and no more."""
    if not isinstance(result, list) or not result:
        return result
    texts = [_text_of(block) for block in result]
    if any(text is None for text in texts):
        return result
    return "\n".join(text for text in texts if text)


def _text_of(block: Any) -> str | None:
    if not isinstance(block, dict) or block.keys() - {"type", "text", "citations"}:
        return None
    if block.get("citations") or block.get("type", "text") != "text":
        return None
    text = block.get("text")
    return text if isinstance(text, str) else None
