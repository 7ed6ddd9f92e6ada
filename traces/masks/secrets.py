"""Keys and tokens, by the shapes that their givers use. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from traces.masks.patterns import pattern
from traces.masks.ranges import Mask, MaskKind
from traces.masks.scan import Finder, count_digits
from traces.masks.texts import Text

_KEY = b"|".join(
    rb"\b" + shape
    for shape in (
        rb"(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b",  # AWS
        rb"gh[oprsu]_[0-9A-Za-z]{20,}",  # GitHub
        rb"github_pat_[0-9A-Za-z_]{22,}",
        rb"glpat-[0-9A-Za-z_-]{20,}",  # GitLab
        rb"xox[abeoprs]-[0-9A-Za-z-]{10,}",  # Slack
        rb"xapp-[0-9A-Za-z-]{10,}",
        rb"[prs]k_(?:live|test)_[0-9A-Za-z]{10,}",  # Stripe
        rb"whsec_[0-9A-Za-z+/=]{16,}",
        rb"sk-[0-9A-Za-z_-]{16,}",  # OpenAI, Anthropic, OpenRouter, DeepSeek
        rb"AIza[0-9A-Za-z_-]{30,}",  # Google
        rb"ya29\.[0-9A-Za-z_-]{20,}",
        rb"GOCSPX-[0-9A-Za-z_-]{20,}",
        rb"rv[ap]_[0-9A-Za-z_-]{16,}",  # Reviewapp
        rb"hf_[0-9A-Za-z]{20,}",  # Hugging Face
        rb"npm_[0-9A-Za-z]{30,}",
        rb"pypi-[0-9A-Za-z_-]{30,}",
        rb"SG\.[0-9A-Za-z_-]{16,}\.[0-9A-Za-z_-]{16,}",  # SendGrid
        rb"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}",  # Shopify
        rb"dop_v1_[0-9a-f]{64}",  # DigitalOcean
        rb"[0-9]{8,10}:AA[0-9A-Za-z_-]{33}",  # Telegram
        rb"eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}(?:\.[0-9A-Za-z_-]*)*",  # JWT, JWE
        rb"AGE-SECRET-KEY-1[0-9A-Z]{50,}",
        rb"(?i:bearer)\s{1,3}[0-9A-Za-z._~+/-]{16,}=*",
    )
)
_KEYS = pattern(_KEY)
_SCHEME = re.compile(rb"(?i)bearer\s+")


def find_keys(text: Text) -> Iterator[Mask]:
    for hit in _KEYS.finditer(text.view):
        start, end = hit.span()
        scheme = _SCHEME.match(text.view, start, end)
        start = scheme.end() if scheme else start
        if count_digits(text.view[start:end]):
            yield text.mask(start, end, MaskKind.SECRET)


_BLOCK = rb"-----BEGIN [0-9A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
_BLOCKS = pattern(_BLOCK)
_BLOCK_END = re.compile(rb"-----END [0-9A-Z ]{0,60}-----")
# Of a block that was cut off: all that may belong to it.
_BLOCK_BODY = re.compile(rb"(?:[^-\xff]++|-(?!----))*+")


def find_blocks(text: Text) -> Iterator[Mask]:
    for hit in _BLOCKS.finditer(text.view):
        start, end = hit.span()
        body = _BLOCK_BODY.match(text.view, end)
        end = body.end() if body else end
        closing = _BLOCK_END.match(text.view, end)
        yield text.mask(start, closing.end() if closing else end, MaskKind.SECRET)


FINDERS = (Finder(_KEY, find_keys), Finder(_BLOCK, find_blocks))
