"""The pages of retention and holds, and of destroying words."""

import pytest
from django.urls import reverse

from reviewapp.core.models import Event
from tests.builders import actor_of_person, make_system
from tests.queues.pages.costs import count_queries
from tests.traces.builders import make_run
from tests.traces.keeping.runs import ago, classes_of, has_key, store_aged
from traces.models import KeepShare, Preservation, RetentionPolicy
from traces.services.expiring import sweep_retention
from traces.services.preservations import Target, place_preservation

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client_for, privacy_officer):
    return client_for(privacy_officer, fresh=True)


def hold(person, **target):
    return place_preservation(
        Target(**target),
        person=person,
        actor=actor_of_person(person),
        reason=Preservation.Reason.COMPLAINT,
        note="Mara complains",
    )


def test_the_table_has_every_kind_and_every_system(officer):
    make_system("a", name="Alpha")
    page = officer.get(reverse("retention")).text
    for words in ("Alpha", "400", "Reasoning", "Dead letters", "all"):
        assert words in page


def test_setting_days_in_general_and_of_a_system(officer):
    system = make_system("a")
    address = reverse("set_retention", args=["reasoning"])
    assert (
        officer.post(address, {"days": "20"}).headers["Location"]
        == "/access/retention/"
    )
    officer.post(f"{address}?system=a", {"days": "3"})
    assert list(RetentionPolicy.objects.values_list("system", "days")) == [
        (None, 20),
        (system.pk, 3),
    ]
    officer.post(f"{address}?system=a", {"days": ""})
    assert RetentionPolicy.objects.last().days is None


@pytest.mark.parametrize("days", ["0", "", "9999", "500"])
def test_what_cannot_be_is_said_at_its_field(officer, days):
    answer = officer.post(reverse("set_retention", args=["reasoning"]), {"days": days})
    assert answer.status_code == 422
    assert "days" in answer.context["form"].errors
    assert not RetentionPolicy.objects.exists()


def test_a_kind_that_is_none_is_not_found(officer):
    assert officer.get(reverse("set_retention", args=["gossip"])).status_code == 404


def test_the_share_is_set_in_per_cent(officer):
    make_system("a")
    officer.post(reverse("set_keep_share", args=["a"]), {"percent": "12.5"})
    assert KeepShare.objects.get().share == 0.125
    assert "12.5 %" in officer.get(reverse("retention")).text


def test_what_went_is_told_with_its_figures(officer):
    store_aged(31)
    sweep_retention(60)
    page = officer.get(reverse("retention")).text
    assert "reasoning, older than 30 days" in page


def test_an_auditor_reads_and_sets_nothing(client_for, auditor):
    client = client_for(auditor, fresh=True)
    assert "set_retention" not in client.get(reverse("retention")).text
    answer = client.post(reverse("set_retention", args=["tools"]), {"days": "1"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("scope", "reference"),
    [("conversation", "c-1"), ("subject", "mara@example.com"), ("system", "a")],
)
def test_placing_a_hold(officer, scope, reference):
    make_system("a")
    given = {"scope": scope, "reference": reference, "reason": "audit", "note": ""}
    officer.post(reverse("place_preservation"), given)
    assert Preservation.objects.get().scope == scope
    assert reference in officer.get(reverse("preservations")).text


def test_placing_a_hold_on_a_trace_from_its_page(officer):
    trace = store_aged()
    address = reverse("place_preservation")
    assert str(trace.pk) in officer.get(f"{address}?trace={trace.pk}").text
    given = {"scope": "trace", "reason": "audit", "note": ""}
    officer.post(address, given | {"reference": str(trace.pk)})
    officer.post(address, given | {"reference": trace.trace_id.hex})
    assert [one.trace_key for one in Preservation.objects.all()] == [trace.pk] * 2


@pytest.mark.parametrize("scope", ["trace", "system"])
def test_a_hold_on_what_is_not_there_is_refused_at_its_field(officer, scope):
    given = {"scope": scope, "reference": "nothing", "reason": "audit"}
    answer = officer.post(reverse("place_preservation"), given)
    assert answer.status_code == 422
    assert "reference" in answer.context["form"].errors


def test_a_trace_id_of_two_systems_asks_for_more(officer):
    run = store_aged()
    store_aged(spans=make_run(run.trace_id.hex))
    given = {"scope": "trace", "reference": run.trace_id.hex, "reason": "audit"}
    answer = officer.post(reverse("place_preservation"), given)
    assert "Several systems" in answer.text


def test_lifting_asks_once_more(officer, privacy_officer):
    held = hold(privacy_officer, conversation="c-1")
    address = reverse("lift_preservation", args=[held.pk])
    assert "does not come back" in officer.get(address).text
    officer.post(address)
    held.refresh_from_db()
    assert held.lifted_by == privacy_officer
    assert officer.get(address).status_code == 404


def test_an_auditor_sees_holds_without_their_words(
    client_for, auditor, privacy_officer
):
    hold(privacy_officer, subject="mara@example.com")
    page = client_for(auditor).get(reverse("preservations")).text
    assert "A complaint" in page
    assert "mara" not in page.lower()


def test_reading_references_of_holds_is_in_the_log(officer, privacy_officer):
    hold(privacy_officer, subject="mara@example.com")
    officer.get(reverse("preservations"))
    assert Event.objects.filter(verb="preservations.read").count() == 1


def test_destroying_words_asks_for_a_reason(officer):
    trace = store_aged()
    address = reverse("destroy_words", args=[trace.pk])
    assert "not even from a backup" in officer.get(address).text
    assert officer.post(address, {"reason": ""}).status_code == 422
    assert has_key(trace)
    officer.post(address, {"reason": "erasure"})
    assert classes_of(trace) == set()
    assert "gone already" in officer.get(address).text


def test_a_held_trace_offers_no_button(officer, privacy_officer):
    trace = store_aged()
    hold(privacy_officer, trace=trace)
    address = reverse("destroy_words", args=[trace.pk])
    assert "Destroy the words</button>" not in officer.get(address).text
    assert officer.post(address, {"reason": "erasure"}).status_code == 409
    assert has_key(trace)


def test_pages_cost_the_same_for_two_and_for_twenty(officer, privacy_officer):
    costs = {"retention": [], "preservations": []}
    for number in range(20):
        trace = store_aged()
        hold(privacy_officer, trace=trace)
        RetentionPolicy.objects.create(
            kind="tools",
            system=trace.system,
            days=9,
            set_by=privacy_officer,
            from_at=ago(1),
        )
        if number in (1, 19):
            for name, counted in costs.items():
                with count_queries() as queries:
                    officer.get(reverse(name))
                counted.append(queries())
    assert all(two == twenty for two, twenty in costs.values())
