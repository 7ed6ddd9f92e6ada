"""Where a messenger address may lead: to messengers, and never into this network."""

import pytest

from reviewapp.core.models import Event
from reviewapp.notifications import messengers
from reviewapp.notifications.messengers import AddressRefused, messenger_at
from reviewapp.notifications.models import Call, Reach, Wish
from reviewapp.notifications.services.calls import make_due_calls
from reviewapp.notifications.services.notices import call_people
from reviewapp.notifications.services.reach import change_reach
from tests.builders import actor_of_person
from tests.queues.builders import make_ask, make_queue

_HOOK = "abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def names(monkeypatch) -> dict[str, str]:
    """What names resolve to; addresses resolve to themselves."""
    known: dict[str, str] = {"chat.example.com": "93.184.216.34"}

    def resolve(host, port, **_):
        return [(2, 1, 6, "", (known.get(host, host), 0))]

    monkeypatch.setattr(messengers.socket, "getaddrinfo", resolve)
    return known


@pytest.mark.parametrize(
    "url",
    [
        "ntfys://topic",
        "discord://123/abc",
        "tgram://123456789:abcdefg_hijklmnop/123",
        f"mmosts://chat.example.com/{_HOOK}",
        "ntfys://chat.example.com/topic",
    ],
)
def test_a_messenger_may_be_used_and_follows_no_redirect(names, url):
    assert not messenger_at(url).redirects


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("nonsense", "scheme_not_allowed"),
        ("file:///etc/passwd", "scheme_not_allowed"),
        ("syslog://", "scheme_not_allowed"),
        ("json://127.0.0.1:6379/", "scheme_not_allowed"),
        ("https://chat.example.com/", "scheme_not_allowed"),
        ("vapid://a@b.example?keyfile=/etc/passwd", "scheme_not_allowed"),
        (
            "workflows://chat.example.com/w/s/?template=/etc/hostname",
            "parameters_not_allowed",
        ),
        ("ntfys://topic/#x?mode=private", "parameters_not_allowed"),
        ("discord://", "target_unknown"),
        (f"mmosts://10.0.0.1/{_HOOK}", "private_address"),
        (f"mmosts://chat.example.com@127.0.0.1/{_HOOK}", "private_address"),
        ("ntfys://169.254.169.254/topic", "private_address"),
        ("ntfys://inside.example.com/topic", "private_address"),
    ],
)
def test_any_other_address_is_refused(names, url, code):
    names["inside.example.com"] = "10.0.0.7"
    with pytest.raises(AddressRefused) as refused:
        messenger_at(url)
    assert refused.value.code == code


def test_a_messenger_inside_may_be_allowed_by_name(names, settings):
    names["inside.example.com"] = "10.0.0.7"
    settings.APPRISE_PRIVATE_HOSTS = ["inside.example.com"]
    messenger_at("ntfys://inside.example.com/topic")


@pytest.mark.django_db
def test_the_host_is_looked_up_again_before_a_call(reviewer, names):
    queue = make_queue(reviewer)
    channels = ["apprise"]
    Wish.objects.create(
        person=reviewer,
        queue=queue,
        occasion="arrival",
        channels=channels,
        risk_classes=["destructive"],
    )
    change_reach(
        reviewer,
        actor=actor_of_person(reviewer),
        quiet_from=None,
        quiet_to=None,
        apprise_url="ntfys://chat.example.com/topic",
    )
    assert Reach.objects.get().apprise_sealed is not None
    make_ask(tool="delete_records")
    call_people(list(Event.objects.all()))
    names["chat.example.com"] = "127.0.0.1"
    assert make_due_calls() == 0
    assert Call.objects.get().failure == "private_address"
