"""Masking takes time in proportion to the text, whatever the text."""

import time

import pytest

from traces.masking import find_masks, mask

REPEATED = [
    "a", "1", "1 ", "12 ", "123 ", "1234 ", "0 ", "01 ", "1.", "1-", "a.", "a1", "é",
    "a@", "@", "a@a.", "a@b.co ", "%40", ":", "::", "a:", "1:", "+1 ", "+", "(0", "00",
    "+49 30 901820 ", "4111 1111 1111 1111 ", "AB12", "DE89 3704 ", "AB 12 34 ",
    "https://?", "https://a/?token=1 ", "x://:", "sk_", "sk-", "eyJ", "eyJa.",
    "bearer ", "-----BEGIN PRIVATE KEY-----", "-----BEGIN ",
    "-----END PRIVATE KEY-----", "password:", 'password:"', 'password:\\"',
    "token=", "cookie: a=", "pin is 1 ",
    "account ", "account 1", "account 12345678 ", "passport_", "order ",
    pytest.param("https://" + "a:" * 500_000, id="one long address"),
    pytest.param("https://x/?" + "token" * 200_000, id="one long parameter"),
    "\\", '\\"', "\\n", "\\u", "\\u0040", "\\ud83d\\ude00", '"', "'", "\n", "\x00",
]  # fmt: skip
SIZE = 200_000


def seconds(text):
    """Of the processor: other work on the machine does not count."""
    started = time.process_time()
    find_masks(text)
    return time.process_time() - started


@pytest.mark.parametrize("sign", REPEATED)
def test_no_text_is_searched_over_and_over(sign):
    """Under a second where it is quick; by the square it would be 20 and more."""
    assert seconds(sign * max(1, SIZE // len(sign))) < 5


def test_a_text_full_of_finds_is_masked():
    text = " ".join(f"p{n}@example.org" for n in range(5_000))
    assert mask(text).endswith("[EMAIL-5000]")
