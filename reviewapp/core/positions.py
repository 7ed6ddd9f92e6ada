"""Where a reader of the log stands, and the opaque cursor that says so outside."""

from __future__ import annotations

import base64
import binascii
from dataclasses import astuple, dataclass
from typing import Self

from reviewapp.core.problems import Invalid

_MAX = 2**63 - 1


@dataclass(frozen=True, order=True, slots=True)
class Position:
    """A place in the log's order: everything up to and with this event was read."""

    epoch: int = 0
    xact: int = 0
    id: int = 0

    def encode(self) -> str:
        """Return the cursor handed to readers. What is in it is nobody's business."""
        text = ".".join(f"{part:x}" for part in astuple(self))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, cursor: str) -> Self:
        """Return the position behind a cursor of ours. Raises `Invalid` bad_cursor."""
        try:
            text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", True)
            epoch, xact, event_id = (int(part, 16) for part in text.split(b"."))
        except (ValueError, binascii.Error):
            raise _bad_cursor() from None
        position = cls(epoch, xact, event_id)
        if not all(0 <= part <= _MAX for part in astuple(position)):
            raise _bad_cursor()
        return position


BEGINNING = Position()


def _bad_cursor() -> Invalid:
    return Invalid(
        {"after": ["This is no cursor of this log."]},
        code="bad_cursor",
        detail="The cursor cannot be read. Send one that this service gave you.",
    )
