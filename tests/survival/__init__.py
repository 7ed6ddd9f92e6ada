"""Proofs that what was acknowledged survives: kills, restarts, crowds, restores."""

import pytest

# What they assert is told as fully as what a test asserts.
pytest.register_assert_rewrite(
    *(f"{__name__}.{module}" for module in ("crowd", "stages", "truth"))
)
