"""Dialects: every way to tell of a span, brought into the model of `traces.spans`.

`normalise` is the one door; docs/dialects.md says what is read, and in which order.
"""

from traces.dialects.normalising import fingerprints, normalise

__all__ = ["fingerprints", "normalise"]
