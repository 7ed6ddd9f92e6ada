"""Verdicts through the page: what is sent, what happens, what is said."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from queues.models import Decision, Status
from tests.queues.builders import make_ask, make_queue

pytestmark = pytest.mark.django_db


def post_verdict(client, ask, verdict, **fields):
    proved = {"armed": "1", "seen": "1"}
    data = {"verdict": verdict, "version": ask.version, **proved, **fields}
    return client.post(reverse("decide", args=[ask.pk]), data)


def test_approve_decides_and_goes_on(reviewer, client_for):
    make_queue(reviewer)
    ask = make_ask()
    answer = post_verdict(client_for(reviewer), ask, "approve", then_next="yes")
    assert answer.status_code == 302
    assert answer.url == reverse("next")
    ask.refresh_from_db()
    assert ask.status == Status.APPROVED


def test_after_a_verdict_the_next_request_opens(reviewer, client_for):
    make_queue(reviewer)
    first, second = make_ask(), make_ask()
    answer = post_verdict(client_for(reviewer), first, "approve", then_next="yes")
    assert answer.url == reverse("request", args=[second.pk])
    second.refresh_from_db()
    assert second.holder == reviewer


def test_edit_decides_with_the_edited_arguments(reviewer, client_for):
    make_queue(reviewer)
    ask = make_ask(arguments={"amount": 900})
    post_verdict(client_for(reviewer), ask, "edit", arguments='{"amount": 90}')
    ask.refresh_from_db()
    assert ask.status == Status.APPROVED
    assert ask.arguments_digest != ask.asked_digest


def test_reject_takes_a_reason(reviewer, client_for):
    make_queue(reviewer)
    ask = make_ask()
    post_verdict(client_for(reviewer), ask, "reject", reason_code="not_asked_for")
    ask.refresh_from_db()
    assert ask.status == Status.REJECTED


def test_answer_sends_guidance(reviewer, client_for):
    make_queue(reviewer)
    ask = make_ask()
    post_verdict(client_for(reviewer), ask, "answer", comment="Ask the customer first.")
    ask.refresh_from_db()
    assert ask.status == Status.ANSWERED


def test_a_press_before_the_card_was_ready_decides_nothing(reviewer, client_for):
    make_queue(reviewer)
    ask = make_ask()
    answer = post_verdict(client_for(reviewer), ask, "approve", armed="")
    assert answer.status_code == 422
    assert not Decision.objects.exists()


def test_the_tick_of_people_without_script_proves_intent(reviewer, client_for):
    make_queue(reviewer)
    ask = make_ask()
    post_verdict(client_for(reviewer), ask, "approve", armed="", confirmed="yes")
    ask.refresh_from_db()
    assert ask.status == Status.APPROVED


def test_what_was_folded_and_not_opened_cannot_be_approved(reviewer, client_for):
    make_queue(reviewer)
    ask = make_ask(arguments={"text": "line\n" * 200})
    client = client_for(reviewer)
    answer = post_verdict(client, ask, "approve")
    assert answer.status_code == 422
    assert "Open all that is folded away" in answer.text
    post_verdict(client, ask, "approve", opened="1")
    ask.refresh_from_db()
    assert ask.status == Status.APPROVED


def test_what_weighs_cannot_be_approved_before_its_reason_was_seen(
    reviewer, client_for
):
    make_queue(reviewer)
    ask = make_ask()
    answer = post_verdict(client_for(reviewer), ask, "approve", seen="")
    assert answer.status_code == 422
    assert "Look at why the agent wants it" in answer.text
    post_verdict(client_for(reviewer), ask, "reject", seen="", reason_code="too_risky")
    ask.refresh_from_db()
    assert ask.status == Status.REJECTED


@pytest.mark.parametrize(
    ("tool", "environment"),
    [("set_label", "production"), ("cancel_reservation", "staging")],
)
def test_what_weighs_less_needs_no_such_proof(reviewer, client_for, tool, environment):
    make_queue(reviewer)
    ask = make_ask(tool=tool, environment=environment, reversibility="reversible")
    answer = post_verdict(client_for(reviewer), ask, "approve", seen="")
    assert answer.status_code == 302


def test_a_changed_editor_is_not_approved_as_it_was(reviewer, client_for):
    make_queue(reviewer)
    ask = make_ask(arguments={"amount": 900})
    client = client_for(reviewer)
    answer = post_verdict(client, ask, "approve", arguments='{"amount": 90}')
    assert answer.status_code == 422
    assert "press Approve edited" in answer.text
    assert answer.context["edited_text"] == '{"amount": 90}'
    assert not Decision.objects.exists()
    post_verdict(client, ask, "approve", arguments='{ "amount":\r\n900 }')
    assert Decision.objects.filter(ask=ask, verdict="approve").exists()


def test_what_was_folded_can_be_rejected_unopened(reviewer, client_for):
    make_queue(reviewer)
    ask = make_ask(arguments={"text": "line\n" * 200})
    post_verdict(client_for(reviewer), ask, "reject", reason_code="too_risky")
    ask.refresh_from_db()
    assert ask.status == Status.REJECTED


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "This is not JSON"),
        ("[1]", "Arguments are an object"),
        ('{"amount": "much"}', "amount"),
        ('{"amount": 123456789012345678901234567890}', "lose digits"),
        ('{"amount": 9007199254740993}', "lose digits"),
        ('{"amount": 90, "amount": 900}', "the same key twice"),
        ('{"amount": NaN}', "NaN is no JSON number"),
        ('{"text": "' + "x" * 900_000 + '"}', "at most 262144 bytes"),
    ],
)
def test_a_bad_edit_says_why_and_keeps_the_text(reviewer, client_for, text, said):
    make_queue(reviewer)
    schema = {"type": "object", "properties": {"amount": {"type": "number"}}}
    ask = make_ask(arguments={"amount": 900}, schema=schema)
    answer = post_verdict(
        client_for(reviewer), ask, "edit", arguments=text, comment="Smaller, please"
    )
    assert answer.status_code == 422
    assert said in answer.text
    assert "Smaller, please" in answer.text
    assert answer.context["edited_text"] == text
    assert not Decision.objects.exists()


def test_a_reason_of_another_verdict_is_named(reviewer, client_for):
    make_queue(reviewer)
    ask = make_ask()
    answer = post_verdict(
        client_for(reviewer), ask, "reject", reason_code="within_policy"
    )
    assert answer.status_code == 422
    assert "“Within policy” does not go with this verdict" in answer.text


def test_a_changed_card_refuses_and_gives_the_text_back(reviewer, client_for):
    make_queue(reviewer)
    ask = make_ask()
    answer = post_verdict(
        client_for(reviewer), ask, "answer", version=7, comment="Half of it"
    )
    assert answer.status_code == 409
    assert "has changed since you saw it" in answer.text
    assert "Half of it" in answer.text
    assert not Decision.objects.exists()


def test_a_second_press_is_told_that_it_is_decided(reviewer, client_for):
    make_queue(reviewer)
    ask = make_ask()
    client = client_for(reviewer)
    post_verdict(client, ask, "approve")
    answer = post_verdict(client, ask, "approve")
    assert answer.status_code == 409
    assert Decision.objects.count() == 1


def test_htmx_is_sent_on_by_a_header(reviewer, client_for):
    make_queue(reviewer)
    ask = make_ask()
    client = client_for(reviewer, headers={"hx-request": "true"})
    answer = post_verdict(client, ask, "approve")
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == reverse("queue")


def test_messages_carry_no_words(reviewer, client_for):
    make_queue(reviewer)
    ask = make_ask(summary="Cancel the trip of Zebediah")
    answer = post_verdict(client_for(reviewer), ask, "approve")
    said = " ".join(str(message) for message in get_messages(answer.wsgi_request))
    assert "cancel_reservation" in said
    assert "Zebediah" not in said


def test_an_auditor_decides_nothing(auditor, client_for):
    make_queue()
    answer = post_verdict(client_for(auditor), make_ask(), "approve")
    assert answer.status_code == 403


def test_a_reviewer_of_another_queue_finds_nothing(reviewer, client_for):
    make_queue(reviewer, slug="money")
    answer = post_verdict(client_for(reviewer), make_ask(), "approve")
    assert answer.status_code == 404
