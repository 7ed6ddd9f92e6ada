"""The Log page: who did what, for whom, with what; filtered, paged, exported."""

import csv
import io
import json
from datetime import timedelta
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test import AsyncClient
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from reviewapp.core import log_pages
from reviewapp.core.actors import Actor, ActorKind
from reviewapp.core.models import Event, Seal
from tests.builders import actor_of_person
from tests.core.logs import append, append_inside
from tests.queues.builders import make_asking_system

pytestmark = pytest.mark.django_db
BEHALF = "ab" * 32


@pytest.fixture
def browser(client_for, auditor):
    return client_for(auditor)


@pytest.fixture
def agent():
    system = make_asking_system("support-agent")
    return Actor(
        ActorKind.AGENT,
        system.slug,
        system_id=system.pk,
        key_id=uuid4(),
        credential="crm-production",
        on_behalf_of=BEHALF,
    )


def shown(browser, **asked) -> list[int]:
    """The ids of the events on the page, top to bottom."""
    response = browser.get(reverse("log"), asked)
    assert response.status_code == 200
    return [row.event.pk for row in response.context["rows"]]


def verbs(browser, **asked) -> set[str]:
    response = browser.get(reverse("log"), asked)
    return {row.event.verb for row in response.context["rows"]}


def test_each_act_shows_person_agent_credential_key_and_on_behalf_of(
    browser, reviewer, agent
):
    """Story 18: eight threads for one person, and the log can say who acted."""
    append_inside("request.submitted", agent, tool="cancel_reservation")
    append_inside(
        "request.approved",
        Actor.of_person(reviewer, session="cd" * 32),
        system=str(agent.system_id),
    )
    text = browser.get(reverse("log")).content.decode()
    for word in (
        "support-agent",
        "crm-production",
        f'title="{agent.key_id}"',
        f'title="{BEHALF}"',
        reviewer.email,
        "cd" * 4,
        "cancel_reservation",
    ):
        assert word in text


def test_newest_first(browser):
    ids = [append(n=n).pk for n in range(3)]
    assert [pk for pk in shown(browser) if pk in ids] == ids[::-1]


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"verb": "request.approved"}, {"request.approved"}),
        ({"verb": "request"}, {"request.submitted", "request.approved"}),
        ({"verb": "request."}, {"request.submitted", "request.approved"}),
        ({"verb": "req"}, set()),
        ({"system": "support-agent"}, {"request.submitted", "request.approved"}),
        ({"system": "nobody's"}, set()),
        ({"on_behalf_of": BEHALF}, {"request.submitted"}),
        ({"on_behalf_of": "0" * 64}, set()),
        ({"who": "nobody@nowhere.example"}, set()),
    ],
)
def test_filters(browser, reviewer, agent, asked, wanted):
    append_inside("request.submitted", agent)
    person = actor_of_person(reviewer)
    append_inside("request.approved", person, system=str(agent.system_id))
    append_inside("role.granted", person)
    assert verbs(browser, **asked) == wanted


def test_a_person_is_found_by_address_in_any_case(browser, reviewer, lead):
    append_inside("thing.done", actor_of_person(reviewer))
    append_inside("thing.left", actor_of_person(lead))
    assert verbs(browser, who=reviewer.email.upper()) == {"thing.done"}


def test_a_system_is_found_by_its_id_too(browser, agent):
    append_inside("request.submitted", agent)
    append_inside("other.done")
    assert verbs(browser, system=str(agent.system_id)) == {"request.submitted"}


@pytest.mark.parametrize("written", ["{}", "epoch:{}", " {} "])
def test_a_subject_is_found_by_its_id(browser, written):
    append("thing.done")
    other = Event.objects.create(
        verb="other.done", subject_type="epoch", subject_id="2", actor_kind="system"
    )
    assert other.pk not in shown(browser, subject=written.format("1"))
    assert "thing.done" in verbs(browser, subject=written.format("1"))


def test_time_is_a_half_open_range(browser):
    event = append()
    at = timezone.now()
    hour = timedelta(hours=1)
    assert event.pk in shown(browser, since=at - hour, until=at + hour)
    assert event.pk not in shown(browser, since=at + hour)
    assert event.pk not in shown(browser, until=at - hour)


@pytest.mark.parametrize(
    "asked",
    [
        {"on_behalf_of": "somebody@example.com"},
        {"since": "yesterday"},
        {"since": "2026-01-02 00:00", "until": "2026-01-01 00:00"},
        {"verb": "v" * 65},
        {"who": "a\x00b"},
    ],
)
def test_a_filter_that_cannot_be_read_says_so_and_shows_nothing(browser, asked):
    append()
    response = browser.get(reverse("log"), asked)
    assert response.status_code == 422
    assert response.context["rows"] == []
    assert response.context["form"].errors


@pytest.mark.parametrize("cursor", ["x", "older-x", "-", "newer-", "sideways-MC4wLjA"])
def test_a_cursor_that_is_none_is_refused(browser, cursor):
    assert browser.get(reverse("log"), {"cursor": cursor}).status_code == 400


