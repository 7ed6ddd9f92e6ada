"""Reads of the inventory across models; all return frozen dataclasses."""

from systems.selectors.inventory import (
    card_of_system,
    credential_of,
    find_systems,
    rows_of_systems,
)

__all__ = ["card_of_system", "credential_of", "find_systems", "rows_of_systems"]
