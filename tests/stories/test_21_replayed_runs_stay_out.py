"""21. No traces before launch: replays are marked and stay out of live figures."""

import json

import pytest
from django.core.management import call_command

from reviewapp.core.models import Event
from reviewapp.notifications.models import Notice
from reviewapp.notifications.services.notices import call_people
from tests.queues.builders import make_policy
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
