"""A TwiML document as values: its verbs in order, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Element:
    """One XML element.

    Attributes:
        name: The tag, such as "Say".
        attributes: Name and value of each attribute, in document order.
        text: The text of the element and of everything inside it. Empty children and children that stand
            for a pause (`break`, `p`, `s`) leave a space.
        children: The elements directly inside.
        line: The line on which the start tag ends, counted from 1; 0 when the element was never written.
        number: How many start tags stand before its own in the document.
        has_own_text: Whether text stands directly inside, and not only in elements inside.
    """

    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    text: str = ""
    children: tuple[Element, ...] = ()
    line: int = 0
    number: int = field(default=0, compare=False)
    has_own_text: bool = field(default=False, compare=False)

    def get(self, name: str) -> str | None:
        """Return an attribute's value, or None when it is absent; case matters."""
        return next((value for key, value in self.attributes if key == name), None)


@dataclass(frozen=True, slots=True)
class TwimlWarning:
    """Something wrong that does not stop the document.

    Attributes:
        code: The provider's error code, such as 12200.
        message: What is wrong, for people.
        line: As in `Element`.
        number: As in `Element`: which element is meant.
        attribute: Which of its attributes is meant, or "".
    """

    code: int
    message: str
    line: int = 0
    number: int = field(default=0, compare=False)
    attribute: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Document:
    """A document that can be run.

    Attributes:
        verbs: The known verbs, in order; unknown ones are left out.
        warnings: What the provider's debugger would show, in document order.
    """

    verbs: tuple[Element, ...]
    warnings: tuple[TwimlWarning, ...] = ()
