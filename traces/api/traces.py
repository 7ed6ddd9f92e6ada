"""`/api/v1/traces`: what people's tokens and sessions read of runs, by tier."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from reviewapp.core.access import rule
from reviewapp.core.api import ApiView, QuerySerializer
from reviewapp.core.http import person_of
from reviewapp.core.models import User
from reviewapp.core.paging import keyset_page
from reviewapp.core.permissions import Right
from reviewapp.core.problems import Conflict, NotFound
from systems.authentication import KeyAuthentication
from traces.abouts import About
from traces.api.shown import TraceRowShown, TraceShown, row_shown, trace_shown
from traces.models import State, Trace
from traces.selectors.lists import ORDER, ListFilter, list_traces
from traces.selectors.reach import reach_of, reaches_of
from traces.selectors.reading import read_shape
from traces.services.lookups import look_up
from traces.services.openings import Wanted, open_trace
from traces.services.raises import LONGEST_REFERENCE, name_reference

_HEX = re.compile(r"[0-9a-fA-F]{32}\Z")
# Any: the stubs take names alone, the library whole requirements too.
_PEOPLE: Any = [{"personalToken": []}, {"session": []}]
_NO_STORE = {"Cache-Control": "no-store"}


class TracesQuery(QuerySerializer):
    """Which runs; several conditions narrow. References are matched whole."""

    conversation_id = serializers.CharField(max_length=500, required=False)
    subject_ref = serializers.CharField(max_length=500, required=False)
    system = serializers.SlugField(max_length=60, required=False)
    since = serializers.DateTimeField(required=False)
    until = serializers.DateTimeField(required=False)
    state = serializers.ChoiceField([one.value for one in State], required=False)
    support_ref = serializers.CharField(
        max_length=LONGEST_REFERENCE,
        required=False,
        help_text="Named for the newest run found; covers its subject.",
    )
    limit = serializers.IntegerField(min_value=1, max_value=100, default=50)
    cursor = serializers.CharField(
        max_length=500, required=False, help_text="`next` or `previous` of a page."
    )


class TraceQuery(QuerySerializer):
    """How to look at one run."""

    system = serializers.SlugField(
        max_length=60, required=False, help_text="Where several sent the same trace id."
    )
    support_ref = serializers.CharField(
        max_length=LONGEST_REFERENCE,
        required=False,
        help_text="A ticket or case: raises support to tier 2 for one subject; logged.",
    )


class TracesPage(serializers.Serializer[dict[str, object]]):
    results = TraceRowShown(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class PeopleView(ApiView):
    """Agents are recognised only to be told that this is not for them."""

    access = rule(Right.TRACE_SEE)
    authentication_classes = (KeyAuthentication, *ApiView.authentication_classes)


class Traces(PeopleView):
    """The runs that a person may open, in figures."""

    @extend_schema(
        operation_id="list_traces",
        tags=["traces"],
        parameters=[TracesQuery],
        responses=TracesPage,
        auth=_PEOPLE,
    )
    def get(self, request: Request) -> Response:
        """List runs, newest first; by reference only for who may look people up."""
        person, now = person_of(request), timezone.now()
        asked = self.asked(TracesQuery)
        wanted = ListFilter(
            system=asked.get("system", ""),
            conversation=asked.get("conversation_id", ""),
            subject=asked.get("subject_ref", ""),
            since=asked.get("since"),
            until=asked.get("until"),
            state=State(asked["state"]) if "state" in asked else None,
        )
        page = keyset_page(
            list_traces(person, wanted, now),
            order=ORDER,
            cursor=asked.get("cursor"),
            limit=asked["limit"],
        )
        self._look_up(wanted, len(page.items), person)
        if "support_ref" in asked and page.items:
            self._name(page.items[0], asked["support_ref"], person)
        reaches = reaches_of(person, page.items, now)
        rows = [
            row_shown(trace, reaches[trace.pk], now, _page_of(trace))
            for trace in page.items
        ]
        body = {"results": rows, "next": page.next, "previous": page.previous}
        return Response(body, headers=_NO_STORE)

    def _look_up(self, wanted: ListFilter, found: int, person: User) -> None:
        for reference in (wanted.conversation, wanted.subject):
            if reference:
                look_up(About.of(reference), found, person=person, actor=self.actor)

    def _name(self, trace: Trace, reference: str, person: User) -> None:
        name_reference(trace, reference, person=person, actor=self.actor)


class OneTrace(PeopleView):
    """One run with all its spans."""

    @extend_schema(
        operation_id="get_trace",
        tags=["traces"],
        parameters=[TraceQuery],
        responses=TraceShown,
        auth=_PEOPLE,
    )
    def get(self, request: Request, trace_id: str) -> Response:
        """Read a run by tier: what one may not see has no `text`. It is in the log."""
        person, now = person_of(request), timezone.now()
        asked = self.asked(TraceQuery)
        trace = _find(person, trace_id, asked.get("system", ""))
        if "support_ref" in asked:
            name_reference(trace, asked["support_ref"], person=person, actor=self.actor)
        shape, reach = read_shape(trace), reach_of(person, trace, now)
        opened = open_trace(
            trace,
            shape,
            Wanted.of(shape.spans),
            actor=self.actor,
            reach=reach,
            door="api",
        )
        body = trace_shown(trace, shape, reach, opened, now, _page_of(trace))
        return Response(body, headers=_NO_STORE)


def _find(person: User, trace_id: str, system: str) -> Trace:
    """Return the one trace of this id that the person may open, or refuse."""
    if not _HEX.match(trace_id):
        raise NotFound
    wanted = ListFilter(system=system, trace_id=UUID(hex=trace_id))
    found = list(list_traces(person, wanted, timezone.now())[:2])
    if not found:
        raise NotFound
    if len(found) > 1:
        raise Conflict(
            "several_traces", "Several systems sent this trace id: name one, ?system=."
        )
    return found[0]


def _page_of(trace: Trace) -> str:
    return f"{settings.PUBLIC_URL}{reverse('show_trace', args=[trace.pk])}"
