"""A draft for the customer: what is in it, who edits, who releases, who copies."""

import pytest
from django.db import connections

from reviewapp.core.models import Event
from reviewapp.core.permissions import Role
from reviewapp.core.problems import AlreadyHandled, Conflict, Forbidden, Invalid
from tests.builders import actor_of_person, make_person, make_system, make_tool
from tests.traces.builders import make_span, text, thought
from tests.traces.refund_run import ANSWER, ORDER, THOUGHT, call, came, make_refund_run
from tests.traces.stored import forget_words, store
from traces.explaining import LONGEST, TO_WRITE, masks_in
from traces.letters import keyring_of, seal_text
from traces.models import Explanation, Trace
from traces.selectors.drafts import TowardsCustomer
from traces.selectors.reach import Reach
from traces.services import drafting
from traces.services import explanations as services
from traces.services.explanations import Read
from traces.spans import Direction, Fidelity, Kind, Part, PartKind, WordClass
from traces.tiers import Clarity, Tier

pytestmark = pytest.mark.django_db


@pytest.fixture
def trace():
    system = make_system("shop", name="Lamp helper")
    make_tool(system, "get_order", effect="read", freshness_limit_s=60)
    make_tool(system, "refund", effect="write")
    return store(make_refund_run(), system)


def draft(trace, person):
    return drafting.draft_explanation(
        trace, person=person, actor=actor_of_person(person)
    )


def read(one, person) -> Read:
    return services.read_explanation(one, person=person, actor=actor_of_person(person))


def submit(one, person, words="What went wrong, in my own words."):
    return services.submit_explanation(
        one,
        text=words,
        version=one.version,
        person=person,
        actor=actor_of_person(person),
    )


def save(one, person, words, version=None):
    return services.save_explanation(
        one,
        text=words,
        version=version or one.version,
        person=person,
        actor=actor_of_person(person),
    )


def release(one, person, version=None):
    return services.release_explanation(
        one,
        version=version or one.version,
        person=person,
        actor=actor_of_person(person),
    )


def send_back(one, person, note):
    return services.send_back_explanation(
        one,
        version=one.version,
        note=note,
        person=person,
        actor=actor_of_person(person),
    )


def copy(one, person):
    return services.copy_explanation(one, person=person, actor=actor_of_person(person))


def verbs():
    events = Event.objects.filter(subject_type="explanation").order_by("id")
    return [event.verb.removeprefix("explanation.") for event in events]


# What is in it


def test_it_tells_question_answer_and_what_they_rest_on(support, trace):
    words = read(draft(trace, support), support).text
    for told in (
        "our assistant Lamp helper gave on 20 November 2026",
        "I want my money back!",
        ANSWER,
        "at 12:14 UTC.",
        "get order (order id 7): id 7, state shipped",
        "(sku A-1, name Lamp, count 2; sku B-9, name Shade, count 2)",
        "It was looked up 14 minutes before the answer. What is older than 1 minute",
        "refund (order id 7, amount 120.00): this failed.",
        TO_WRITE,
    ):
        assert told in words, told


def test_it_is_masked_for_everybody_even_who_reads_in_clear(trace):
    both = make_person(Role.SUPPORT_LEAD, Role.PRIVACY_OFFICER)
    words = read(draft(trace, both), both).text
    assert "mara@example.com" not in words
    assert masks_in(words) == ["[EMAIL-1]"]


REASONINGS = (
    "RAW-THOUGHT",
    "SUMMED-UP-THOUGHT",
    "THINK-TOOL-THOUGHT",
    "SEALED-THOUGHT",
)


def reasoned_all_over():
    """Reasoning wherever a dialect may put it: before, within and beside an act."""
    think = Part(
        PartKind.TOOL_CALL,
        WordClass.REASONING,
        name="think",
        call_id="t1",
        text='{"thought": "THINK-TOOL-THOUGHT"}',
        fidelity=Fidelity.RAW,
    )
    sealed = Part(PartKind.OPAQUE, WordClass.OPAQUE, text="SEALED-THOUGHT")
    first, *rest = make_refund_run()
    for span in rest:
        span.parts = [
            *span.parts,
            thought("RAW-THOUGHT", fidelity=Fidelity.RAW),
            thought("SUMMED-UP-THOUGHT", fidelity=Fidelity.SUMMARY),
            think,
            sealed,
        ]
    return [first, *rest]


