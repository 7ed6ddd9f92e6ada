"""The ways a page can look, for the tests that look at it through axe."""

import pytest

# Colour scheme and width: each scheme and each width is seen in every run, the other
# pairings by the long proofs.
LOOKS = [
    ("light", 1280),
    ("dark", 390),
    pytest.param("light", 390, marks=pytest.mark.slow),
    pytest.param("dark", 1280, marks=pytest.mark.slow),
]