def test_pages_follow_each_other_there_and_back(browser, monkeypatch):
    monkeypatch.setattr(log_pages.page_of_log, "__defaults__", (None, 3))
    for n in range(8):
        append("page.turned", n=n)
    url, pages = f"{reverse('log')}?verb=page.turned", []
    while url:
        context = browser.get(url).context
        pages.append([row.event.facts["n"] for row in context["rows"]])
        url, back = context["older_url"], context["newer_url"]
    assert pages == [[7, 6, 5], [4, 3, 2], [1, 0]]
    context = browser.get(back).context
    assert [row.event.facts["n"] for row in context["rows"]] == [4, 3, 2]
    context = browser.get(context["newer_url"]).context
    assert [row.event.facts["n"] for row in context["rows"]] == [7, 6, 5]
    assert context["newer_url"] == ""


def test_what_agents_wrote_is_shown_and_never_run(browser, agent):
    append_inside("request.submitted", agent, tool="<script>alert(1)</script>\u202e")
    text = browser.get(reverse("log")).content.decode()
    assert "<script>alert" not in text
    assert "\u202e" not in text


def test_facts_are_written_for_people(browser):
    append_inside(
        "thing.done", dwell_ms=None, synthetic=False, reasons=["big", "late"], sum=4
    )
    row = browser.get(reverse("log"), {"verb": "thing.done"}).context["rows"][0]
    assert [(fact.name, fact.text) for fact in row.facts] == [
        ("reasons", '["big", "late"]'),
        ("sum", "4"),
        ("synthetic", "no"),
    ]


def test_a_page_costs_the_same_with_two_rows_and_with_twenty(browser, agent):
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            browser.get(reverse("log"))
        return len(queries)

    for _ in range(2):
        append_inside("request.submitted", agent)
    cost()  # the first request of a session writes it
    few = cost()
    for _ in range(18):
        append_inside("request.submitted", agent)
    assert cost() == few


def test_the_seal_is_shown(browser):
    assert "Not sealed yet" in browser.get(reverse("log")).content.decode()
    Seal.objects.create(
        sequence=41, up_to_epoch=1, up_to_xact=1, up_to_id=1, rows=b"", hash="ab" * 32
    )
    assert "seal 41" in browser.get(reverse("log")).content.decode()


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({"whole": True, "breaks": 0}, "Whole"),
        ({"whole": False, "breaks": 3}, "Broken"),
    ],
)
def test_the_last_verification_is_shown(browser, facts, word):
    append_inside("log.verified", **facts)
    assert word in browser.get(reverse("log")).content.decode()


# Exports ------------------------------------------------------------------------


@async_to_sync
async def export(person, file_format: str, query: str = ""):
    client = AsyncClient()
    await client.aforce_login(person)
    response = await client.post(
        f"{reverse('export_log')}?{query}", {"format": file_format}
    )
    if not response.streaming:
        return response, response.content
    return response, b"".join([part async for part in response.streaming_content])


def test_json_lines_hold_every_event_of_the_filter(auditor, agent, monkeypatch):
    monkeypatch.setattr(log_pages, "_BATCH", 3)
    for n in range(8):
        append_inside("request.submitted", agent, n=n)
    append_inside("other.done")
    response, body = export(auditor, "jsonl", "verb=request")
    rows = [json.loads(line) for line in body.splitlines()]
    assert [row["facts"]["n"] for row in rows] == [7, 6, 5, 4, 3, 2, 1, 0]
    assert rows[0]["on_behalf_of"] == BEHALF
    assert rows[0]["system_id"] == str(agent.system_id)
    assert response["Content-Disposition"] == 'attachment; filename="log.jsonl"'


def test_csv_holds_the_same_and_no_formula(auditor):
    append_inside(
        "thing.done", Actor(ActorKind.AGENT, '=HYPERLINK("x")', credential="-1+2"), n=1
    )
    _, body = export(auditor, "csv", "verb=thing.done")
    (row,) = csv.DictReader(io.StringIO(body.decode()))
    assert row["actor_name"] == '\'=HYPERLINK("x")'
    assert row["credential"] == "'-1+2"
    assert json.loads(row["facts"]) == {"n": 1}


def test_an_export_is_in_the_log_and_not_in_itself(auditor, reviewer):
    append_inside("thing.done", actor_of_person(reviewer))
    _, body = export(auditor, "jsonl", f"who={reviewer.email}")
    assert b"log.exported" not in body
    exported = Event.objects.get(verb="log.exported")
    assert exported.person_id == auditor.pk
    assert exported.facts["filtered_by"] == ["who"]
    assert reviewer.email not in str(exported.facts)


@pytest.mark.parametrize("query", ["", "since=never"])
def test_an_export_that_cannot_be_is_refused_and_leaves_no_event(auditor, query):
    response, _ = export(auditor, "xlsx" if not query else "csv", query)
    assert response.status_code == 400
    assert not Event.objects.filter(verb="log.exported").exists()


def test_an_export_begins_only_by_post(browser):
    assert browser.get(reverse("export_log")).status_code == 405


def test_an_export_and_a_seal_speak_of_the_same_rows(auditor):
    """Epoch, transaction and id are in the file, so a seal can be recomputed."""
    _, body = export(auditor, "jsonl")
    append_inside("thing.done")
    _, body = export(auditor, "jsonl", "verb=thing.done")
    (row,) = [json.loads(line) for line in body.splitlines()]
    event = Event.objects.get(verb="thing.done")
    assert (row["epoch"], row["xact"], row["id"]) == (event.epoch, event.xact, event.pk)