@pytest.mark.parametrize(
    "roles",
    [
        (Role.SUPPORT,),
        (Role.SUPPORT_LEAD,),
        (Role.SUPPORT, Role.ENGINEER),
        (Role.SUPPORT, Role.PRIVACY_OFFICER),
    ],
)
def test_no_reasoning_of_any_kind_gets_in_whatever_the_author_reads(roles):
    trace = store(reasoned_all_over(), make_system("shop", environment="staging"))
    author = make_person(*roles)
    one = draft(trace, author)
    words = read(one, author).text
    assert ANSWER in words
    for kind in (*REASONINGS, THOUGHT[:40]):
        assert kind not in words
    opened = Event.objects.get(verb="trace.words_opened").facts
    assert set(opened["parts"]) == {"dialogue", "tools"}


@pytest.mark.parametrize("tier", list(Tier))
@pytest.mark.parametrize("words", list(WordClass))
def test_a_draft_reaches_dialogue_and_tools_masked_and_nothing_else(tier, words):
    reached = TowardsCustomer.of(Reach(tier)).clarity_of(words)
    told = words in (WordClass.DIALOGUE, WordClass.TOOLS) and tier > Tier.SHAPE
    assert reached == (Clarity.MASKED if told else Clarity.NONE)


def test_a_run_without_an_answer_says_so(support):
    trace = store([make_span(1, parts=[thought("Hm.")])])
    words = read(draft(trace, support), support).text
    assert "It ended without an answer." in words
    assert "Hm." not in words


def test_of_a_long_run_it_tells_the_first_dozen(support):
    calls = [
        make_span(n, None, Kind.TOOL, start_s=n, tool=f"tool_{n}") for n in range(1, 16)
    ]
    words = read(draft(store(calls), support), support).text
    assert "- tool 12: this was done." in words
    assert "tool 13" not in words
    assert "- And 3 more." in words


def test_of_a_long_run_what_went_wrong_is_told_wherever_it_stands(support):
    calls = [
        make_span(n, None, Kind.TOOL, start_s=n, tool=f"tool_{n}", failed=n == 15)
        for n in range(1, 16)
    ]
    words = read(draft(store(calls), support), support).text
    assert "- tool 15: this failed." in words
    assert "tool 12" not in words


def long_winded_run():
    """A run of which everything is long: question, answer, calls and what they read."""
    asked = text("why? " * 5_000, Direction.IN, "user")
    calls = [
        make_span(
            n,
            1,
            Kind.TOOL,
            start_s=n,
            tool=f"tool_{n}",
            call_id=f"c{n}",
            effect="write" if n % 2 else "read",
            parts=[
                call(f"tool_{n}", f'"{"g" * 2_000}"', f"c{n}", Direction.IN),
                came(f"tool_{n}", f'"{"r" * 2_000}"', f"c{n}"),
            ],
        )
        for n in range(2, 32)
    ]
    before = [
        came(f"old_{n}", "b" * 2_000, f"o{n}", direction=Direction.IN, message=n)
        for n in range(1, 15)
    ]
    answer = make_span(40, 1, start_s=50, parts=[asked, *before, text("so " * 9_000)])
    return [make_span(1, kind=Kind.AGENT, seconds=60), *calls, answer]


def test_of_a_run_however_long_all_of_the_letter_is_there(support):
    """The line that a person has to write stands at its end."""
    one = draft(store(long_winded_run(), make_system()), support)
    words = read(one, support).text
    assert words.endswith(f"{TO_WRITE}\n\nKind regards")
    assert 5_000 < len(words) <= LONGEST
    assert words.count("- And ") == 3
    with pytest.raises(Invalid):
        submit(one, support, words)


OWN = {
    '"as_of": "2026-11-13"': "says itself that it is as of 13 November 2026, 6 days",
    '"cached_at": "2026-11-13T09:00:00Z"': "as of 13 November 2026, 09:00 UTC, 7 days",
    '"cache": "HIT"': "It says itself that it came from a stored copy.",
    '"last_updated": "2026-11-13"': "it was last changed on 13 November 2026, 6 days",
    '"as_of": "2026-11-20T12:00:10Z"': "",
}


@pytest.mark.parametrize("says", OWN)
def test_what_a_record_said_of_its_own_date_is_told(support, says):
    spans = make_refund_run()
    for span in spans:
        for part in span.parts:
            if part.text == ORDER:
                part.text = ORDER.replace('"id": 7', f'"id": 7, {says}')
    words = read(draft(store(spans), support), support).text
    assert OWN[says] in words
    assert ("says itself" in words) == bool(OWN[says])
    assert "old when it answered" not in words


def test_of_a_partial_run_no_act_is_denied(support):
    announced = Part(
        PartKind.TOOL_CALL, WordClass.TOOLS, name="refund", call_id="c1", text="{}"
    )
    parts = [announced, text("Done.")]
    whole = store([make_span(1, parts=parts)], make_system())
    partial = store([make_span(1, 99, parts=parts)], make_system())
    told = [read(draft(one, support), support).text for one in (whole, partial)]
    assert "our record does not show that it did" in told[0]
    assert "our record is not complete enough to say whether it did" in told[1]


