"""21. No traces before launch: replays are marked and stay out of live figures."""

import json

import pytest
from django.core.management import call_command
from django.utils import timezone

from queues.models import Queue
from queues.selectors.answers import place_of
from queues.selectors.home import find_home
from queues.selectors.loads import with_load
from reviewapp.core.models import Event
from reviewapp.notifications.models import Notice
from reviewapp.notifications.services.notices import call_people
from tests.queues.builders import make_ask, make_policy, make_queue
from tests.queues.test_replay_runs import a_run
from tests.stories.recording import Recorder, Run
from tests.stories.stage import Reader, later, reader

pytestmark = pytest.mark.django_db


def test_a_replayed_request_is_marked_and_calls_nobody(reviewer, tmp_path):
    make_policy()
    rosa = reader(reviewer)
    file = tmp_path / "runs.jsonl"
    file.write_text(json.dumps(a_run()))
    call_command("replay_runs", str(file))
    assert "Change ticket" in rosa.opens("/queue/").text
    assert "Synthetic" in rosa.opens("/queue/").text
    submitted = Event.objects.filter(verb="request.submitted")
    assert [event.facts["synthetic"] for event in submitted] == [True]
    call_people(list(submitted))
    assert not Notice.objects.exists()


def test_no_live_figure_counts_a_replayed_request(reviewer, lead):
    queue = make_queue(reviewer, lead)
    make_ask(synthetic=True, decide_within_s=300)
    live = make_ask()
    rosa, now = reader(reviewer), timezone.now()
    board = find_home(reviewer, seen_at=None, now=now)
    assert (board.waiting, board.free, board.pressing_count) == (1, 1, 0)
    assert with_load(Queue.objects.filter(pk=queue.pk), now).get().waiting == 1
    assert place_of(live).position == 1
    # Lists show it, marked; and the number beside them says how long they are.
    assert rosa.opens("/queue/").text.count("Synthetic") == 1
    assert "2 waiting" in rosa.opens("/queue/count").text


RECORDED = {
    "run_id": "before-launch-1",
    "agent": "refund-bot",
    "environment": "production",
    "messages": [
        {"role": "user", "at": "2026-11-01T10:00:00", "text": "Where is my money?"},
        {
            "role": "assistant",
            "at": "2026-11-01T10:00:05",
            "text": "On its way.",
            "model": "claude-sonnet-4-5",
            "usage": {"prompt_tokens": 10, "completion_tokens": 5},
        },
    ],
}
RESPONSE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-4-5",
    "content": [{"type": "text", "text": "It was refunded on Monday."}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 12, "output_tokens": 6},
}


def simulated():
    run = Run("refund-bot", about={"reviewapp.synthetic": True})
    run.hears("Where is my money?")
    run.calls_model(1, says="A simulated customer hears this.")
    run.ends(3)
    return run


def test_imported_and_simulated_runs_are_read_like_any_other_and_marked(engineer):
    recorder, edda, run = Recorder.of("refund-bot"), Reader(engineer), simulated()
    imported = recorder.imports(RECORDED, {"response": RESPONSE})
    recorder.sends(run)
    with later(minutes=5):
        listed = edda.opens("/traces/").text
        pages = {id: edda.run(id).text for id in (*imported, run.trace_id)}
    assert listed.count("Synthetic") == 3
    assert all("Synthetic" in page for page in pages.values())
    said = ("On its way.", "It was refunded on Monday.", "A simulated customer hears")
    for page, words in zip(pages.values(), said, strict=True):
        assert words in page


def test_no_live_figure_of_runs_counts_them(engineer):
    recorder, edda = Recorder.of("refund-bot"), Reader(engineer)
    recorder.imports(RECORDED, {"response": RESPONSE})
    recorder.sends(simulated())
    with later(minutes=5):
        month = timezone.now().strftime("%Y-%m")
        costs = edda.opens(f"/costs/?month={month}").text
        weeks = edda.opens("/traces/time/refund-bot/").text
        recorded = edda.opens("/traces/completeness/refund-bot/").text
    assert "No tokens were told" in costs
    assert "Ordinary 0 0" in costs
    assert "No run of the last eight weeks was counted yet" in weeks
    assert "no runs yet" in recorded
