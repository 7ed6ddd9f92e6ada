"""No door lets out a byte above a person's tier: every address, asked as every role.

One run carries a marked word per class of words, and beside it a marked address, which
masking hides. Which role may come upon which mark is written by hand, as a second
opinion on traces/tiers.py; each must also be found where it may be, or the marks prove
nothing. An address that is new is asked too, without anybody remembering to.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, reverse
from django.urls.converters import IntConverter, UUIDConverter

from queues.models import ActionRequest
from reviewapp.core.models import User
from tests.architecture.access_table import AGENT, DOORS, EVERYBODY
from tests.architecture.addresses import address_of, patterns
from tests.architecture.test_access import agent_key, browser_of
from tests.builders import make_key, make_system
from tests.queues.builders import make_ask, make_queue
from tests.traces.api.exporting import Exporter
from tests.traces.otlp.bodies import TRACE_ID, span, traces_of
from traces.models import Trace
from traces.selectors.backlog import recent_backlog
from traces.services import ingest_keys
from traces.services.digesting import digest_batches

# With real transactions: one as long as these walks would hold back the log that tests
# beside it read.
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])

CLASSES = ("dialogue", "tools", "reasoning", "opaque")
MASKED = {words: f"zq{words}word" for words in CLASSES}
CLEAR = {words: f"zq{words}person@canary.example" for words in CLASSES}
MARKS = [*MASKED.values(), *CLEAR.values()]

_TALK = {MASKED["dialogue"], MASKED["tools"]}
_TALK_CLEAR = {CLEAR["dialogue"], CLEAR["tools"]}
# Opaque marks stand in no line: they are size and digest to everybody.
MAY_SEE = {
    "support": _TALK,
    "support_lead": _TALK | {MASKED["reasoning"]},
    "engineer": _TALK | _TALK_CLEAR | {MASKED["reasoning"]},
    "commander": _TALK | _TALK_CLEAR | {MASKED["reasoning"]},
    "privacy_officer": _TALK | _TALK_CLEAR | {MASKED["reasoning"], CLEAR["reasoning"]},
}
SUBJECT = CLEAR["dialogue"]
CONVERSATION = f"conversation {MASKED['dialogue']}"
# Pages of the library that signs people in: they know of no trace, and end sessions.
_OF_LIBRARIES = ("account_", "mfa_", "openid_", "socialaccount_")


# A walk takes seconds: of those who read alike, one walks in every run.
READ_ALIKE = {"admin", "commander", "lead", "risk_manager", "risk_owner"}
WALKERS = [
    pytest.param(who, marks=pytest.mark.slow) if who in READ_ALIKE else who
    for who in sorted(EVERYBODY)
]


def both(words: str) -> str:
    return f"{MASKED[words]} {CLEAR[words]}"


def said(role: str, *parts: dict[str, object]) -> str:
    return json.dumps([{"role": role, "parts": list(parts)}])


def marked_run():
    ids = {"gen_ai.conversation.id": CONVERSATION, "enduser.id": SUBJECT}
    root = span(1, {"gen_ai.operation.name": "invoke_agent", **ids})
    chat = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "anthropic",
        "gen_ai.request.model": "claude-sonnet-4-5",
        "gen_ai.system_instructions": json.dumps(
            [{"type": "text", "content": both("dialogue")}]
        ),
        "gen_ai.tool.definitions": json.dumps(
            [{"name": "look_up", "description": both("tools")}]
        ),
        "gen_ai.input.messages": said(
            "user", {"type": "text", "content": both("dialogue")}
        ),
        "gen_ai.output.messages": said(
            "assistant",
            {
                "type": "reasoning",
                "content": both("reasoning"),
                "signature": both("opaque"),
            },
            {
                "type": "tool_call",
                "id": "c1",
                "name": "look_up",
                "arguments": {"of": both("tools")},
            },
            {"type": "text", "content": both("dialogue")},
        ),
    }
    tool = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "look_up",
        "gen_ai.tool.call.id": "c1",
        "gen_ai.tool.call.arguments": json.dumps({"of": both("tools")}),
        "gen_ai.tool.call.result": both("tools"),
        f"custom.{MASKED['tools']}": both("tools"),
    }
    parent = {"parent_span_id": root.span_id}
    failed = span(3, tool, **parent)
    failed.status.code, failed.status.message = 2, both("tools")
    return traces_of(root, span(2, chat, **parent), failed)


@pytest.fixture
def trace() -> Trace:
    ingest_keys.current.drop()
    recent_backlog.forget()
    system = make_system("canary")
    exporter = Exporter(make_key(system, scopes=["traces"])[1])
    assert exporter.send(marked_run()).status_code == 200
    digest_batches(60)
    return Trace.objects.get()


@pytest.mark.parametrize("who", WALKERS)
def test_nobody_comes_upon_words_above_their_tier(who, trace, capfd):
    client = arrive(who)
    ask = make_ask(trace_id=TRACE_ID.hex())
    found: set[str] = set()
    for method, address in walk(trace, ask):
        answer = send(client, method, address)
        assert answer.status_code != 500, address
        seen = marks_in(answer)
        assert seen <= MAY_SEE.get(who, set()), (method, address)
        found |= seen
    assert found == MAY_SEE.get(who, set())
    logged = "".join(capfd.readouterr())
    assert not [mark for mark in MARKS if mark in logged]


@pytest.mark.parametrize("who", ["auditor", "support", "engineer", "privacy_officer"])
def test_a_search_tells_nothing_of_what_is_hidden(who, trace):
    """A word that stands in the run finds as much as one that stands nowhere."""
    client = arrive(who)
    for name in ("list_traces", "api_traces", "queue", "log"):
        for parameter in ("q", "tool", "sort", "ref", "subject_ref", "agent"):
            absent, *found = (
                told_of(client, f"{reverse(name)}?{parameter}={asked}", asked)
                for asked in ("drowstnesba", *MASKED.values())
            )
            assert set(found) == {absent}, (name, parameter)


def told_of(client: Client, address: str, asked: str) -> tuple[int, int, int]:
    """Return what an answer tells beside repeating what was asked."""
    answer = client.get(address)
    body = answer.content.decode().replace(asked, "")
    return answer.status_code, body.count(TRACE_ID.hex()), body.count("row")


def arrive(who: str) -> Client:
    """A browser of a role that is a member of the queue, or an agent's client."""
    if who == "stranger":
        return Client(raise_request_exception=False)
    if who == AGENT:
        header = {"Authorization": f"Bearer {agent_key()}"}
        return Client(headers=header, raise_request_exception=False)
    client = browser_of(who)
    client.raise_request_exception = False
    make_queue(User.objects.get(email=f"{who}@example.org"))
    return client


