"""How who can launch an image differs from what the state of a stack has. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .model import AuditedImage, Manager


@dataclass(frozen=True)
class AccessDifference:
    """What differs for one image.

    Attributes:
        image: The image, and who has access.
        managers: The resources of the stack that share it.
        missing: The account IDs that the state has and that have no access, sorted.
        unlisted: The account IDs that have access and are not in the state, sorted, to the time since when.
        is_exclusive: Whether the stack manages all accounts of the image, so that those not listed are drift.
        left: Those that have access still and that an update of the stack was to unshare, sorted.
    """

    image: AuditedImage
    managers: Sequence[Manager]
    missing: Sequence[str]
    unlisted: Mapping[str, str]
    is_exclusive: bool
    left: Sequence[str] = ()

    @property
    def differs(self) -> bool:
        """Whether anybody has access that is not in the state, as far as it is the stack's, or the other way round."""
        is_open = bool(self.image.groups or self.image.image.is_public)
        return bool(self.missing or self.left or (self.is_exclusive and (self.unlisted or is_open)))


def compare(image: AuditedImage, managers: Sequence[Manager]) -> AccessDifference:
    """Compare who can launch an image with what these resources of one stack have, all of which tell their accounts."""
    staying, leaving = ([manager for manager in managers if manager.is_leaving is leaves] for leaves in (False, True))
    listed, left = (frozenset().union(*(each.accounts or frozenset() for each in some)) for some in (staying, leaving))
    return AccessDifference(
        image=image,
        managers=managers,
        missing=sorted(listed - set(image.accounts)),
        unlisted={account: since for account, since in sorted(image.accounts.items()) if account not in listed | left},
        is_exclusive=any(manager.exclusive for manager in staying),
        left=sorted((left - listed) & set(image.accounts)),
    )