def test_drafting_is_a_reading_that_the_log_knows(support, trace):
    draft(trace, support)
    event = Event.objects.get(verb="trace.words_opened")
    assert (event.facts["door"], event.person_id) == ("explanation", support.pk)


def test_it_is_kept_sealed(support, trace):
    one = draft(trace, support)
    save(one, support, "Canary in the text.")
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT row_to_json(e)::text FROM traces_explanation e")
        (row,) = cursor.fetchone()
    assert b"Canary".hex() not in row
    for event in Event.objects.all():
        assert "Canary" not in str(event.facts)


# The way to the customer


def test_from_a_draft_to_a_copy(support, support_lead, trace):
    one = draft(trace, support)
    submit(one, support, "The fact was 14 minutes old.")
    release(one, support_lead)
    assert copy(one, support) == "The fact was 14 minutes old."
    assert one.decided_by == support_lead
    assert verbs() == ["drafted", "saved", "submitted", "released", "copied"]
    texts = dict(
        Event.objects.filter(facts__has_key="text").values_list("verb", "facts__text")
    )
    assert texts["explanation.saved"] == texts["explanation.released"]


def test_one_has_one_open_draft_of_a_run(support, trace):
    assert draft(trace, support) == draft(trace, support)
    assert Explanation.objects.count() == 1


def test_sent_back_with_a_note_edited_and_handed_over_again(
    support, support_lead, trace
):
    one = submit(draft(trace, support), support)
    send_back(one, support_lead, "Say when the refund comes.")
    assert read(one, support).note == "Say when the refund comes."
    submit(one, support, "It comes on Monday.")
    release(one, support_lead)
    assert verbs() == [
        "drafted", "saved", "submitted", "sent_back", "read", "saved", "submitted",
        "released",
    ]  # fmt: skip
    assert read(one, support).note == ""


def test_nobody_releases_what_they_wrote(support_lead, trace):
    one = submit(draft(trace, support_lead), support_lead)
    with pytest.raises(Forbidden, match="Somebody else"):
        release(one, support_lead)
    with pytest.raises(Forbidden, match="Somebody else"):
        send_back(one, support_lead, "x")
    release(one, make_person(Role.SUPPORT_LEAD))


def test_support_releases_nothing(support, trace):
    one = submit(draft(trace, support), support)
    with pytest.raises(Forbidden, match="support lead"):
        release(one, make_person(Role.SUPPORT))


@pytest.mark.parametrize("role", [r for r in Role if "support" not in r])
def test_nobody_else_drafts(role, trace):
    with pytest.raises(Forbidden, match="do not draft"):
        draft(trace, make_person(role))


def test_only_its_author_changes_it(support, support_lead, trace):
    one = draft(trace, support)
    with pytest.raises(Forbidden, match="Only its author"):
        save(one, support_lead, "Mine now.")


def test_what_is_not_released_is_not_copied(support, support_lead, trace):
    one = draft(trace, support)
    for _ in ("draft", "submitted"):
        with pytest.raises(Conflict) as refused:
            copy(one, support)
        assert refused.value.code == "not_released"
        submit(one, support) if one.is_open else None
    send_back(one, support_lead, "No.")
    with pytest.raises(Conflict):
        copy(one, support)


def test_a_line_still_to_write_is_not_handed_over(support, trace):
    one = draft(trace, support)
    with pytest.raises(Invalid):
        submit(one, support, read(one, support).text)
    one.refresh_from_db()
    assert one.state == "draft"


@pytest.mark.parametrize("words", ["", "   \n", "x" * 20_001])
def test_nothing_and_too_much_are_refused(support, trace, words):
    with pytest.raises(Invalid):
        save(draft(trace, support), support, words)


def test_what_changed_meanwhile_is_neither_overwritten_nor_released(
    support, support_lead, trace
):
    one = draft(trace, support)
    save(one, support, "From another tab.")
    with pytest.raises(Conflict) as refused:
        save(one, support, "From this one.", version=1)
    assert refused.value.code == "changed"
    submit(one, support)
    with pytest.raises(Conflict):
        release(one, support_lead, version=2)
    assert read(one, support).text == "What went wrong, in my own words."


def test_what_is_handed_over_or_released_is_not_changed_any_more(
    support, support_lead, trace
):
    one = submit(draft(trace, support), support)
    with pytest.raises(AlreadyHandled):
        save(one, support, "Wait!")
    release(one, support_lead)
    with pytest.raises(AlreadyHandled):
        save(one, support, "Wait!")
    with pytest.raises(AlreadyHandled):
        release(one, make_person(Role.SUPPORT_LEAD))


