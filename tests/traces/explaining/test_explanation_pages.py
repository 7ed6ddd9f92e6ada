"""The pages on which explanations are drafted, edited, released and copied out."""

import re

import pytest
from django.urls import reverse

from reviewapp.core.models import Event
from reviewapp.core.permissions import Role
from tests.builders import make_person, make_system
from tests.traces.builders import make_span, text
from tests.traces.refund_run import ANSWER, make_refund_run
from tests.traces.stored import forget_words, store
from traces.explaining import LONGEST, TO_WRITE
from traces.models import Explanation

pytestmark = pytest.mark.django_db
MINE = "The fact was 14 minutes old when it was told to you."


@pytest.fixture
def trace():
    return store(make_refund_run(), make_system("shop", name="Lamp helper"))


@pytest.fixture
def sam(support, client_for):
    return client_for(support)


@pytest.fixture
def sara(support_lead, client_for):
    return client_for(support_lead)


def words_of(answer, status=200):
    assert answer.status_code == status
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def drafted(browser, trace):
    browser.post(reverse("draft_explanation", args=[trace.pk]))
    return Explanation.objects.latest("drafted_at")


def act(browser, name, one, **form):
    address = reverse(name, args=[one.pk])
    one.refresh_from_db()
    return browser.post(address, {"version": one.version, **form}, follow=True)


def handed_over(browser, trace):
    one = drafted(browser, trace)
    act(browser, "save_explanation", one, text=MINE, then="submit")
    return one


def test_from_the_runs_page_to_the_customer(sam, sara, trace):
    page = words_of(sam.get(reverse("show_trace", args=[trace.pk])))
    assert "Explain it to the customer" in page
    panel = sam.get(
        reverse("explain_trace", args=[trace.pk]), headers={"HX-Request": "true"}
    )
    assert "Draft an explanation" in words_of(panel)
    assert "<html" not in panel.content.decode()
    one = drafted(sam, trace)
    page = words_of(sam.get(reverse("show_explanation", args=[one.pk])))
    assert ANSWER in page
    assert TO_WRITE in page
    assert "Copy out" not in page
    page = words_of(act(sam, "save_explanation", one, text=MINE, then="submit"))
    assert "a support lead reads it now" in page
    waiting = words_of(sara.get(reverse("list_explanations")))
    assert "Wait for your release" in waiting
    page = words_of(sara.get(reverse("show_explanation", args=[one.pk])))
    assert MINE in page
    page = words_of(act(sara, "release_explanation", one))
    assert "Released" in page
    copied = act(sam, "copy_explanation", one)
    assert copied.content.decode() == MINE
    assert copied.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "no-store" in copied.headers["Cache-Control"]
    assert Event.objects.filter(verb="explanation.copied").count() == 1


