"""Forms of the reviewer's pages: they read what was posted, services judge it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from queues.models import ActionRequest, Queue, Verdict
from queues.risk import RiskClass
from queues.rules import REASONS
from queues.selectors.lists import ListFilter, Shown
from queues.services.decisions import Ruling
from queues.submissions import Json
from reviewapp.core.digests import arguments_digest
from reviewapp.core.models import User
from reviewapp.core.problems import Invalid, Problem
from reviewapp.core.strict_json import MalformedJson, read_json
from systems.models import Environment, System

_ANY = [("", "Any")]
_LONGEST_COMMENT = 4_000
_MOST_DWELL_MS = 24 * 3600 * 1000


class QueueFilter(forms.Form):
    """What the list shows. People share addresses, so junk is simply ignored."""

    show = forms.ChoiceField(
        choices=[(shown.value, shown.name.capitalize()) for shown in Shown],
        required=False,
        widget=forms.HiddenInput,
    )
    queue = forms.ChoiceField(required=False)
    environment = forms.ChoiceField(
        choices=[*_ANY, *Environment.choices], required=False
    )
    risk_class = forms.ChoiceField(
        label="Risk", choices=[*_ANY, *RiskClass.choices], required=False
    )
    system = forms.ChoiceField(required=False)

    def __init__(self, data: QueryDict, *, person: User) -> None:
        super().__init__(data)
        queues = Queue.objects.visible_to(person).values_list("slug", "name")
        systems = System.objects.values_list("slug", "name")
        self._choices_of("queue", [*_ANY, *queues])
        self._choices_of("system", [*_ANY, *systems])

    def _choices_of(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  narrows the type
        field.choices = choices

    def wanted(self) -> ListFilter:
        """Return what the address asks for; what makes no sense asks for nothing."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        show = Shown(given.pop("show", Shown.WAITING))
        return ListFilter(show=show, **given)


class DecisionForm(forms.Form):
    """A verdict as the bar posts it. `errors` carry the fields' own names."""

    verdict = forms.ChoiceField(choices=Verdict.choices)
    version = forms.IntegerField(min_value=1)
    reason_code = forms.CharField(max_length=40, required=False)
    comment = forms.CharField(max_length=_LONGEST_COMMENT, required=False, strip=True)
    arguments = forms.CharField(required=False, strip=False)
    dwell_ms = forms.IntegerField(min_value=0, required=False)
    armed = forms.CharField(required=False)
    opened = forms.CharField(required=False)
    seen = forms.CharField(required=False)
    confirmed = forms.CharField(required=False)

    def ruling(self, ask: ActionRequest, *, is_folded: Callable[[], bool]) -> Ruling:
        """Return the ruling on a request, to give to the service.

        `is_folded` says whether some of what would run was out of sight until opened;
        it is asked only where that matters. Raises Invalid for what a reviewer can
        mend, and for a press that proves no intent.
        """
        if not self.is_valid():
            raise Invalid({n: [str(t) for t in ts] for n, ts in self.errors.items()})
        self._require_intent(ask, is_folded)
        self._require_fitting_reason()
        self._require_what_was_asked(ask)
        data = self.cleaned_data
        return Ruling(
            verdict=data["verdict"],
            version=data["version"],
            arguments=self._arguments() if data["verdict"] == Verdict.EDIT else None,
            reason_code=data["reason_code"],
            comment=data["comment"],
            dwell_ms=min(data["dwell_ms"] or 0, _MOST_DWELL_MS) or None,
        )

    def _require_intent(
        self, ask: ActionRequest, is_folded: Callable[[], bool]
    ) -> None:
        """A decision is never an accident: the armed button, or the tick, proves it."""
        data = self.cleaned_data
        if data["confirmed"] == "yes":
            return
        if data["armed"] != "1":
            raise Invalid(
                {"armed": ["Nothing was decided: the card was not in view yet."]}
            )
        if data["verdict"] not in (Verdict.APPROVE, Verdict.EDIT):
            return
        if data["opened"] != "1" and is_folded():
            raise Invalid({"opened": ["Open all that is folded away to approve it."]})
        if data["seen"] != "1" and ask.is_weighty:
            raise Invalid({"seen": ["Look at why the agent wants it to approve it."]})

    def _require_what_was_asked(self, ask: ActionRequest) -> None:
        """The editor is sent along with every verdict: who changed something in it and
        presses plain Approve would run what they meant to change."""
        data = self.cleaned_data
        is_plain = data["verdict"] == Verdict.APPROVE and data["arguments"].strip()
        if not is_plain or data["version"] != ask.version:
            return
        if arguments_digest(ask.tool, self._arguments()) != ask.arguments_digest:
            raise Invalid(
                {
                    "arguments": [
                        "You changed what would run: press Approve edited, or put it "
                        "back as it was."
                    ]
                }
            )

    def _require_fitting_reason(self) -> None:
        verdict, code = self.cleaned_data["verdict"], self.cleaned_data["reason_code"]
        if code and code not in REASONS[verdict]:
            known = next((r[code] for r in REASONS.values() if code in r), code)
            raise Invalid(
                {"reason_code": [f"“{known}” does not go with this verdict."]}
            )

    def _arguments(self) -> Json:
        """The arguments as they stand in the editor."""
        try:
            arguments = read_json(self.cleaned_data["arguments"].encode())
        except Problem as problem:
            raise Invalid({"arguments": _places(problem)}) from None
        if not isinstance(arguments, dict):
            raise Invalid({"arguments": ["Arguments are an object: { … }."]})
        return arguments


def _places(problem: Problem) -> list[str]:
    """What is wrong with text that is no exact JSON, and where."""
    if isinstance(problem, MalformedJson):
        return [f"This is not JSON: {problem.detail}"]
    named = [f"{path}: {text}" for path, ts in problem.errors.items() for text in ts]
    return named or [problem.detail]


class DeferForm(forms.Form):
    wake_in_s = forms.IntegerField(min_value=60, max_value=30 * 24 * 3600)


class NoteForm(forms.Form):
    text = forms.CharField(
        label="Note for other reviewers",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Agents never see notes.",
    )


@dataclass(frozen=True, slots=True)
class ReasonGroup:
    """The reasons for one verdict, as (code, words). `title` is like "To reject"."""

    verdict: str
    title: str
    reasons: Sequence[tuple[str, str]]


def reason_groups(ask: ActionRequest) -> list[ReasonGroup]:
    """Return the reasons a reviewer may choose, by verdict the agent takes."""
    titles = {
        "approve": "To approve",
        "edit": "To approve edited",
        "reject": "To reject",
        "answer": "To answer",
    }
    return [
        ReasonGroup(verdict, titles[verdict], list(REASONS[verdict].items()))
        for verdict in titles
        if verdict in ask.allowed
    ]


def first_errors(problem: Invalid) -> dict[str, Any]:
    return {name: list(texts) for name, texts in problem.errors.items()}
