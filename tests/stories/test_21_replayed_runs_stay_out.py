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
from tests.stories.stage import reader

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