def test_a_note_says_what_to_change(support, support_lead, trace):
    one = submit(draft(trace, support), support)
    with pytest.raises(Invalid):
        send_back(one, support_lead, "  ")


# Masks


MASKED = "We wrote to you.\nYour address is [EMAIL-1]."


def test_with_a_mask_in_it_it_is_not_handed_over(support, trace):
    one = draft(trace, support)
    with pytest.raises(Invalid) as refused:
        submit(one, support, MASKED)
    assert "[EMAIL-1] in line 2" in refused.value.errors["text"][0]
    one.refresh_from_db()
    assert one.state == "draft"


def test_nor_released_where_it_was_handed_over_before(support, support_lead, trace):
    one = submit(draft(trace, support), support)
    sealed = seal_text(keyring_of(one), one, MASKED)
    Explanation.objects.update(sealed=sealed)
    one.refresh_from_db()
    with pytest.raises(Conflict) as refused:
        release(one, support_lead)
    assert refused.value.code == "masks_left"
    assert "[EMAIL-1] in line 2" in refused.value.detail
    one.refresh_from_db()
    assert one.state == "submitted"
    send_back(one, support_lead, "Line 2.")


# Taking back and giving up


def withdraw(one, person, version=None):
    return services.withdraw_explanation(
        one,
        version=version or one.version,
        person=person,
        actor=actor_of_person(person),
    )


def discard(one, person, version=None):
    return services.discard_explanation(
        one,
        version=version or one.version,
        person=person,
        actor=actor_of_person(person),
    )


def test_what_was_handed_over_can_be_taken_back_and_changed(
    support, support_lead, trace
):
    one = withdraw(submit(draft(trace, support), support), support)
    assert (one.state, one.submitted_at) == ("draft", None)
    with pytest.raises(AlreadyHandled):
        release(one, support_lead)
    save(one, support, "Better.")
    assert verbs()[-2:] == ["withdrawn", "saved"]


def test_what_is_decided_is_not_taken_back(support, support_lead, trace):
    one = submit(draft(trace, support), support)
    with pytest.raises(Conflict):
        withdraw(one, support, version=one.version - 1)
    release(one, support_lead)
    for act in (withdraw, discard):
        with pytest.raises(AlreadyHandled):
            act(one, support)


def test_only_its_author_takes_it_back_or_gives_it_up(support, support_lead, trace):
    one = draft(trace, support)
    with pytest.raises(Forbidden):
        discard(one, support_lead)
    with pytest.raises(Forbidden):
        withdraw(submit(one, support), support_lead)


def test_after_giving_up_its_author_drafts_anew(support, support_lead, trace):
    one = draft(trace, support)
    save(one, support, "Canary.")
    discard(one, support)
    assert verbs()[-1] == "discarded"
    for person in (support, support_lead):
        assert not Explanation.objects.visible_to(person).exists()
    anew = draft(trace, support)
    assert anew.pk != one.pk
    assert ANSWER in read(anew, support).text


def test_what_waits_for_release_is_taken_back_before_it_is_given_up(support, trace):
    one = submit(draft(trace, support), support)
    with pytest.raises(AlreadyHandled):
        discard(one, support)


# Tiers and the end of words


def test_a_cap_closes_it_for_its_author_too(support, support_lead, trace):
    one = submit(draft(trace, support), support)
    Trace.objects.update(label_tier=0)
    one = Explanation.objects.select_related("trace__system").get()
    assert read(one, support) == Read(why_not="hidden")
    with pytest.raises(Forbidden, match="may not read"):
        release(one, support_lead)
    with pytest.raises(Forbidden, match="may not read"):
        draft(one.trace, make_person(Role.SUPPORT))


def test_after_the_words_are_destroyed_nothing_of_it_is_left(
    support, support_lead, trace
):
    one = submit(draft(trace, support), support)
    forget_words(trace)
    assert read(one, support) == Read(why_not="gone")
    for act in (
        lambda: release(one, support_lead),
        lambda: send_back(one, support_lead, "x"),
        lambda: draft(trace, make_person(Role.SUPPORT)),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "words_gone"


def test_its_author_typed_it_so_it_may_say_what_was_masked(
    support, support_lead, trace
):
    one = submit(draft(trace, support), support, "We wrote to mara@example.com.")
    assert read(one, support_lead).text == "We wrote to mara@example.com."


def test_words_typed_as_html_are_words(support, trace):
    system = trace.system
    other = store(
        [make_span(1, parts=[text("<b>&amp; bold</b>")], trace_id="cd" * 16)], system
    )
    assert "<b>&amp; bold</b>" in read(draft(other, support), support).text
