"""What a test wants to know of a page, read by the parser of the standard library."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_BLOCKS = {"td", "th", "tr", "p", "li", "dt", "dd", "div", "h1", "h2", "h3", "text", "tspan", "button", "span", "title"}
_VOID = {"meta", "link", "input", "col", "br", "img"}
#: Attributes from which a browser would fetch something.
_FETCHING = ("src", "href", "xlink:href", "action", "srcset", "poster", "data", "formaction", "background")


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    parent: Element | None
    content: list[Element | str] = field(default_factory=list)

    @property
    def children(self) -> list[Element]:
        return [item for item in self.content if isinstance(item, Element)]

    @property
    def pieces(self) -> list[str]:
        return [item for item in self.content if isinstance(item, str)]

    def gathered(self, *, without: str = "") -> str:
        """All text inside in its order, elements of one tag left out."""
        between = " " if self.tag in _BLOCKS else ""
        inner = "".join(item if isinstance(item, str) else "" if item.tag == without else item.gathered(without=without)
                        for item in self.content)
        return between + inner + between

    @property
    def text(self) -> str:
        """All text inside, spaces run together."""
        return re.sub(r"\s+", " ", self.gathered()).strip()

    def find(self, tag: str | None = None, **wanted: str) -> list[Element]:
        """Elements inside with that tag and those attributes; ``class_`` asks for one of the classes."""
        found = []
        for child in self.children:
            fits = tag is None or child.tag == tag
            for name, value in wanted.items():
                name = name.rstrip("_").replace("_", "-")
                have = child.attributes.get(name)
                fits &= have is not None and (value in have.split() if name == "class" else have == value)
            found += [child] if fits else []
            found += child.find(tag, **wanted)
        return found

    @property
    def hidden(self) -> bool:
        return self.attributes.get("aria-hidden") == "true" or (self.parent is not None and self.parent.hidden)


class Page(HTMLParser):
    """A parsed page; ``root`` holds it all."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {}, None)
        self._open = [self.root]
        self.feed(html)
        self.close()
        assert self._open == [self.root], f"never closed: {[item.tag for item in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs}, self._open[-1])
        self._open[-1].content.append(made)
        if tag not in _VOID:
            self._open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].content.append(data)

    @property
    def body(self) -> Element:
        return self.root.find("body")[0]

    @property
    def said(self) -> str:
        """What a reader may read: the body without its script."""
        return re.sub(r"\s+", " ", self.body.gathered(without="script")).replace("\u00ad", "").strip()

    def fetched(self) -> list[str]:
        """Addresses that the browser would ask for, those inside the page left out."""
        return [value for item in self.root.find() for name in _FETCHING if (value := item.attributes.get(name))
                and not value.startswith(("#", "data:"))]
