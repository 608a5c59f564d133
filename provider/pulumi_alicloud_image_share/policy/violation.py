"""What a policy says of a resource, and how it names resources. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Violation:
    """What is wrong with a resource.

    Attributes:
        urn: The resource's URN.
        sentence: What is wrong and what to do.
        warns_only: Whether that is for the user to know, and no reason to stop.
    """

    urn: str
    sentence: str
    warns_only: bool = False


def name_of(urn: str) -> str:
    """The name that the program gives a resource."""
    return urn.rsplit("::", 1)[-1]


def stack_of(urn: str) -> str:
    """The name of the stack that a resource is in."""
    return urn.split(":", 3)[2]


def names_of(urns: Iterable[str]) -> str:
    """The names of some resources, as a sentence lists them."""
    names = [name_of(urn) for urn in urns]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
