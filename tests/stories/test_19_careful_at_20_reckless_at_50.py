"""19. Careful at turn 20, reckless at turn 50, and nothing was changed in between."""

import re

import pytest

from tests.stories.recording import Recorder, Run
from tests.stories.stage import Reader, later

pytestmark = pytest.mark.django_db


def talk(turns, trace_id):
    """One long conversation in one run; each turn is given 3,800 tokens more."""
    run = Run("coach", trace_id=trace_id)
    for turn in range(1, turns + 1):
        run.hears(f"And then? ({turn})")
        tokens = {"gen_ai.usage.input_tokens": 3_800 * turn}
        run.calls_model(30 * turn, says="Do it." if turn > 45 else "Wait.", **tokens)
    run.ends(30 * turns + 10)
    return run


def test_turn_and_share_of_context_stand_on_every_step(engineer):
    recorder, edda = Recorder.of("coach"), Reader(engineer)
    run = talk(50, "19" * 16)
    recorder.sends(run)
    with later(minutes=5):
        first, rest = edda.run(run.trace_id), []
        address = re.search(r'href="([^"]*/steps\?from=25)"', first.source)
        assert address
        rest = edda.opens(address[1])
    said = re.findall(r"turn (\d+) (\d+) % of its context", first.text + rest.text)
    assert [(int(turn), int(share)) for turn, share in said] == [
        (turn, round(100 * 3_800 * turn / 200_000)) for turn in range(1, 51)
    ]
    # The careful one and the reckless one, as they stand there.
    assert "turn 20 38 % of its context" in first.text
    assert "turn 50 95 % of its context" in rest.text


def test_long_runs_are_filtered_and_drawn_for_review(engineer):
    recorder, edda = Recorder.of("coach"), Reader(engineer)
    for number in range(12):
        recorder.sends(talk(50, f"{number + 1:032x}"))
        recorder.sends(talk(3, f"{number + 101:032x}"))
    with later(minutes=5):
        long = edda.opens("/traces/?turns=50")
        drawn = edda.opens("/traces/?turns=50&sample=5")
    assert long.text.count("50 turns") == 12
    assert "3 turns" not in long.text
    assert drawn.text.count("50 turns") == 5
    assert "5 at random, of 12 that fit." in drawn.text
