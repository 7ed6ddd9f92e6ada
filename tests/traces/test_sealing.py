"""What is looked for, and what is kept in clear, while words are sealed."""

from uuid import UUID

import pytest

from tests.traces.builders import make_span, text
from traces import manifests
from traces.manifests import set_fingerprints
from traces.sealing import seal_texts
from traces.spans import Direction, Part, PartKind, WordClass

OWNER = UUID(int=7)
ADDRESS = "write to ann@example.com"


class OpenKeyring:
    """Seals nothing, so that one sees what was to be sealed."""

    def seal_bytes(self, owner, label, data):
        return label.encode() + b" " + data

    def fingerprint(self, owner, value):
        return value.decode()


@pytest.mark.parametrize("words", list(WordClass))
def test_masks_are_looked_for_in_all_words_but_opaque_ones(words):
    _, masks = seal_texts(OpenKeyring(), OWNER, words, ["c2ln", ADDRESS])
    if words is WordClass.OPAQUE:
        assert masks is None
    else:
        assert masks == b'masks:%s [[1,9,24,"EMAIL","ann@example.com"]]' % (
            words.value.encode()
        )


def test_no_instruction_is_remembered_in_clear(monkeypatch):
    """Each is read anew: what a process remembers nobody can erase."""
    read = []

    def digest(kind, told):
        read.append(told)
        return "d" * 64

    monkeypatch.setattr(manifests, "keyed_digest", digest)
    prompt = Part(
        PartKind.INSTRUCTIONS, WordClass.DIALOGUE, Direction.IN, text="Be kind to Ann."
    )
    for number in (1, 2):
        set_fingerprints(make_span(number, parts=[prompt, text("Hi.")]))
    assert read == ["Be kind to Ann."] * 2
