"""Names that hold no words.

The shape of a trace is read by people who may read none of its words, so whatever goes
into it must look like a name that a programmer gave: a model, a tool, an error class. A
value that does not is kept as words, and the shape gets a cut form or nothing.
"""

from __future__ import annotations

import re

LIMIT = 100
# At most four words: more of them are a sentence.
_SPAN_NAME = re.compile(r"(?=.{1,80}\Z)[A-Za-z0-9_.:/-]+(?: [A-Za-z0-9_.:/-]+){0,3}")
# Likewise; `@` only as Vertex writes a model's version.
_FACT = re.compile(
    r"[\w.:/+#-]{1,200}(?: [\w.:/+#-]{1,60}){0,3}(?:@(?:\d{8}|default|latest))?"
)
_ID = re.compile(r"[\w.:|+=-]{1,200}", re.ASCII)
# Long numbers in ids that providers draw at random, and nobody else.
_GENERATED = re.compile(
    r"(?:call|toolu|srvtoolu|tooluse|chatcmpl|resp|msg|req|gen|fc|rs|ws)[_-]"
    r"(?=[\w-]*[A-Za-z])[\w|-]{8,}"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|(?=\d*[a-f])[0-9a-f]{16,64}",
    re.ASCII | re.IGNORECASE,
)
_MEDIA_TYPE = re.compile(r"[a-z]{1,20}/[\w.+-]{1,80}", re.ASCII)
# Numbers of accounts, phones and people are long; the date in a model's name is none.
_LONG_NUMBER = re.compile(r"(?<!\d)(?!20[1-4]\d[01]\d[0-3]\d(?!\d))\d{6,}")
_ANY_LONG_NUMBER = re.compile(r"\d{6,}")


def as_name(value: str) -> tuple[str, bool]:
    """Return a name-like form of a value, and whether that is all of it."""
    if len(value) > 400:
        return "", False
    if not _FACT.fullmatch(value):
        return "", not value
    name = _LONG_NUMBER.sub("#", value)[:LIMIT]
    return name, name == value


def is_span_name(value: str) -> bool:
    """Tell whether a span's given name looks like one that code gave it."""
    return bool(_SPAN_NAME.fullmatch(value)) and not _ANY_LONG_NUMBER.search(value)


def is_id(value: str) -> bool:
    """Tell whether a value looks like an id that a program made.

    A path may name a document, and a long number an account or a person.
    """
    if not _ID.fullmatch(value):
        return False
    return not _ANY_LONG_NUMBER.search(value) or bool(_GENERATED.fullmatch(value))


def as_media_type(value: object) -> str:
    """Return a media type as it is, or the one for bytes of which nothing is known."""
    name = value.lower() if isinstance(value, str) else ""
    return name if _MEDIA_TYPE.fullmatch(name) else "application/octet-stream"