def walk(trace: Trace, ask: ActionRequest) -> Iterator[tuple[str, str]]:
    """Yield every address there is, of this run and its request, and some searches."""
    ours = [
        (pattern, takes)
        for pattern, takes in patterns()
        if pattern.name in DOORS and not pattern.name.startswith(_OF_LIBRARIES)
    ]
    addresses = [
        address
        for pattern, takes in ours
        for address in addresses_of(pattern, takes, trace, ask)
    ]
    for address in addresses:
        yield "GET", address
    for address in searches(trace):
        yield "GET", address
    for address in addresses:
        yield "POST", address


def searches(trace: Trace) -> Iterator[str]:
    """Ask for one run in other ways, and for errors about it."""
    one = reverse("api_trace", args=[TRACE_ID.hex()])
    yield one
    yield f"{one}?system={trace.system.slug}"
    yield f"{one}?support_ref="
    yield f"{one}?nothing=of-the-kind"


def addresses_of(
    pattern: URLPattern, takes: dict[str, object], trace: Trace, ask: ActionRequest
) -> Iterator[str]:
    """Yield the addresses of a pattern, filled in with what there is."""
    if not takes:
        yield address_of(pattern.name)
        return
    spans = [f"{number:016x}" for number in (1, 2, 3)]
    for span_id in spans if "span_id" in takes else spans[:1]:
        known = {
            "span_id": span_id,
            "trace_key": trace.pk,
            "trace_id": TRACE_ID.hex(),
            "request_id": ask.pk,
            "ask_id": ask.pk,
            "slug": trace.system.slug,
            "system": trace.system.slug,
        }
        filled = {name: known.get(name, nothing(way)) for name, way in takes.items()}
        yield reverse(pattern.name, kwargs=filled)


def nothing(converter: object) -> object:
    if isinstance(converter, UUIDConverter):
        return UUID(int=0)
    return 0 if isinstance(converter, IntConverter) else "nothing"


def send(client: Client, method: str, address: str) -> HttpResponse:
    if method == "GET":
        return client.get(address)
    if address.startswith(("/api/", "/v1/")):
        return client.post(address, b"{}", content_type="application/json")
    return client.post(address)


def marks_in(answer: HttpResponse) -> set[str]:
    """Return the marks that stand in the body or a header of an answer."""
    parts = answer.streaming_content if answer.streaming else [answer.content]
    body = b"".join(parts)
    told = body.decode(errors="replace") + str(answer.headers)
    return {mark for mark in MARKS if mark in told}
