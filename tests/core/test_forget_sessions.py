"""Sessions that have run out do not pile up."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from reviewapp.core.tasks import forget_sessions


def test_only_sessions_that_ran_out_are_forgotten(reviewer, lead, client_for):
    client_for(reviewer)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    kept = client_for(lead).session.session_key
    forget_sessions()
    assert [session.session_key for session in Session.objects.all()] == [kept]
