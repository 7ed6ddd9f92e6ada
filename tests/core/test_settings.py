"""Settings: each documented, bad combinations refused, production found clean."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings as configured

from reviewapp.core.checks import (
    check_keys_database,
    check_master_key,
    check_support_reference,
)

ROOT = Path(configured.BASE_DIR)
READ = re.compile(r'env\.\w+\(\s*"([A-Z_]+)"')


def test_every_variable_is_documented_and_no_other():
    code = "".join(
        (ROOT / "reviewapp" / name).read_text()
        for name in ("settings.py", "core/oidc.py")
    )
    page = (ROOT / "docs/settings.md").read_text()
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE))
    assert documented == set(READ.findall(code))


def test_a_master_key_of_another_length_is_refused(settings):
    assert check_master_key(None) == []
    settings.MASTER_KEY = b"short"
    assert [found.id for found in check_master_key(None)] == ["reviewapp.E001"]


def test_keys_and_words_in_one_database_are_refused(monkeypatch):
    assert check_keys_database(None) == []
    main = configured.DATABASES["default"]
    wrong = SimpleNamespace(DATABASES={"default": main, "keys": main})
    monkeypatch.setattr("reviewapp.core.checks.settings", wrong)
    assert [found.id for found in check_keys_database(None)] == ["reviewapp.E002"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [("", []), ("T-[0-9]+", []), ("T-[0-9", ["E003"]), ("(T-[0-9]+)?", ["E004"])],
)
def test_a_pattern_of_tickets_that_is_none_is_refused(settings, pattern, found):
    settings.SUPPORT_REFERENCE_PATTERN = pattern
    told = [one.id for one in check_support_reference(None)]
    assert told == [f"reviewapp.{code}" for code in found]


@pytest.mark.parametrize(
    "header",
    ["Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options"],
)
def test_pages_carry_their_protection(client, db, header):
    answer = client.get("/accounts/login/")
    assert answer[header]
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_every_cookie_is_named_after_the_house(client_for, reviewer):
    """Cookies know no ports: a second Reviewapp on the host must not find them."""
    browser = client_for(reviewer)
    browser.get("/profile/calls/")
    browser.post("/profile/calls/")
    house = configured.SESSION_COOKIE_NAME.rpartition("_")[2]
    assert set(browser.cookies) == {
        f"reviewapp_{house}",
        f"reviewapp_csrf_{house}",
        f"reviewapp_messages_{house}",
    }


@pytest.mark.parametrize("alias", ["default", "keys"])
def test_a_database_that_hangs_is_given_up_soon(alias):
    assert configured.DATABASES[alias]["OPTIONS"]["connect_timeout"] <= 5
