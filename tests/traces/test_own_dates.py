"""What a result says of its own date."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from traces.own_dates import Says, own_date_of

CAME = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
WEEK_OLD = CAME - timedelta(days=7)


def own(value, known_at=CAME):
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return own_date_of([text], known_at)


@pytest.mark.parametrize(
    "record",
    [
        {"as_of": "2026-11-13T10:00:00Z"},
        {"asOf": "2026-11-13T11:00:00+01:00"},
        {"plan": "Team", "cached_at": "2026-11-13 10:00:00"},
        {"meta": {"Fetched-At": "2026-11-13T10:00:00.000Z"}},
        {"rows": [{"id": 1}, {"snapshot_at": "2026-11-13T10:00:00Z"}]},
        {"as_of": int(WEEK_OLD.timestamp())},
        {"as_of": int(WEEK_OLD.timestamp()) * 1_000},
        {"as_of": "7 days ago"},
        {"fetched_at": "Fri, 13 Nov 2026 10:00:00 GMT"},
        {"headers": {"Date": "Fri, 13 Nov 2026 10:00:00 GMT"}},
        {"headers": {"Age": "604800"}, "body": "…"},
        {"response_headers": {"age": 604800}},
        {"content": [{"type": "text", "text": '{"as_of": "2026-11-13T10:00:00Z"}'}]},
        "HTTP/1.1 200 OK\nAge: 604800\nX-Cache: HIT",
        "\nCache-Control: max-age=60\r\nAge: 604800\r\n\r\nAge: 42",
        "Price 12 EUR\nas of: 2026-11-13 10:00 UTC",
    ],
)
def test_a_date_that_it_was_true_at_is_found(record):
    found = own(record)
    assert found is not None
    assert (found.says, found.at) == (Says.AS_OF, WEEK_OLD)


@pytest.mark.parametrize("key", ["last_updated", "lastUpdated", "Last-Modified"])
def test_a_date_of_change_is_told_as_that(key):
    found = own({key: "2026-11-13T10:00:00Z"})
    assert found is not None
    assert (found.name, found.says, found.at) == (key, Says.CHANGED, WEEK_OLD)


@pytest.mark.parametrize(
    "record",
    [
        {"cache": "HIT"},
        {"X-Cache": "Hit from cloudfront"},
        {"served_from": "cache"},
        {"from_cache": True},
        {"meta": {"cache_status": "STALE"}},
    ],
)
def test_a_cache_without_a_date_is_told(record):
    found = own(record)
    assert found is not None
    assert (found.says, found.at) == (Says.CACHED, None)


@pytest.mark.parametrize(
    "record",
    [
        {"date": "2026-11-13", "age": 61, "renews_on": "2026-01-01"},
        {"updated_at": "2026-11-13T10:00:00Z", "created_at": "2026-01-01"},
        {"cache": "MISS"},
        {"from_cache": False},
        {"as_of": "the last balance"},
        {"as_of": None},
        {"as_of": "99999-99-99"},
        {"as_of": True},
        {"as_of": 12},
        {"cached_at": "9" * 60},
        {"headers": {"Age": "soon"}},
        {"last_updated": "800000 days ago"},
        {"last_updated": "999999 weeks ago"},
        # Zero times and sentinels, and what is yet to come.
        {"last_updated": "0001-01-01T00:00:00Z"},
        {"as_of": "0001-01-01"},
        {"as_of": "9999-12-31T23:59:59Z"},
        {"as_of": "9999-12-31"},
        {"as_of": "1970-01-01T00:00:00Z"},
        {"as_of": "2026-11-22T10:00:00Z"},
        # People have an age, mails a date, and neither is a response of HTTP.
        "Name: Mara\nAge: 42",
        "From: mara@example.com\nDate: Fri, 13 Nov 2026 10:00:00 GMT\n\nHello",
        "Age: 42\nETag of her ring: unknown",
        "HTTP/1.1 200 OK\nContent-Type: text/plain\n\nAge: 42",
        # Within a text, an object that is called cache is no hit of one.
        {"text": '{"cache": {"enabled": true}, "cached": ["yes"]}'},
        "It came as of late.",
        "",
        "[" * 50_000,
        " " * 190_000,
        "\n" * 190_000,
        "a " * 90_000,
        '{"as_of": ',
    ],
)
def test_other_dates_and_junk_say_nothing(record):
    assert own(record) is None


def test_the_oldest_date_that_it_was_true_at_counts():
    record = {"as_of": "2026-11-13", "rows": [{"cached_at": "2026-11-01"}]}
    found = own(record | {"cache": "HIT", "last_updated": "2020-01-01"})
    assert found is not None
    assert (found.name, found.is_day) == ("cached_at", True)


@pytest.mark.parametrize(
    ("said", "is_day", "latest"),
    [
        ("2026-11-13", True, datetime(2026, 11, 14, tzinfo=UTC)),
        ("20261113", True, datetime(2026, 11, 14, tzinfo=UTC)),
        ("2026-11-13T10:00Z", False, WEEK_OLD),
        ("1 hour ago", False, CAME - timedelta(hours=1)),
    ],
)
def test_of_a_day_its_end_is_meant(said, is_day, latest):
    found = own({"as_of": said})
    assert found is not None
    assert (found.is_day, found.latest) == (is_day, latest)


def test_without_a_time_of_its_coming_a_far_future_says_nothing():
    assert own({"as_of": "9999-12-31T23:59:59Z"}, known_at=None) is None
    assert own({"as_of": "2026-11-13"}, known_at=None) is not None


def test_of_changes_the_newest_counts():
    record = [{"last_updated": "2026-11-01"}, {"last_updated": "2026-11-13"}]
    found = own(record)
    assert found is not None
    assert found.at is not None
    assert found.at.day == 13


def test_an_age_counts_from_when_it_came():
    assert own({"headers": {"Age": "60"}}, known_at=None) is None


def test_what_is_huge_is_left_alone():
    assert own({"as_of": "2026-11-13", "x": "y" * 200_001}) is None
    many = [{"n": n} for n in range(10_000)]
    assert own(many) is None
