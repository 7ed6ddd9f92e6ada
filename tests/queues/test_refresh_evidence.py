"""Fresh evidence: younger, and another card only where a value is new."""

from datetime import timedelta

import pytest
from django.utils import timezone

from queues.effective import open_contents
from queues.services.preconditions import refresh_preconditions
from queues.submissions import EvidenceItem
from reviewapp.core.models import Event
from reviewapp.core.problems import Invalid
from reviewapp.core.words import Keyring
from tests.queues.builders import agent_of, make_ask

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(hours=3)


@pytest.fixture
def ask(db):
    return make_ask(evidence=(EvidenceItem("Stock", 142, LONG_AGO, 60, "SEA-3"),))


def refresh(ask, *items):
    actor = agent_of(ask.system)
    refresh_preconditions(ask.pk, system=ask.system, actor=actor, evidence=items)
    ask.refresh_from_db()


def test_the_same_value_seen_again_is_the_same_card_but_younger(ask):
    now = timezone.now()
    refresh(ask, EvidenceItem("Stock", 142, now, 60, "SEA-3"))
    assert ask.version == 1
    assert ask.evidence.get().observed_at == now
    assert Event.objects.get(verb="request.refreshed").facts["renewed"] == 0


def test_a_new_value_is_another_card(ask):
    refresh(ask, EvidenceItem("Stock", 0, timezone.now(), 60, "SEA-3"))
    assert ask.version == 2
    contents = open_contents(ask, Keyring.of([ask.pk]))
    assert contents.evidence[0]["value"] == 0
    assert Event.objects.get(verb="request.refreshed").facts["renewed"] == 1


def test_evidence_it_did_not_come_with_is_refused(ask):
    with pytest.raises(Invalid):
        refresh(ask, EvidenceItem("Weather", "rain", timezone.now()))
    assert not Event.objects.filter(verb="request.refreshed").exists()
