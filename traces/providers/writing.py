"""What is said in a span becomes parts of a kind and a class.

Every dialect and every provider's payload is read into one `PartWriter`. It says which
class a piece of words belongs to, takes reasoning out of text that carries it inline,
and keeps bytes out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from traces.fidelity import Source
from traces.providers import blobs, secrecy
from traces.providers.naming import as_media_type, as_name, is_id
from traces.providers.part_list import PartList
from traces.providers.results import plain_result
from traces.providers.values import as_text, holds_words, loads
from traces.spans import Part, PartKind, WordClass

_ROLES = {
    "user": "user", "human": "user",
    "assistant": "assistant", "model": "assistant", "ai": "assistant",
    "AIMessage": "assistant", "HumanMessage": "user", "SystemMessage": "system",
    "ToolMessage": "tool",
    "system": "system", "developer": "system",
    "tool": "tool", "function": "tool",
}  # fmt: skip
_MAY_BE_JSON = re.compile(r"\s*(?:```|[{\[])")


@dataclass(slots=True)
class Thought:
    """A reasoning part with what speaks for its label."""

    part: Part
    source: Source
    opaque: bool = False


class PartWriter(PartList):
    """`thoughts` are the reasoning parts, to be labelled when the span is whole.

    `finish`: why each message ended, where the message says so itself.
    """

    __slots__ = ("_tools", "finish", "thoughts")

    def __init__(self) -> None:
        super().__init__()
        self.thoughts: list[Thought] = []
        self.finish: list[str] = []
        self._tools: set[str] = set()

    def begin_message(self, role: str = "") -> None:
        self.message += 1
        self.role = _ROLES.get(role, "")
        if role and not self.role:
            self.role = as_name(role)[0]
            self.other("role", role)

    def over(self, rest: list[Any]) -> None:
        """Keep what is over unread, as it came: there may be reasoning in it."""
        if rest:
            self._add(PartKind.OTHER, WordClass.REASONING, as_text(self._cut(rest)))

    def text(self, text: str) -> None:
        """Write what somebody said; thoughts that stand in tags go their own way."""
        if not text:
            return
        speaks = self.role not in ("user", "system", "tool")
        if speaks and "<" in text and secrecy.TAG.search(text):
            self._split(text)
        elif speaks and _MAY_BE_JSON.match(text) and self._structured(text):
            return
        elif self.role == "system":
            self._add(PartKind.INSTRUCTIONS, WordClass.DIALOGUE, text)
        else:
            self._add(PartKind.TEXT, WordClass.DIALOGUE, text)

    def answer(self, data: Any) -> None:
        """Write an answer that is no text: a structured result, as JSON.

        What it was told to think first, in a field of the answer, goes its own way.
        """
        thoughts, left = secrecy.without_thoughts(data)
        for thought in thoughts:
            self.reasoning(as_text(thought), Source.INLINE)
        if left != {}:
            words = secrecy.class_inside(left)
            said = WordClass.DIALOGUE if words is WordClass.TOOLS else words
            self._add(PartKind.TEXT, said, as_text(self._cut(left)))

    def _structured(self, text: str) -> bool:
        """Write a text that begins with JSON if it says what was thought."""
        inside, after = secrecy.unfenced(text)
        data = loads(inside)
        if isinstance(data, str):
            if secrecy.names_thoughts(text):
                self._add(PartKind.TEXT, WordClass.REASONING, text)
                return True
            return False
        thinks_after = secrecy.names_thoughts(after)
        inner = secrecy.class_inside(data) is WordClass.REASONING
        if not (inner or thinks_after or secrecy.thinks(data)):
            return False
        self.answer(data)
        if thinks_after:
            self._add(PartKind.TEXT, WordClass.REASONING, after)
        else:
            self._visible(after)
        return True

    def _split(self, text: str) -> None:
        """Write what stands before an end tag as thought, with or without a first."""
        end, thinks = 0, False
        for tag in secrecy.TAG.finditer(text):
            closes = bool(tag[1])
            piece = text[end : tag.start()].strip()
            if piece and not thinks and not closes:
                self._visible(piece)
            elif piece or (thinks and closes):
                self.reasoning(piece, Source.INLINE)
            end, thinks = tag.end(), not closes
        if thinks:
            self.reasoning(text[end:].strip(), Source.INLINE)
        else:
            self._visible(text[end:])

    def _visible(self, text: str) -> None:
        if text.strip():
            self._add(PartKind.TEXT, WordClass.DIALOGUE, text.strip())

    def instructions(self, text: str) -> None:
        self._add(PartKind.INSTRUCTIONS, WordClass.DIALOGUE, text)

    def reasoning(
        self, text: str, source: Source = Source.GENERIC, opaque: Iterable[Any] = ()
    ) -> None:
        """Write a piece of reasoning, and beside it what came signed or encrypted.

        An empty text is written too: that reasoning was there and is not shown is
        something a reader wants to know. Its label comes when the span is whole.
        """
        sealed = [as_text(data) for data in opaque if data]
        if not text and not sealed and source is Source.GENERIC:
            return
        part = self._add(PartKind.REASONING, WordClass.REASONING, text)
        if part is not None:
            self.thoughts.append(Thought(part, source, bool(sealed)))
        for data in sealed:
            self.opaque(data)

    def opaque(self, data: str) -> None:
        """Write what was signed, encrypted or redacted by the provider."""
        self._add(PartKind.OPAQUE, WordClass.OPAQUE, data)

    def opaque_of(self, signature: Any) -> None:
        """Write the signature that a part carries which is no reasoning itself."""
        if signature:
            self.opaque(as_text(signature))

    def tool_call(self, name: Any, call_id: Any, arguments: Any) -> None:
        """Write a call: its arguments as JSON, or as the text the model wrote.

        What it was told to think in an argument goes its own way, before the call.
        """
        tool = self._name("tool", name)
        words = WordClass.REASONING
        if not secrecy.is_thinking_tool(tool):
            arguments, words = self._told_of(arguments)
        text = as_text(self._cut(arguments)) if arguments is not None else ""
        self._add(
            PartKind.TOOL_CALL,
            words,
            text,
            name=tool,
            call_id=self._id("call_id", call_id),
        )

    def _told_of(self, arguments: Any) -> tuple[Any, WordClass]:
        """Return arguments without the thoughts in them, which are written, and their
        class: of those that were cut nobody can tell the thoughts apart.
        """
        data = loads(arguments)
        if isinstance(data, str):
            thinks = secrecy.names_thoughts(data)
            return arguments, WordClass.REASONING if thinks else WordClass.TOOLS
        if not secrecy.thinks(data):
            return arguments, WordClass.TOOLS
        thoughts, left = secrecy.without_thoughts(data)
        for thought in thoughts:
            self.reasoning(as_text(thought), Source.INLINE)
        return left, WordClass.TOOLS

    def tool_result(
        self, call_id: Any, result: Any, name: Any = "", *, failed: bool = False
    ) -> None:
        """Write what a tool answered."""
        text = "" if result is None else as_text(self._cut(plain_result(result)))
        self._add(
            PartKind.TOOL_RESULT,
            WordClass.TOOLS,
            text,
            name=self._name("tool", name),
            call_id=self._id("call_id", call_id),
            failed=failed,
        )

    def definition(self, name: Any, definition: Any) -> None:
        """Write one tool as the model saw it; of two of one name the first."""
        tool = self._name("tool", name)
        if tool and tool in self._tools:
            return
        self._tools.add(tool)
        text = as_text(self._cut(definition))
        part = self._add(PartKind.TOOL_DEFINITION, WordClass.TOOLS, text, name=tool)
        if part is not None:  # a definition belongs to no message
            part.message, part.role = 0, ""

    def attachment(self, media: object, size: int | None, where: str = "") -> None:
        """Write that something was attached: where it stands, never its bytes."""
        words = WordClass.TOOLS if self.role == "tool" else WordClass.DIALOGUE
        name = as_media_type(media)
        self._add(PartKind.ATTACHMENT, words, where, name=name, size=size)

    def error(self, text: str, name: str = "") -> None:
        self._add(PartKind.ERROR, WordClass.TOOLS, text, name=self._name("error", name))

    def cut(self, name: str, text: str) -> None:
        """Keep messages whose JSON does not close: there may be reasoning in them."""
        words = secrecy.stricter(secrecy.class_inside(text), WordClass.DIALOGUE)
        part = self._add(PartKind.OTHER, words, text, name=as_name(name)[0])
        if part is not None and words is WordClass.REASONING:
            self.thoughts.append(Thought(part, Source.CUT))

    def other(self, name: str, value: Any, least: WordClass | None = None) -> None:
        """Keep what no reader knows as it came, in the class its names speak for."""
        called, whole = as_name(name)
        for words, piece in self._pieces(name, value):
            if least is not None:
                words = secrecy.stricter(words, least)
            text = as_text(piece) if whole else f"{name}={as_text(piece)}"
            self._add(PartKind.OTHER, words, text, name=called if whole else "")

    def others(self, attributes: dict[str, Any]) -> None:
        """Keep unknown attributes as they came, those of one class in one part."""
        lines: dict[WordClass, list[str]] = {}
        for name, value in attributes.items():
            for words, piece in self._pieces(name, value):
                lines.setdefault(words, []).append(f"{name}={as_text(piece)}")
        for words, told in lines.items():
            self._add(PartKind.OTHER, words, "\n".join(told), name="attributes")

    def _pieces(self, name: str, value: Any) -> list[tuple[WordClass, Any]]:
        """Return a value by class: what is opaque in it apart, so the rest is read."""
        if value is None or value == "":
            return []
        value = self._cut(value)
        words = secrecy.class_of(name, value)
        if words is not WordClass.OPAQUE:
            return [(words, value)]
        left, sealed = secrecy.without_opaque({name: value})
        pieces: list[tuple[WordClass, Any]] = [(words, data) for data in sealed]
        if name in left and holds_words(left[name]):
            pieces.append((secrecy.class_of(name, left[name]), left[name]))
        return pieces

    def left_over(self, name: str, left: dict[str, Any]) -> None:
        """Keep the keys of a known shape that its reader did not know."""
        words = {key: item for key, item in left.items() if holds_words(item)}
        if words:
            self.other(name, words)

    def _name(self, what: str, value: Any) -> str:
        if not value:
            return ""
        name, whole = as_name(as_text(value))
        if not whole:
            self.other(what, value)
        return name

    def _id(self, what: str, value: Any) -> str:
        if not value:
            return ""
        text = as_text(value)
        if is_id(text):
            return text
        self.other(what, value)
        return ""

    def _cut(self, value: Any) -> Any:
        """Return a value without bytes in it, and write what those were."""
        if value is None or isinstance(value, (bool, int, float)):
            return value
        if isinstance(value, str) and len(value) < 64:
            return value
        left, found = blobs.cut_out_of(value)
        for media, size in found:
            self.attachment(media, size)
        return left if found else value

    def _add(
        self,
        kind: PartKind,
        words: WordClass,
        text: str,
        *,
        name: str = "",
        call_id: str = "",
        failed: bool = False,
        size: int | None = None,
    ) -> Part | None:
        """Add a part, or nothing where the span has said it already."""
        if words is not WordClass.OPAQUE and ";base64," in text:
            text = self._cut(text)
        if "<" in text and words is not WordClass.OPAQUE and secrecy.TAG.search(text):
            words = WordClass.REASONING
        part = Part(
            kind,
            words,
            self.direction,
            max(self.message, 0),
            self.role,
            name,
            call_id,
            failed=failed,
            size=size,
            text=text,
        )
        return self.keep(part)
