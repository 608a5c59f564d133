"""The form of requests and answers: parameters in, JSON or XML out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from .errors import CommonErrors

Answer = dict[str, Any]

# From 1, and no list has a billion entries.
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Params:
    """The parameters of one call, with the API's errors for missing and malformed ones."""

    def __init__(self, raw: Mapping[str, str]) -> None:
        self.raw = dict(raw)

    def get(self, name: str, default: str = "") -> str:
        """A parameter that may be absent."""
        return self.raw.get(name) or default

    def require(self, name: str) -> str:
        """A parameter that must be there."""
        value = self.raw.get(name)
        if not value:
            raise CommonErrors.MISSING_PARAMETER(name=name)
        return value

    def integer(self, name: str, default: int, low: int, high: int | None = None) -> int:
        """A whole number within its limits."""
        text = self.raw.get(name)
        if not text:
            return default
        if not re.fullmatch(r"-?\d{1,18}", text) or int(text) < low or (high is not None and int(text) > high):
            raise CommonErrors.INVALID_PARAMETER(name=name)
        return int(text)

    def boolean(self, name: str) -> bool | None:
        """True or False as the API writes them; None if absent."""
        text = self.raw.get(name)
        if not text:
            return None
        if text.lower() not in ("true", "false"):
            raise CommonErrors.INVALID_PARAMETER(name=name)
        return text.lower() == "true"

    def repeated(self, name: str) -> list[str]:
        """The values of name.1, name.2, ... in the order of their numbers."""
        numbered = []
        for key, value in self.raw.items():
            head, _, number = key.rpartition(".")
            if head == name and _NUMBER.fullmatch(number) and value:
                numbered.append((int(number), value))
        return [value for _, value in sorted(numbered)]

    def pairs(self, name: str, first: str, second: str) -> list[tuple[str | None, str | None]]:
        """name.N.first and name.N.second in the order of their numbers; None for an absent one."""
        numbers = self.numbers(name)
        pairs = [(self.raw.get(f"{name}.{n}.{first}"), self.raw.get(f"{name}.{n}.{second}")) for n in numbers]
        return [pair for pair in pairs if pair != (None, None)]

    def numbers(self, name: str) -> list[int]:
        """The numbers N of all parameters name.N.*, sorted."""
        pattern = rf"{name}\.({_NUMBER.pattern})\."
        return sorted({int(match[1]) for key in self.raw if (match := re.match(pattern, key))})

    def has(self, name: str) -> bool:
        """Whether any part of a repeated parameter is present."""
        return any(key.startswith(f"{name}.") for key in self.raw)

    def json_list(self, name: str, limit: int) -> list[str] | None:
        """A JSON array of strings, as InstanceIds takes it; None if absent."""
        text = self.raw.get(name)
        if not text:
            return None
        try:
            values = json.loads(text)
        except (ValueError, RecursionError):
            raise CommonErrors.INVALID_PARAMETER(name=name) from None
        if not isinstance(values, list) or len(values) > limit or not all(isinstance(v, str) for v in values):
            raise CommonErrors.INVALID_PARAMETER(name=name)
        return values


def render_json(answer: Answer) -> tuple[bytes, str]:
    """A body and its content type."""
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    # JSON in a parameter can have half a surrogate pair, which UTF-8 cannot encode.
    return text.encode("utf-8", "replace"), "application/json;charset=utf-8"


def render_xml(root: str, answer: Answer) -> tuple[bytes, str]:
    """A body and its content type; lists repeat their element, as the API's XML does."""
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>{_xml_children(answer)}</{root}>'
    return body.encode(), "text/xml;charset=utf-8"


def _xml_children(value: object) -> str:
    if isinstance(value, dict):
        return "".join(_xml_element(name, child) for name, child in value.items())
    if isinstance(value, bool):
        return "true" if value else "false"
    # XML 1.0 cannot represent these characters, not even as references.
    return escape(_NOT_IN_XML.sub("", str(value)))


def _xml_element(name: str, value: object) -> str:
    if isinstance(value, list):
        return "".join(_xml_element(name, item) for item in value)
    return f"<{name}>{_xml_children(value)}</{name}>"
