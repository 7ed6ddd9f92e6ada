"""Many texts searched at once have the masks they have one by one."""

from hypothesis import given
from hypothesis import strategies as st

from tests.traces.masking_corpus import LINES
from traces.masking import Mask, MaskKind, find_masks, find_masks_many

# What might reach over the border between two texts.
PIECES = st.one_of(
    LINES,
    st.text(max_size=30),
    st.sampled_from(
        [
            "", "password:", "account", "+49 30", "901820", "4111 1111", "1111 1111",
            "mara@", "example.com", "https://x/?token=", "abc123def", '"password": "a',
            "-----BEGIN PRIVATE KEY-----", "MII", "\\", "u0040", "\\ud83d", "\\ude00",
            "Authorization: Bearer", "pin is ", "1234", "cookie: a=b", "eyJabcdefgh.",
        ]
    ),
)  # fmt: skip


@given(st.lists(PIECES, max_size=8))
def test_many_at_once_equal_one_by_one(texts):
    together = find_masks_many([text.encode() for text in texts])
    assert together == [find_masks(text) for text in texts]


def test_ranges_are_those_of_each_text():
    texts = [b"", "Grüße".encode(), b"a@x.org", b"", b"to b@x.org"]
    assert find_masks_many(texts) == [
        [],
        [],
        [Mask(0, 7, MaskKind.EMAIL)],
        [],
        [Mask(3, 10, MaskKind.EMAIL)],
    ]
    assert find_masks_many([]) == []
