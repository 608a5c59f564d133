"""What the user reads: when a change of sharing fails, and in a preview that the engine can't draw. Pure.

A failure says what failed on what, after how many calls; why; what was and was not done; and what to do next.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from ..accounts import listed, named
from ..errors import EcsError, ImageShareError
from ..values import UNKNOWN
from .journal import Entry, Result, Target
from .outcome import Cause, Outcome
from .plan import SharePlan
from .record import Share

NOTHING_CHANGED: Final = "Nothing was changed."

_AS_BEFORE: Final = "The change was rolled back: the image is shared with the same accounts as before."
_FINISH: Final = (
    "Run the same command again to finish the change. If the program no longer asks for it, run `pulumi up --refresh`."
)
_UNSEEN: Final = "ECS accepted the rollback, but its list could not be read to confirm it."

_GAINED: Final = "These accounts had no access before and may have it now:"
_LOST: Final = "These accounts had access before and may have lost it:"
_STAY_UNSHARED: Final = "These accounts stay unshared:"
_KEPT: Final = "These accounts stay shared, because the stack's state lists them. ECS did not list them before:"
_BEFORE_DROPPING: Final = (
    "Run the same command again before you remove these accounts from the program or destroy the stack."
)


def summary(gain: Collection[str], lose: Collection[str], target: Target, when: str) -> str:
    """The first line: what failed, for which image and when, such as "after 1 of 2 calls"."""
    parts = [f"sharing with {_count(gain)}"] if gain else []
    if lose:
        parts.append(f"unsharing from {_count(lose)}")
    what = " and ".join(parts) or "sharing"
    return f"{what[0].upper()}{what[1:]} failed for {target}, {when}."


def progress(journal: Iterable[Entry], plan: SharePlan) -> str:
    """How far a plan came, such as "after 1 of 2 calls"."""
    applied = sum(entry.result is Result.APPLIED and not entry.takes_back for entry in journal)
    # An account that has lost access meanwhile is shared with by one more call.
    return f"after {min(applied, len(plan.calls))} of {len(plan.calls)} calls"


def what_was_done(
    outcome: Outcome, error: ImageShareError, rollback_error: ImageShareError | None, names: Mapping[str, str]
) -> list[str]:
    """The lines below the reason: what was and was not done, and what to do next.

    Args:
        outcome: What the change left.
        error: Why it failed.
        rollback_error: Why its rollback failed, None if it did not.
        names: Account ID to the program's name for it.
    """
    if outcome.changed_nothing:
        return [NOTHING_CHANGED]
    if outcome.cause is Cause.CANCELLED:
        return _cancelled(outcome)
    if outcome.cause is Cause.IMAGE_MISSING:
        return [
            "The image was not found any more, so the calls before that were not rolled back.",
            *_each(_GAINED, outcome.gained | outcome.kept, names),
            *_each(_LOST, outcome.lost, names),
            "Run the same command again: it checks whether the image was deleted.",
        ]
    if rollback_error is not None:
        return [
            f"The rollback failed too: {_again(error, rollback_error)}",
            *_each(_GAINED, outcome.gained, names),
            *_each(_LOST, outcome.lost, names),
            *_kept(outcome, names),
            "Run `pulumi up --refresh` when ECS answers again: it finds and corrects what is left.",
        ]
    return _rolled_back(outcome, names)


def gone_warning(gone: Collection[str], target: Target) -> str:
    """The warning for accounts to unshare from that do not exist."""
    no_longer = "does not exist any more and was" if len(gone) == 1 else "do not exist any more and were"
    return f"{listed(gone, target.names)} {no_longer} not unshared from {target}."


def _cancelled(outcome: Outcome) -> list[str]:
    lines = ["The run was cancelled, so the calls before that were not rolled back."]
    if outcome.unsure:
        lines.append(f"One call got no answer: it may have changed the access of {_count(outcome.unsure)}.")
    if not outcome.confirmed:
        lines.append("ECS did not answer who has access now.")
    return [*lines, _FINISH]


def _rolled_back(outcome: Outcome, names: Mapping[str, str]) -> list[str]:
    unseen = [] if outcome.confirmed else [_UNSEEN]
    if outcome.is_as_before:
        return [_AS_BEFORE, *unseen]
    return [
        "The change was rolled back, except for the accounts below.",
        *unseen,
        *_each(_STAY_UNSHARED, outcome.lost, names),
        *(_kept(outcome, names) or [_FINISH]),
    ]


def _kept(outcome: Outcome, names: Mapping[str, str]) -> list[str]:
    lines = _each(_KEPT, outcome.kept, names)
    return [*lines, _BEFORE_DROPPING] if lines else []


def _each(heading: str, accounts: Collection[str], names: Mapping[str, str]) -> list[str]:
    """A heading and a line for each account; nothing if there is no account."""
    return [heading, *(f"  - {named(account, names)}" for account in sorted(accounts))] if accounts else []


def _again(error: ImageShareError, rollback_error: ImageShareError) -> str:
    """Why a rollback failed, shorter if it is the reason that the change failed for."""
    if isinstance(error, EcsError) and isinstance(rollback_error, EcsError) and error.code == rollback_error.code:
        request_id = f" RequestId {rollback_error.request_id}." if rollback_error.request_id else ""
        return f"{rollback_error.action} failed with {rollback_error.code} again.{request_id}"
    return rollback_error.text


def _count(accounts: Collection[str]) -> str:
    return f"{len(accounts)} account{'' if len(accounts) == 1 else 's'}"


# What a preview says in words, since the engine can't show it: accounts that are unknown or secret.


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
                f"{_number(count)} of {image} {_gain(count)} access, or {_keep(count)} it if this share takes the "
                "place of another, which then unshares from all others. Which ones is secret."
            ]
        return [
            f"{_number(len(gain) + unknown)} of {image} {_gain(len(gain) + unknown)} access"
            f"{' or keep it' if unknown else ''}, and {_lose(max(0, len(unnamed) - unknown), len(unnamed))}. Which "
            "ones is secret."
        ]
    if not unknown or is_new:
        return []
    gaining = listed(gain, spec.accounts) or "none of the known"
    losing = listed(unnamed, had) or "no account"
    return [
        f"{unknown} of the accounts of {image} will be known only in the update. Gaining access: {gaining}. Losing it, "
        f"unless among the unknown: {losing}."
    ]


def _number(count: int) -> str:
    return f"{count} account{'' if count == 1 else 's'}"


def _gain(count: int) -> str:
    return "gains" if count == 1 else "gain"


def _keep(count: int) -> str:
    return "keeps" if count == 1 else "keep"


def _lose(least: int, most: int) -> str:
    how_many = f"{least} to {_number(most)}" if least < most else _number(most)
    return f"{how_many} {'loses' if least == most == 1 else 'lose'} it"
