"""Drafts of explanations: composed of what their author may read, and kept sealed.

Of question, answer and acts, masked for everybody; the reasoning is not even opened for
it. What becomes of a draft is `services/explanations.py`'s.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from reviewapp.core.problems import AlreadyHandled, Forbidden
from traces.explaining import TO_SAY, TO_WRITE
from traces.letters import facts_of_letter, keyring_of, seal_text, words_gone
from traces.models import Explanation, State, Trace
from traces.selectors.asked import steps_told
from traces.selectors.drafts import (
    TowardsCustomer,
    material_of,
    parts_told,
    reads_explanations,
)
from traces.selectors.reach import Reach, reach_of
from traces.selectors.reading import read_shape
from traces.selectors.words_shown import Reader
from traces.services.openings import Wanted, open_words
from traces.steps import answer_of


def draft_explanation(trace: Trace, *, person: User, actor: Actor) -> Explanation:
    """Compose a draft from a trace; where the person has one open, return that.

    Raises Forbidden (`may_not_draft`, `tier_too_low`) and Conflict (`words_gone`).
    """
    reach = _reach_to_draft(trace, person)
    mine = Explanation.objects.filter(trace=trace, author=person).unfinished().first()
    return mine or _store(trace, _compose(trace, reach, actor), person, actor)


def _reach_to_draft(trace: Trace, person: User) -> Reach:
    if not person.has_right(Right.EXPLANATION_DRAFT):
        raise Forbidden("may_not_draft", "Your roles do not draft explanations.")
    reach = reach_of(person, trace, timezone.now())
    if not reads_explanations(reach):
        raise Forbidden(
            "tier_too_low", "You may not read the words that an explanation is made of."
        )
    return reach


def _compose(trace: Trace, reach: Reach, actor: Actor) -> str:
    """Open what a draft tells, and put it into words.

    Its material is bounded, so that all of the letter is there: the line that a person
    has to write stands at its end.
    """
    shape, towards = read_shape(trace), TowardsCustomer.of(reach)
    steps = steps_told(trace, shape)
    answer = answer_of(shape, steps)
    wanted = Wanted(*parts_told(answer, steps))
    opened = open_words(
        trace, shape, wanted, actor=actor, reach=towards, door="explanation"
    )
    if opened.gone:
        raise words_gone()
    may_miss = trace.state_at(timezone.now()) is not State.COMPLETE
    reader = Reader(towards, opened, may_miss=may_miss)
    context = {
        "material": material_of(trace, answer, steps, reader),
        "to_write": TO_WRITE,
        "to_say": TO_SAY,
    }
    return render_to_string("traces/explanation.txt", context).strip()


@transaction.atomic
def _store(trace: Trace, text: str, person: User, actor: Actor) -> Explanation:
    now = timezone.now()
    draft = Explanation(trace=trace, author=person, drafted_at=now, saved_at=now)
    draft.sealed = seal_text(keyring_of(draft), draft, text)
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError:
        raise AlreadyHandled("You have a draft of this run already.") from None
    facts = facts_of_letter(draft, text)
    record_event("explanation.drafted", draft, actor=actor, facts=facts)
    return draft
