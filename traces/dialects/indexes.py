"""Which index something was looked up in, and in which state of it.

No convention names the version of an index, so agents tell it in attributes of ours;
without one a rebuilt index cannot be told from the one before.
"""

from __future__ import annotations

from traces.dialects.told import Told

_NAMELESS = "index"


def take_index(told: Told) -> str:
    """Return `name@version`, or what of it was told."""
    if "index" not in told and "index_version" not in told:
        return ""
    name, version = told.take_name("index"), told.take_name("index_version")
    # A name with the joint in it would be read as name and version.
    name = name.replace("@", "-")
    return f"{name or _NAMELESS}@{version}" if version else name
