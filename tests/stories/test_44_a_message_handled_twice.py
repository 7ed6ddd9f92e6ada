"""44. A message is redelivered, and the agent answers differently the second time."""

import pytest

from tests.stories.recording import Recorder, Run
from tests.stories.stage import Reader, later

pytestmark = pytest.mark.django_db
FIRST = "Your parcel left Antwerp yesterday; it arrives on Monday."
SECOND = "I cannot find a parcel of yours. Please call us."


def tell_the_run(answer, trace_id="0b" * 16):
    run = Run("parcel-bot", trace_id=trace_id)
    run.hears("Where is my parcel?")
    run.looks_up(1, "track_parcel", {"id": 9}, {"state": "in transit"})
    used = {"gen_ai.usage.input_tokens": 800, "gen_ai.usage.output_tokens": 40}
    run.calls_model(6, says=answer, **used)
    run.ends(9)
    return run


def test_what_an_exporter_sends_again_is_counted_once(engineer):
    recorder, edda = Recorder.of("parcel-bot"), Reader(engineer)
    for _ in range(3):
        recorder.sends(tell_the_run(FIRST))
    with later(minutes=5):
        page = edda.run("0b" * 16).text
    assert "2 of a model, 1 of tools" in page
    assert "800 in, 40 out" in page
    assert "4 spans, as they called each other" in page
    assert "came again" not in page


def test_a_differing_replay_stands_beside_the_first_and_never_over_it(engineer):
    recorder, edda = Recorder.of("parcel-bot"), Reader(engineer)
    recorder.sends(tell_the_run(FIRST))
    recorder.sends(tell_the_run(SECOND))
    with later(minutes=5):
        listed = edda.opens("/traces/").text
        page = edda.run("0b" * 16)
        answered = edda.opens(
            page.source.partition('Replays</dt><dd><a href="')[2].split('"')[0]
        )
    assert "1 replayed" in listed
    assert "2 of a model, 1 of tools" in page.text
    assert "came again with another answer" in page.text
    said = page.text[
        page.text.index("The answer") : page.text.index("How it got there")
    ]
    assert FIRST in said
    assert SECOND not in said
    first, second = answered.text.index("First answer"), answered.text.index("Replay 1")
    assert FIRST in answered.text[first:second]
    assert SECOND in answered.text[second:]
