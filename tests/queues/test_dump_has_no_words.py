"""A dump of the main database holds nothing that anybody said, in any status."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from queues.effective import open_contents, open_headline
from queues.models import ActionRequest, Settlement, Status
from queues.services.approvals import revoke_approval
from queues.services.decisions import decide_request
from queues.services.grants import redeem_grant
from queues.services.notes import add_note
from queues.services.outcomes import report_outcome, settle_outcome
from queues.services.preconditions import refresh_preconditions
from queues.services.requests import withdraw_request
from queues.services.sweeps import sweep_queues
from queues.submissions import EvidenceItem, Fingerprint, Report
from reviewapp.core.words import Keyring
from tests.builders import actor_of_person
from tests.dumps import dump_of, is_said_in
from tests.queues.builders import (
    agent_of,
    make_ask,
    make_asking_system,
    make_queue,
    ruling,
)

pytestmark = pytest.mark.django_db(transaction=True)

# No word of ours begins so, in no schema, setting or name.
MARK = "zquorvex"
STATE = Fingerprint(f"{MARK} precondition", f"{MARK} fingerprint")
LONG_AGO = timedelta(days=1)


def ask_in_words(**fields: Any) -> ActionRequest:
    """A request with marked words in every field that takes words."""
    return make_ask(
        make_asking_system(allow_callback_hosts=["hooks.example.com"]),
        **{
            "key": f"{MARK} {ActionRequest.objects.count()}",
            "arguments": {f"{MARK} name": [f"{MARK} argument"]},
            "summary": f"{MARK} summary",
            "diff": ({"path": f"{MARK} path", "before": MARK, "after": f"{MARK}2"},),
            "conversation_id": f"{MARK} conversation",
            "subject_ref": f"{MARK} subject",
            "on_behalf_of": f"{MARK}@customers.example",
            "justification": f"{MARK} justification",
            "reasoning": f"{MARK} reasoning",
            "undo": {"tool": "restore", "arguments": {"x": f"{MARK} undo"}},
            "evidence": (
                EvidenceItem(
                    f"{MARK} fact", f"{MARK} value", timezone.now(), None, f"{MARK} src"
                ),
            ),
            "preconditions": (STATE,),
            "callback_url": f"https://hooks.example.com/{MARK}",
            **fields,
        },
    )


class Life:
    """Brings requests into every status, with marked words all along the way."""

    def __init__(self, person) -> None:
        self.person = person
        self.actor = actor_of_person(person)

    def all_statuses(self) -> Iterator[ActionRequest]:
        for status in Status:
            ask = ask_in_words()
            add_note(ask.pk, f"{MARK} note", person=self.person, actor=self.actor)
            getattr(self, status.value)(ask)
            ask.refresh_from_db()
            assert ask.status == status
            yield ask

    def pending(self, ask) -> None:
        system, agent = ask.system, agent_of(ask.system)
        newer = EvidenceItem(f"{MARK} fact", f"{MARK} newer", timezone.now())
        other = Fingerprint(STATE.name, f"{MARK} other")
        refresh_preconditions(
            ask.pk, system=system, actor=agent, preconditions=[other], evidence=[newer]
        )

    def decide(self, ask, verdict, **fields) -> None:
        word = ruling(ask, verdict, **{"comment": f"{MARK} comment", **fields})
        decide_request(ask.pk, word, person=self.person, actor=self.actor)

    def approved(self, ask) -> None:
        self.decide(ask, "edit", arguments={"x": f"{MARK} edited"})

    def rejected(self, ask) -> None:
        self.decide(ask, "reject", reason_code="other")

    def answered(self, ask) -> None:
        self.decide(ask, "answer")

    def expired(self, ask) -> None:
        past = timezone.now() - LONG_AGO
        ActionRequest.objects.filter(pk=ask.pk).update(
            created_at=past, expires_at=past + timedelta(seconds=1)
        )
        sweep_queues()

    def withdrawn(self, ask) -> None:
        withdraw_request(ask.pk, system=ask.system, actor=agent_of(ask.system))

    def voided(self, ask) -> None:
        self.approved(ask)
        revoke_approval(ask.pk, person=self.person, actor=self.actor)

    def lapsed(self, ask) -> None:
        self.approved(ask)
        past = timezone.now() - LONG_AGO
        ActionRequest.objects.filter(pk=ask.pk).update(execute_before=past)
        sweep_queues()

    def redeemed(self, ask) -> None:
        self.approved(ask)
        redeem_grant(
            ask.pk,
            system=ask.system,
            actor=agent_of(ask.system),
            attempt=f"{MARK} attempt",
            preconditions=[STATE],
        )

    def report(self, ask, status) -> None:
        self.redeemed(ask)
        report = Report(status, {"said": f"{MARK} result"}, (("crm", f"{MARK} ref"),))
        agent = agent_of(ask.system)
        report_outcome(ask.pk, report, system=ask.system, actor=agent)

    def succeeded(self, ask) -> None:
        self.report(ask, "succeeded")

    def failed(self, ask) -> None:
        self.report(ask, "failed")

    def uncertain(self, ask) -> None:
        self.report(ask, "uncertain")

    def settled(self, ask) -> None:
        self.uncertain(ask)
        settled_as = Settlement.HAPPENED
        settle_outcome(ask.pk, settled_as, person=self.person, actor=self.actor)


def test_a_dump_of_every_status_holds_no_word(reviewer):
    make_queue(reviewer)
    asks = list(Life(reviewer).all_statuses())
    keyring = Keyring.of(ask.pk for ask in asks)
    for ask in asks:  # The words are there, for whoever holds the keys.
        assert MARK in open_headline(ask, keyring).summary
        assert MARK in open_contents(ask, keyring).justification
    dump = dump_of("DATABASE_URL")
    assert all(str(ask.pk).encode() in dump for ask in asks)
    assert not is_said_in(dump, MARK)


def test_the_keys_stand_in_another_dump(reviewer):
    make_queue(reviewer)
    ask = ask_in_words()
    kept = bytes(ask.contents_sealed).hex().encode()
    assert kept in dump_of("DATABASE_URL")
    assert kept not in dump_of("KEYS_DATABASE_URL")
    assert str(ask.pk).encode() in dump_of("KEYS_DATABASE_URL")
    assert b"core_datakey" not in dump_of("DATABASE_URL")
