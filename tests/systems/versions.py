"""Sightings of what a system is made of, told in a line each."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from systems.manifests import Sighting
from systems.models import System
from systems.services.versions import note_versions

TOOLS = {"get_order": "aa11" * 4, "refund": "bb22" * 4}
BASE = {
    "agent": "",
    "release": "2026.3.1",
    "provider": "anthropic",
    "model_asked": "claude-sonnet-4-5",
    "model": "claude-sonnet-4-5-20250929",
    "prompt": "3f2a" * 4,
    "tools": TOOLS,
}


def saw(system: System, *moments: datetime, **changes: Any) -> None:
    """Note that the system was seen so at these moments, each in a trace of its own."""
    for at in moments:
        note_versions(system.pk, [Sighting(BASE | changes, at)])


def hourly(start: datetime, hours: int) -> list[datetime]:
    return [start + timedelta(hours=hour) for hour in range(hours + 1)]
