"""What a preview must say in words, since the engine can't show it: accounts that are unknown or secret. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ..accounts import listed
from ..arguments import UNKNOWN
from .record import Share


def change_sentences(spec: Share, had: Mapping[str, str], *, is_new: bool, is_secret: bool) -> list[str]:
    """Say who gains and who loses access where the engine can only show that something changes.

    Args:
        spec: What the program asks for.
        had: Account ID to name of what the share had until now.
        is_new: Whether there is no such share yet.
        is_secret: Whether no account may be shown, only how many there are.
    """
    if spec.unknown_accounts is UNKNOWN:
        return []
    gain, unnamed = spec.accounts.keys() - had.keys(), had.keys() - spec.accounts.keys()
    image = "its image" if spec.image_id is UNKNOWN else f"image {spec.image_id}"
    unknown = spec.unknown_accounts
    if is_secret:
        if not (gain or unnamed or unknown):
            return []
        if is_new:
            count = len(gain) + unknown
            return [
                f"{_count(count)} of {image} {_gain(count)} access, or {_keep(count)} it where this share takes the "
                "place of another, which then unshares from all others. Which ones is secret."
            ]
        return [
            f"{_count(len(gain) + unknown)} of {image} {_gain(len(gain) + unknown)} access"
            f"{' or keep it' if unknown else ''}, and {_lose(max(0, len(unnamed) - unknown), len(unnamed))}. Which "
            "ones is secret."
        ]
    if not unknown or is_new:
        return []
    gaining = listed(gain, spec.accounts) or "none of the known"
    losing = listed(unnamed, had) or "nobody"
    return [
        f"{unknown} of the accounts of {image} will be known only in the update. Gaining access: {gaining}. Losing it, "
        f"unless among the unknown: {losing}."
    ]


def _count(count: int) -> str:
    return f"{count} account{'' if count == 1 else 's'}"


def _gain(count: int) -> str:
    return "gains" if count == 1 else "gain"


def _keep(count: int) -> str:
    return "keeps" if count == 1 else "keep"


def _lose(least: int, most: int) -> str:
    how_many = f"{least} to {_count(most)}" if least < most else _count(most)
    return f"{how_many} {'loses' if least == most == 1 else 'lose'} it"
