"""Pages work without JavaScript and under a strict content policy."""

import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
TAG = re.compile(r"<(\w+)([^<>]*?(?:{%.*?%}[^<>]*?|{{.*?}}[^<>]*?)*)>", re.DOTALL)


def _tags(path: Path) -> list[tuple[str, str]]:
    return TAG.findall(path.read_text())


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_is_inline(path):
    text = path.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", text)
    assert not re.search(r"<style[\s>]", text)
    for _, attributes in _tags(path):
        assert not re.search(r"\s(style|on[a-z]+)\s*=", attributes), attributes
        assert not re.search(r"hx-on|\bjs:", attributes), attributes


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_htmx_only_improves_what_works_without_it(path):
    for tag, attributes in _tags(path):
        if tag == "a" and "hx-get" in attributes:
            assert "href" in attributes, attributes
        # A tick while somebody is at work; without JavaScript the lease just runs out.
        if "hx-post" in attributes and "data-keep-claim" not in attributes:
            assert tag in ("form", "button"), attributes
            if tag == "form":
                assert "action=" in attributes, attributes


def test_no_page_brings_anything_from_elsewhere():
    for path in [*TEMPLATES, *sorted((ROOT / "static").rglob("*.css"))]:
        found = re.findall(
            r"""(?:src|href|url)\s*[=(]\s*["']?(https?:)?//""", path.read_text()
        )
        assert found == [], path
