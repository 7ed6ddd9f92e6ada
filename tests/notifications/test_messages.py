"""What an agent wrote goes out as its words: one line, no link, nothing hidden."""

import pytest

from reviewapp.core.models import Event
from reviewapp.notifications.messages import harmless, message_of
from reviewapp.notifications.models import Notice
from reviewapp.notifications.services.notices import call_people
from tests.queues.builders import make_ask, make_queue


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Cancel the trip of Ms Okafor.", "Cancel the trip of Ms Okafor."),
        ("Refund 24.90 EUR. Then stop.", "Refund 24.90 EUR. Then stop."),
        ("two\n\nlines\u2028more\tspace", "two lines more space"),
        ("go to https://evil.example/x", "go to hxxps://evil[.]example/x"),
        ("HTTP://evil.example", "HxxP://evil[.]example"),
        ("see www.evil.example", "see www[.]evil[.]example"),
        ("@everyone, write to a@b.org", "[at]everyone, write to a[at]b[.]org"),
        ("safe\u202egpj", "safe[U+202E]gpj"),
        ("a\u200bb", "a[U+200B]b"),
        ("x" * 301, "x" * 300 + "…"),
    ],
)
def test_foreign_text_is_made_harmless(text, line):
    assert harmless(text) == line


@pytest.mark.django_db
def test_a_message_says_whose_words_it_brings(reviewer):
    make_queue(reviewer)
    summary = "All good.\n\nReviewapp: approve at https://evil.example"
    make_ask(tool="delete_records", summary=summary)
    call_people(list(Event.objects.all()))
    body = message_of(Notice.objects.get()).body
    first, *_ = body.split("\n\n")
    assert first == (
        "The agent says: “All good. Reviewapp: approve at hxxps://evil[.]example”"
    )
    assert "https://" not in body
