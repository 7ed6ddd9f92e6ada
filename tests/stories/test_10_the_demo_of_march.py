"""10. A demo recorded in March, and what the system has become since."""

from datetime import datetime

import pytest
import time_machine

from tests.stories.made_of import Making
from tests.stories.recording import Recorder
from tests.stories.stage import Reader, later

pytestmark = pytest.mark.django_db

TOOLS = {"get_order": "Looks an order up.", "refund": "Pays an order back."}
ADDED = {
    "refund_all": "Pays all orders of a customer back.",
    "send_voucher": "Sends a voucher.",
    "close_case": "Closes the case.",
}


def test_the_engineer_sees_march_and_november_side_by_side(engineer):
    recorder, edda = Recorder.of("support-agent"), Reader(engineer)
    making = Making(
        "claude-sonnet-4-5-20250929", "Be kind to customers.", TOOLS, "policies@v7"
    )
    changes = {
        "2026-03-01": {},
        "2026-05-11": {"model": "claude-sonnet-4-5-20251115"},
        "2026-06-30": {"prompt": "Be kind and quick to customers."},
        "2026-08-02": {"prompt": "Be quick."},
        "2026-09-15": {"tools": TOOLS | ADDED},
        "2026-10-20": {"index": "policies@v8"},
    }
    for day, change in changes.items():
        for name, value in change.items():
            setattr(making, name, value)
        with time_machine.travel(datetime.fromisoformat(f"{day}T09:00+00:00")):
            making.works(recorder)
    with (
        time_machine.travel(datetime.fromisoformat("2026-11-20T09:00+00:00")),
        later(minutes=5),
    ):
        log = edda.opens("/systems/support-agent/versions/").text
        page = edda.opens(
            "/systems/support-agent/versions/compare?a=2026-03-01&b=2026-11-20"
        ).text
    assert (
        "Between the two: model changed once, 2 prompt edits, 3 new tools,"
        " index rebuilt once." in page
    )
    table = page[page.index("On 1 Mar 2026") : page.index("What happened between")]
    old, new = "claude-sonnet-4-5-20250929", "claude-sonnet-4-5-20251115"
    assert table.index(old) < table.index(new)
    for tool in ADDED:
        assert f"Tool {tool} none" in table
    assert table.count("New") == 3
    assert "Index policies v7 v8 Changed" in table
    # And the log that nobody had to write says when each was seen first.
    for day, words in {
        "11 May 2026": f"model {old} → {new}",
        "30 Jun 2026": "prompt edited",
        "15 Sep 2026": "tool refund_all added",
        "20 Oct 2026": "index policies v7 → v8",
    }.items():
        assert words in log[log.index(day) :]
