"""Text keeps 4.5 : 1 on every ground it may stand on, in light and in dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "static/css/tokens.css"
_PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")

GROUNDS = ("ground", "ground-sunken", "ground-raised", "ground-picked")
TONES = ("danger", "warn", "good", "info", "guard")
TEXT_ON_GROUND = [
    *((text, ground) for text in ("text", "accent") for ground in GROUNDS),
    *(("text-quiet", ground) for ground in GROUNDS[:3]),
    *((tone, ground) for tone in TONES for ground in (f"{tone}-tint", "ground")),
    *(("text", f"{tone}-tint") for tone in TONES),
    *(("text-quiet", f"{tone}-tint") for tone in TONES),
    *(("warn", ground) for ground in ("ground-sunken", "ground-raised")),
    ("on-accent", "accent"),
    ("on-loud", "loud"),
    ("on-danger", "danger-solid"),
]
# Lines of controls and the focus ring tell where to press: 3 : 1 (WCAG 2.2, 1.4.11).
EDGES = [(edge, ground) for edge in ("line-control", "focus") for ground in GROUNDS[:3]]


def _tokens(side: int) -> dict[str, str]:
    found = _PAIR.findall(TOKENS.read_text())
    return {name: pair[side] for name, *pair in found}


def _luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour (WCAG 2.2, definitions)."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_gives_the_extremes():
    assert _contrast("#ffffff", "#000000") == pytest.approx(21)
    assert _contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("side", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_is_readable_on_its_ground(text, ground, side):
    tokens = _tokens(side)
    assert _contrast(tokens[text], tokens[ground]) >= 4.5


@pytest.mark.parametrize("side", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_controls_are_seen(edge, ground, side):
    tokens = _tokens(side)
    assert _contrast(tokens[edge], tokens[ground]) >= 3


def test_no_other_sheet_brings_a_colour_of_its_own():
    allowed = {"#ffffff"}  # the ground of a QR code, which scanners want white
    for sheet in TOKENS.parent.glob("*.css"):
        if sheet != TOKENS:
            colours = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", sheet.read_text()))
            assert colours <= allowed, sheet.name
