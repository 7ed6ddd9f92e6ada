"""Secrets told by their name: `password: ...`, in text, JSON, headers, URLs. Pure.

Only the value is masked: JSON stays JSON, and one sees what was hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from traces.masks.patterns import Hit, pattern
from traces.masks.ranges import Mask, MaskKind
from traces.masks.scan import Finder, count_digits
from traces.masks.texts import SEPARATOR, Text

_PASSWORD = rb"passw(?:or)?ds?|passphrase|passcode|pwd"
_KEY = (
    rb"secret|(?:api|secret|access|private|account|shared|encryption|signing)[ _-]?key"
    rb"|authorization"
)
_TOKEN = rb"token|credentials?|signature|connection[ _-]?string"
_COOKIE = rb"cookie"
_CODE = rb"\b(?:pin|cvv2?|cvc2?|otp|one[ -]time code|verification code)"
_NAMED_VALUE = (
    rb"(?:%s)(?:[\"'\\`]{0,8}\s{0,4}(?:=>|:=|[:=])\s{0,8}|>|( (?:is|was|to) ))"
    % (b"|".join(b"(%s)" % name for name in (_PASSWORD, _KEY, _TOKEN, _COOKIE, _CODE)))
)
# `--db-password hunter2`, `curl -u me:hunter2`.
_FLAG = rb" --(?:[a-z]{1,20}-){0,3}(?:passw(?:or)?d|token|secret|api-key) "
_USER = rb" (?:-u|--user)[ =][\"']?[0-9a-z._%+@-]{1,64}:"
_NAMED = rb"(?i)(?:%s|(%s|%s))" % (_NAMED_VALUE, _FLAG, _USER)
_NAMES = pattern(_NAMED)

# The longest value looked for, in bytes.
_LONGEST = 4096


def find_named(text: Text) -> Iterator[Mask]:
    hidden = 0
    for hit in _NAMES.finditer(text.view):
        at = text.raw_offset(hit.span()[1])
        if at < hidden:
            continue
        following = text.raw[at : at + _LONGEST].partition(SEPARATOR)[0]
        certain, start, end = _value(following, to_line_end=_has(hit, 4))
        if _is_secret(hit, following[start:end], certain=certain):
            hidden = at + end
            yield Mask(at + start, hidden, MaskKind.SECRET)


def _has(hit: Hit, group: int) -> bool:
    return hit.span(group)[0] >= 0


_SCHEME = re.compile(rb"(?i)(?:bearer|basic|token|digest|apikey|negotiate)\s+")
_BARE = re.compile(rb"(?:[^\s\"'`<>\\,;&]++|[,;&](?![\s\"']|[\w.-]+=|$))*+")
_LINE = re.compile(rb"[^\r\n\"'`\\]*")
_OPENING = re.compile(rb"(\\*)([\"'`])")


def _value(following: bytes, *, to_line_end: bool) -> tuple[bool, int, int]:
    """Return where a value begins and ends, and first whether it is given as one.

    It is when it stands in quotes or behind a scheme such as `Bearer`.
    """
    opening = _OPENING.match(following)
    start = opening.end() if opening else 0
    scheme = _SCHEME.match(following, start)
    if scheme:
        start = scheme.end()
    if opening:
        return True, start, _closing(following, opening)
    bare = (_LINE if to_line_end else _BARE).match(following, start)
    value = bare.group().rstrip(b".,;:!?)]}") if bare else b""
    return bool(scheme), start, start + len(value)


def _closing(following: bytes, opening: re.Match[bytes]) -> int:
    """Return where the quote is closed; of a value that was cut off, its line's end.

    In JSON inside JSON quotes have backslashes before them, and more of them inside the
    value: with n before the opening one, n plus an odd number of n + 1 is inside.
    """
    depth, quote = len(opening.group(1)), opening.group(2)
    line = following.partition(b"\n")[0]
    for closing in re.compile(rb"(\\*)" + quote).finditer(line, opening.end()):
        extra, rest = divmod(len(closing.group(1)) - depth, depth + 1)
        if rest or extra % 2 == 0:
            return closing.end() - depth - 1
    return len(line)


_CODE_VALUE = re.compile(rb"\d{3,8}")
_PLACEHOLDER = re.compile(
    rb"""(?xi)
    .{0,2} | null | none | nil | true | false | undefined | any | str | string
    | optional | required | int | integer | bytes | object | \*+ | x+ | \.+ | <.*>
    | \[.*\] | \$.* | \{.* | redacted | masked | hidden | (?:~|\.{0,2})/.*
    """
)
_FIGURE = re.compile(rb"[\d.,:+-]+")


def _is_secret(hit: Hit, value: bytes, *, certain: bool) -> bool:
    """Say whether a value is one, by what it is called.

    What follows a password's name is a secret whatever it looks like; after the other
    names may stand an explanation, a type or a number of tokens, and prose after `is`.
    """
    password, key, _, cookie, code, said, flag = (_has(hit, n) for n in range(1, 8))
    if code:
        return bool(_CODE_VALUE.fullmatch(value))
    if cookie:
        return b"=" in value
    if flag:
        return not (_PLACEHOLDER.fullmatch(value) or _FIGURE.fullmatch(value))
    if (password and (certain or not said)) or (key and certain):
        return not _PLACEHOLDER.fullmatch(value)
    return _looks_secret(value)


def _looks_secret(value: bytes) -> bool:
    """Say whether it looks like made by a machine, or by a person told to mix."""
    if len(value) < 6 or b" " in value or _FIGURE.fullmatch(value):
        return False
    return len(value) >= 24 or count_digits(value) > 0


FINDERS = (Finder(_NAMED, find_named),)
