"""How who can launch an image differs from what the state of a stack has. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .model import AuditedImage, Manager


@dataclass(frozen=True)
class AccessDifference:
    """What differs for one image.

    Attributes:
        managers: The resources of the stack that share it.
        missing: The account IDs that the state has and that have no access, sorted.
        unlisted: The account IDs that have access and are not in the state, sorted, to the time since when.
        is_exclusive: Whether the stack manages all accounts of the image, so that those not listed are drift.
        has_secrets: Whether the state has accounts encrypted, so that nothing can be said of them.
    """

    managers: Sequence[Manager]
    missing: Sequence[str]
    unlisted: Mapping[str, str]
    is_exclusive: bool
    has_secrets: bool

    @property
    def differs(self) -> bool:
        """Whether the stack's next refresh would show a difference."""
        return bool(self.missing or (self.unlisted and self.is_exclusive))


def compare(image: AuditedImage, managers: Sequence[Manager]) -> AccessDifference:
    """Compare who can launch an image with what these resources of one stack have."""
    listed = frozenset().union(*(manager.accounts or frozenset() for manager in managers))
    return AccessDifference(
        managers=managers,
        missing=sorted(listed - set(image.accounts)),
        unlisted={account: since for account, since in sorted(image.accounts.items()) if account not in listed},
        is_exclusive=any(manager.exclusive for manager in managers),
        has_secrets=any(manager.accounts is None for manager in managers),
    )
