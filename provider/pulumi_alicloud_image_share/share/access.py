"""Whether a change of a share changes who has access, and what has to be known for that. Pure."""

from __future__ import annotations

from .record import KnownShare, Share


def changes_access(old: Share, spec: Share) -> bool:
    """Whether more than names and limits change: who has access, or whether others may have it."""
    return not spec.all_accounts_known or spec.accounts.keys() != old.accounts.keys() or becomes_exclusive(old, spec)


def has_unseen(old: KnownShare, spec: Share) -> bool:
    """Whether an account of the state was never seen to have access: an interrupted run may have shared with it."""
    return any(not old.shared_at.get(account) for account in spec.accounts.keys() & old.accounts.keys())


def needs_image(old: Share | None, spec: Share) -> bool:
    """Whether the rules of the live image matter: not where access is only taken away."""
    gains = old is None or not spec.all_accounts_known or not spec.accounts.keys() <= old.accounts.keys()
    return gains or becomes_exclusive(old, spec)


def becomes_exclusive(old: Share | None, spec: Share) -> bool:
    """Return whether the share becomes exclusive with this change."""
    return spec.exclusive is True and (old is None or not old.exclusive)