def test_ends_of_lines_count_once_in_whatever_way_browsers_send_them(sam, trace):
    one = drafted(sam, trace)
    longest = "a\r\n" * (LONGEST // 2)
    page = words_of(act(sam, "save_explanation", one, text=longest))
    assert "Saved." in page
    page = words_of(act(sam, "save_explanation", one, text=longest + "ab"), 422)
    assert "Between 1 and 20,000 characters." in page


@pytest.mark.parametrize(
    ("about", "heading"),
    [({"subject": "c-1"}, "For the customer"), ({}, "For whoever asks")],
)
def test_a_run_of_no_customer_is_explained_to_whoever_asks(sam, about, heading):
    trace = store([make_span(1, parts=[text("Hi.")], **about)], make_system())
    for name in ("show_trace", "explain_trace"):
        page = words_of(sam.get(reverse(name, args=[trace.pk])))
        assert heading in page
        assert ("he customer" in page.replace("names no customer", "")) == bool(about)


def test_each_view_of_the_text_is_in_the_log_first(sam, trace):
    one = drafted(sam, trace)
    answer = sam.get(reverse("show_explanation", args=[one.pk]))
    assert "no-store" in answer.headers["Cache-Control"]
    assert Event.objects.filter(verb="explanation.read").count() == 1


def test_who_saw_it_names_who_read_what_the_customer_is_told(
    sam, sara, trace, privacy_officer, client_for
):
    one = handed_over(sam, trace)
    sara.get(reverse("show_explanation", args=[one.pk]))
    pia, asked = (
        client_for(privacy_officer),
        {"by": "trace", "reference": trace.trace_id.hex},
    )
    page = words_of(pia.post(reverse("look_up_seen"), asked, follow=True))
    assert "read what the customer is told" in page


def test_the_author_is_offered_no_release_and_the_lead_no_editing(sam, sara, trace):
    one = handed_over(sam, trace)
    address = reverse("show_explanation", args=[one.pk])
    assert "Release it, or send it back" not in words_of(sam.get(address))
    page = words_of(sara.get(address))
    assert "Release it, or send it back" in page
    assert "Hand over for release" not in page


def test_ones_own_release_is_refused_by_the_door_too(sara, trace):
    one = handed_over(sara, trace)
    page = words_of(act(sara, "release_explanation", one), 403)
    assert "Somebody else releases what you wrote." in page


def test_support_has_no_door_to_release(sam, trace):
    one = handed_over(sam, trace)
    assert act(sam, "release_explanation", one).status_code == 403
    assert act(sam, "send_back_explanation", one, note="x").status_code == 403


def test_a_colleagues_draft_is_not_there(sam, trace, client_for):
    one = drafted(sam, trace)
    colleague = client_for(make_person(Role.SUPPORT))
    address = reverse("show_explanation", args=[one.pk])
    assert colleague.get(address).status_code == 404
    assert "No explanation yet" in words_of(colleague.get(reverse("list_explanations")))


def test_what_was_released_is_there_for_all_of_support(sam, sara, trace, client_for):
    one = handed_over(sam, trace)
    act(sara, "release_explanation", one)
    colleague = client_for(make_person(Role.SUPPORT))
    page = words_of(colleague.get(reverse("show_explanation", args=[one.pk])))
    assert MINE in page
    assert "Copy out" in page


def test_a_refused_text_is_not_lost(sam, trace):
    one = drafted(sam, trace)
    typed = f"Half done. {TO_WRITE}"
    answer = act(sam, "save_explanation", one, text=typed, then="submit")
    page = words_of(answer, 422)
    assert typed in page
    assert "Replace the line in brackets" in page


def test_masks_are_marked_and_told_with_their_lines(sam, sara, trace):
    one = drafted(sam, trace)
    page = words_of(sam.get(reverse("show_explanation", args=[one.pk])))
    assert "Masks still stand in it" in page
    assert "[EMAIL-1] in line" in page
    answer = act(sam, "save_explanation", one, text="To [EMAIL-1].", then="submit")
    assert "[EMAIL-1] in line 1" in words_of(answer, 422)
    act(sam, "save_explanation", one, text="To [EMAIL-1].")
    page = sara.get(reverse("show_explanation", args=[one.pk])).content.decode()
    assert '<mark class="mask-left">[EMAIL-1]</mark>' in page


def test_reloading_the_address_of_a_refused_act_shows_the_explanation(sam, sara, trace):
    one = handed_over(sam, trace)
    shown = reverse("show_explanation", args=[one.pk])
    for browser, name in (
        (sam, "save_explanation"),
        (sam, "withdraw_explanation"),
        (sam, "copy_explanation"),
        (sara, "release_explanation"),
        (sara, "send_back_explanation"),
    ):
        answer = browser.get(reverse(name, args=[one.pk]))
        assert (answer.status_code, answer.headers["Location"]) == (302, shown)


def test_its_author_takes_it_back_and_gives_it_up(sam, sara, trace):
    one = handed_over(sam, trace)
    shown = reverse("show_explanation", args=[one.pk])
    assert "Take it back" in words_of(sam.get(shown))
    assert "Take it back" not in words_of(sara.get(shown))
    page = words_of(act(sam, "withdraw_explanation", one))
    assert "it is your draft again" in page
    assert "Give up this draft" in page
    page = words_of(act(sam, "discard_explanation", one))
    assert "You can draft another one" in page
    assert sam.get(shown).status_code == 404
    assert "No explanation yet" in words_of(sam.get(reverse("list_explanations")))


def test_giving_up_a_draft_is_asked_first(sam, trace):
    one = drafted(sam, trace)
    address = reverse("discard_explanation", args=[one.pk])
    shown = sam.get(reverse("show_explanation", args=[one.pk])).text
    assert f'href="{address}"' in shown
    assert f'action="{address}"' not in shown
    page = words_of(sam.get(address))
    assert "Give up this draft?" in page
    assert "there is no way back" in page
    one.refresh_from_db()
    assert one.state == "draft"
    act(sam, "save_explanation", one, text=MINE, then="submit")
    assert "there is nothing to give up" in words_of(sam.get(address))


@pytest.mark.parametrize("left", [TO_WRITE, "[EMAIL-1]"])
def test_what_is_not_ready_to_be_handed_over_is_kept_as_a_draft(sam, trace, left):
    one = drafted(sam, trace)
    answer = act(sam, "save_explanation", one, text=f"{MINE} {left}", then="submit")
    assert "Saved as your draft, and not handed over." in words_of(answer, 422)
    page = words_of(sam.get(reverse("show_explanation", args=[one.pk])))
    assert MINE in page
    # What is sent next from the refused page is of the version that was kept.
    version = answer.context["form"]["version"].value()
    address = reverse("save_explanation", args=[one.pk])
    again = {"version": version, "text": MINE, "then": "submit"}
    assert "Handed over" in words_of(sam.post(address, again, follow=True))


def test_of_an_old_version_a_refused_hand_over_keeps_nothing(sam, trace):
    one = drafted(sam, trace)
    act(sam, "save_explanation", one, text=MINE)
    stale = {"version": 1, "text": f"Older. {TO_WRITE}", "then": "submit"}
    answer = sam.post(reverse("save_explanation", args=[one.pk]), stale)
    assert answer.status_code == 409
    assert MINE in words_of(sam.get(reverse("show_explanation", args=[one.pk])))


def test_what_was_taken_back_meanwhile_is_shown_and_not_released(sam, sara, trace):
    one = handed_over(sam, trace)
    act(sam, "withdraw_explanation", one)
    page = words_of(act(sara, "release_explanation", one), 409)
    assert "It was taken back meanwhile. Nothing was decided." in page
    assert "Explanation for the customer" in page
    assert "Release it, or send it back" not in page


@pytest.mark.parametrize("is_other", [True, False])
def test_who_hands_over_hears_where_nobody_else_can_release(
    client_for, trace, is_other
):
    if is_other:
        make_person(Role.SUPPORT_LEAD)
    lead = client_for(make_person(Role.SUPPORT_LEAD))
    one = drafted(lead, trace)
    page = words_of(act(lead, "save_explanation", one, text=MINE, then="submit"))
    assert ("Handed over: a support lead reads it now." in page) == is_other
    assert ("Nobody else here may release explanations" in page) != is_other
    assert ("A support lead reads it now." in page) == is_other


def test_sent_back_says_what_to_change(sam, sara, trace):
    one = handed_over(sam, trace)
    refused = act(sara, "send_back_explanation", one, note=" ")
    assert "This field is required" in words_of(refused, 422)
    act(sara, "send_back_explanation", one, note="When does the refund come?")
    page = words_of(sam.get(reverse("show_explanation", args=[one.pk])))
    assert "When does the refund come?" in page
    assert "Hand over for release" in page
    assert sam.get(reverse("count_explanations")).content == b"1"


def test_what_waits_is_counted_beside_the_navigation(sam, sara, trace):
    handed_over(sam, trace)
    assert sara.get(reverse("count_explanations")).content == b"1"
    assert sam.get(reverse("count_explanations")).content == b""


def test_after_the_words_are_gone_the_page_says_so(sam, trace):
    one = handed_over(sam, trace)
    forget_words(trace)
    page = words_of(sam.get(reverse("show_explanation", args=[one.pk])))
    assert "The words are gone" in page
    assert MINE not in page


def test_what_shows_nothing_is_named_and_never_run(sam, sara, trace):
    one = drafted(sam, trace)
    hostile = "<script>alert(1)</script> \u202e turned"
    act(sam, "save_explanation", one, text=hostile, then="submit")
    page = sara.get(reverse("show_explanation", args=[one.pk])).content.decode()
    assert "<script>alert" not in page
    assert "U+202E" in page


def test_a_version_that_is_none_releases_nothing(sam, sara, trace):
    one = handed_over(sam, trace)
    address = reverse("release_explanation", args=[one.pk])
    for version in ("", "-1", "nine", "9" * 30):
        assert sara.post(address, {"version": version}).status_code == 409


def test_twenty_explanations_cost_what_one_does(
    sara, sam, trace, django_assert_max_num_queries
):
    one, address = handed_over(sam, trace), reverse("list_explanations")
    one.refresh_from_db()
    sara.get(address)
    with django_assert_max_num_queries(25) as few:
        sara.get(address)
    Explanation.objects.bulk_create(
        Explanation(
            trace=trace,
            author=make_person(Role.SUPPORT),
            state=one.state,
            sealed=one.sealed,
            drafted_at=one.drafted_at,
            saved_at=one.saved_at,
            submitted_at=one.drafted_at,
        )
        for _ in range(19)
    )
    with django_assert_max_num_queries(len(few)):
        assert len(sara.get(address).context["waiting"]) == 20
