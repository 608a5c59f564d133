"""What is judged: what was seen in the cloud, beside what the stacks say. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .model import AuditedImage, Manager
from .states import StackImages


@dataclass(frozen=True)
class Seen:
    """What is judged.

    Attributes:
        account_id: The account whose images they are.
        images: The images, with their managers.
        stacks: The states that were given.
        allowed: The account IDs of the allowlist, None where none was given.
        names: Account ID to name.
        gone: The managers of images of this account that surely are not there.
        elsewhere: The managers of images that were not looked at, and why, as a part of a sentence.
    """

    account_id: str
    images: Sequence[AuditedImage]
    stacks: Sequence[StackImages] = ()
    allowed: frozenset[str] | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    gone: Sequence[Manager] = ()
    elsewhere: Sequence[tuple[Manager, str]] = ()
