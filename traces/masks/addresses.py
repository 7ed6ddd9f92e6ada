"""Addresses in the net: e-mail, IP, MAC, and URLs that carry a secret. Pure."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from traces.masks.patterns import pattern
from traces.masks.ranges import Mask, MaskKind
from traces.masks.scan import Finder, count_digits, hits_at_every_token, stands_alone
from traces.masks.texts import Text

# Letters beyond ASCII, in UTF-8: Latin, Greek, Cyrillic, Hebrew, Arabic. Chinese and
# Japanese put no space before an address, so theirs are no part of one.
_WIDE = rb"[\xc3-\xdf][\x80-\xbf]"
_LETTER = rb"(?:[0-9A-Za-z]|%s)" % _WIDE
_LOCAL = rb"(?:[0-9A-Za-z._%%+-]|[0-9A-Za-z]'[A-Za-z]|%s)+" % _WIDE
_PART = rb"%s(?:[0-9A-Za-z_-]|%s)*\." % (_LETTER, _WIDE)
_TOP = rb"(?:xn--[0-9A-Za-z-]{2,59}|(?:[A-Za-z]|%s){2,24})" % _WIDE
_EMAIL = rb"%s(?:@|%%40)(?:%s)+%s" % (_LOCAL, _PART, _TOP)
_EMAILS = pattern(_EMAIL)


# As in `icon@2x.png`.
_PICTURE = re.compile(rb"(?i)@[1-4]x\.[a-z]+$")


def find_emails(text: Text) -> Iterator[Mask]:
    for hit in _EMAILS.finditer(text.view):
        start, end = hit.span()
        if not _PICTURE.search(text.view[start:end]):
            yield text.mask(start, end, MaskKind.EMAIL)


_OCTET = rb"(?:25[0-5]|2[0-4]\d|[01]?\d?\d)"
_IPV4 = rb"\b(?:%s\.){3}%s\b" % (_OCTET, _OCTET)
_IPV4S = pattern(_IPV4)
_VERSION = re.compile(rb"(?i)(?:version|release|build|ver\.?)[\"' :=]{0,4}$")


def find_ipv4(text: Text) -> Iterator[Mask]:
    for hit in hits_at_every_token(_IPV4S, text.view):
        start, end = hit.span()
        version = _VERSION.search(text.view[max(0, start - 12) : start])
        if not version and stands_alone(text.view, start, end):
            yield text.mask(start, end, MaskKind.IP)


# A time of day has two colons, and code like `a::b` no digit.
_IPV6 = (
    rb"(?:[0-9A-Fa-f]{1,4}:){3,7}[0-9A-Fa-f:.]{1,40}"
    rb"|[0-9A-Fa-f:]{0,29}::[0-9A-Fa-f:.]{0,40}"
)
_IPV6S = pattern(_IPV6)
_OF_LONGER = re.compile(rb"[0-9A-Za-z:_]")


def find_ipv6(text: Text) -> Iterator[Mask]:
    for hit in _IPV6S.finditer(text.view):
        start, end = hit.span()
        end = start + len(text.view[start:end].rstrip(b"."))
        around = text.view[max(0, start - 1) : start] + text.view[end : end + 1]
        if not _OF_LONGER.search(around) and _is_ipv6(text.view[start:end]):
            yield text.mask(start, end, MaskKind.IP)


def _is_ipv6(address: bytes) -> bool:
    try:
        ipaddress.IPv6Address(address.decode())
    except ValueError:
        return False
    return count_digits(address) > 0


_MAC = (
    rb"(?i)\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b|\b[0-9a-f]{2}(?:-[0-9a-f]{2}){5}\b"
    rb"|\b[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}\b"
)
_MACS = pattern(_MAC)


def find_macs(text: Text) -> Iterator[Mask]:
    for hit in hits_at_every_token(_MACS, text.view):
        start, end = hit.span()
        if stands_alone(text.view, start, end):
            yield text.mask(start, end, MaskKind.MAC)


_URL = rb"(?i)\b[a-z][0-9a-z+.-]{1,20}:/{2,4}[^\s\"'<>`\\^{}|\xff]+"
_URLS = pattern(_URL)
_NAME = rb"[0-9a-z_.\[\]%-]*"
# `auth` and not `author`, spelt out: RE2 does not look ahead.
_AUTH = rb"auth(?:o?|[0-9a-np-z_.\[\]%%-]%s|o[0-9a-qs-z_.\[\]%%-]%s)" % (_NAME, _NAME)
_LETS_IN = (
    rb"(?:token|secret|passw(?:or)?d|pwd|api[_-]?key|access[_-]?key|signature"
    rb"|credential|session|jwt|otp)" + _NAME
)
_CARRIES_SECRET = pattern(
    rb"(?i):/+[^/?#@]*:[^/?#@]+@"  # somebody's password
    rb"|[?&#;]%s(?:%s|%s)=[^&#]"
    % (_NAME, _LETS_IN, _AUTH)
    + rb"|[?&#;](?:sig|key|code|sid|state|pass)=[^&#]{8}"
    rb"|//(?:hooks\.slack\.com/services|discord(?:app)?\.com/api/webhooks)/."
)
# 20 letters of both cases and digits in a row: a path nobody can guess.
_RUN = re.compile(rb"[0-9A-Za-z]{20,}")
_MIXED = re.compile(rb"(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])(?=(?:[^0-9]*[0-9]){2})")


def find_urls(text: Text) -> Iterator[Mask]:
    for hit in _URLS.finditer(text.view):
        start, end = hit.span()
        url = text.view[start:end].rstrip(b".,;:!?)]")
        if _CARRIES_SECRET.search(url) or any(map(_MIXED.match, _RUN.findall(url))):
            yield text.mask(start, start + len(url), MaskKind.URL)


FINDERS = (
    Finder(_URL, find_urls),
    Finder(_EMAIL, find_emails),
    Finder(_IPV4, find_ipv4),
    Finder(_IPV6, find_ipv6),
    Finder(_MAC, find_macs),
)
