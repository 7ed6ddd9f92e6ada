"""docs/access.md shows the table of rights as it stands in code."""

import re

from django.conf import settings

from reviewapp.core.permissions import ROLE_RIGHTS


def test_the_page_and_the_table_agree():
    page = (settings.BASE_DIR / "docs/access.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", page, re.MULTILINE)
    shown = {role: set(re.findall(r"`([\w.]+)`", rights)) for role, rights in rows}
    assert shown == {
        role.value: {right.value for right in rights}
        for role, rights in ROLE_RIGHTS.items()
    }


def test_who_administers_or_audits_decides_nothing():
    """Reading words of requests comes with deciding them, never with administering."""
    assert "request.decide" not in ROLE_RIGHTS["admin"]
    assert "request.decide" not in ROLE_RIGHTS["auditor"]
