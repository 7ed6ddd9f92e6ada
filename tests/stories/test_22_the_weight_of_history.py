"""22. Late turns degrade under the weight of what the history carries along."""

import re

import pytest

from tests.stories.recording import Recorder, Run
from tests.stories.stage import Reader, later

pytestmark = pytest.mark.django_db
TURNS = 20
PAGE = "Terms of 2019. " * 2_750


def tell_the_run():
    """Twenty turns; in the second a page of 41,250 characters is fetched, and sent
    along with every call since. Exported in batches of a few spans, as they come."""
    run = Run("concierge")
    for turn in range(1, TURNS + 1):
        run.hears(f"Question {turn}: may I bring a dog?")
        at = 60 * turn
        size = sum(len(str(message)) for message in run.history) // 4
        tokens = {"gen_ai.usage.input_tokens": size, "gen_ai.usage.output_tokens": 30}
        if turn == 2:
            run.looks_up(at, "fetch_page", {"url": "/terms"}, PAGE, tokens=size)
        else:
            run.calls_model(at, says=f"Answer {turn}.", **tokens)
    run.ends(60 * TURNS + 30)
    return run


def test_context_by_turn_and_the_largest_resent_text_and_how_often(engineer, lead):
    recorder, edda, lea = Recorder.of("concierge"), Reader(engineer), Reader(lead)
    run = tell_the_run()
    for first in range(0, len(run.spans), 3):
        recorder.sends_spans(*run.spans[first : first + 3])
    with later(minutes=5):
        page, figures = edda.run(run.trace_id), lea.run(run.trace_id)
    resent = "41,250 characters, given to 18 of 20 calls: 99 % of all that they"
    assert f"A result of fetch_page , {resent} were given." in page.text
    # Whoever may not read it sees how large it is and where it came, and no word.
    assert resent in figures.text
    assert "Terms of 2019" not in figures.source
    assert "Where it first came" in figures.text
    table = page.text[page.text.index("Calls of models") :]
    sizes = re.findall(r"(\d+) ([\d,]+) ([\d,]+) \d+ %", table)
    assert [int(turn) for turn, _, _ in sizes] == list(range(1, TURNS + 1))
    tokens = [int(told.replace(",", "")) for _, told, _ in sizes]
    assert tokens == sorted(tokens)
    assert tokens[2] - tokens[1] > 10_000
