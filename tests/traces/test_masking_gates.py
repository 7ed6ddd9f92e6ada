"""The one pass over all gates leaves out no search that would find something."""

import random

from hypothesis import given

from tests.traces.masking_corpus import LINES
from traces.masking import _FINDERS, find_masks
from traces.masks.ranges import disjoint
from traces.masks.texts import Text


def without_gates(line):
    text = Text(line.encode())
    return disjoint(mask for finder in _FINDERS for mask in finder.finds(text))


@given(LINES)
def test_every_search_is_let_in_where_it_finds_something(line):
    assert find_masks(line) == without_gates(line)


def test_gates_do_not_run_out_of_memory():
    """Text without any order needs the most states of the one pattern."""
    signs = "0123456789 -./:@+%abcdefghijklmnopqrstuvwxyzABCDEFXYZ\"\\'=é\n"
    chance = random.Random(20)
    text = "".join(chance.choices(signs, k=500_000))
    assert find_masks(text)
    assert find_masks(text) == without_gates(text)
