"""Everything this package raises.

The tree::

    ImageShareError                 any error of this package
    ├── BadArguments                a function can't be asked this; nothing was called
    ├── ConfigError                 region, endpoint or credentials are missing or unusable; nothing was called
    ├── RuleBroken                  the program asks for something that ECS does not allow; nothing was changed
    ├── EcsError                    ECS refused a call: its code, its RequestId, and what to do about it
    │   ├── ImageNotFound           the image is not in this region, or not visible to this account
    │   └── EcsUnavailable          throttled, unreachable or broken until the retry budget was used up
    ├── NoSharedImage               no image answers get_shared_image, or more than one does
    ├── Cancelled                   the run was cancelled before a call was sent, or answered
    ├── NotVisible                  ECS accepted a change that never showed up in what it lists
    ├── SharingFailed               a share, change or unshare that failed: what was done, and what is left
    └── CopyFailed                  a copy, its change or its deletion that failed: what was done, and what is left

Each message says what happened, to which image and accounts, what was and was not done, and what to do next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Self

from . import slots

__all__ = [
    "BadArguments",
    "Cancelled",
    "ConfigError",
    "CopyFailed",
    "EcsError",
    "EcsUnavailable",
    "ImageNotFound",
    "ImageShareError",
    "NoSharedImage",
    "NotVisible",
    "RuleBroken",
    "SharingFailed",
]


class ImageShareError(Exception):
    """Any error of this package. Its text is meant for the person who reads the terminal.

    Where a program lets one through, Pulumi prints this text alone, without a traceback.

    Attributes:
        state: What the resource is now, where it is neither as it was before nor as it was asked for; None otherwise.
    """

    state: Any = None

    @property
    def text(self) -> str:
        """The text with its slots (see `slots`), for a text that this one becomes a part of."""
        return super().__str__()

    def __str__(self) -> str:
        """The text as a Python program reads it, unless `in_words` has set another."""
        return slots.render(self.text)

    def in_words(self, words: slots.Words) -> Self:
        """Write the text as a frontend does, for good; return the error itself."""
        self.args = (slots.render(self.text, words),)
        return self


class BadArguments(ImageShareError):
    """Arguments of a function of this package can't be used. No call was made.

    Attributes:
        sentences: One sentence for each fault.
    """

    def __init__(self, function: str, sentences: Sequence[str]) -> None:
        self.sentences = tuple(map(slots.render, sentences))
        super().__init__("\n".join(f"{function}: {sentence}" for sentence in sentences))


class ConfigError(ImageShareError):
    """Region, endpoint or credentials are missing or unusable. No call was made."""


class RuleBroken(ImageShareError):
    """The program asks for something that ECS does not allow. Nothing was changed.

    Attributes:
        sentences: One sentence for each rule that is broken.
    """

    def __init__(self, what: str, sentences: Sequence[str]) -> None:
        self.sentences = tuple(map(slots.render, sentences))
        super().__init__("\n".join([f"{what}. Nothing was changed.", *(f"  - {s}" for s in sentences)]))


class EcsError(ImageShareError):
    """ECS refused a call.

    Attributes:
        action: The ECS action, for example ``ModifyImageSharePermission``.
        code: The error code of ECS, for example ``InvalidAccount.NotFound``.
        request_id: The RequestId of the answer, "" if there was none. Alibaba Cloud's support asks for it.
        ecs_message: What ECS said, in its own words.
        changed_nothing: Whether the call surely changed nothing.
    """

    changed_nothing: bool = False

    def __init__(self, action: str, code: str, message: str, request_id: str = "", advice: str = "") -> None:
        self.action = action
        self.code = code
        self.ecs_message = message
        self.request_id = request_id
        text = f"{action} failed with {code}: {_sentence(message)}"
        if request_id:
            text += f" RequestId {request_id}."
        if advice:
            text += f" {advice}"
        super().__init__(text)


class ImageNotFound(EcsError):
    """The image is not in the region that was asked, or this account can't see it."""


class EcsUnavailable(EcsError):
    """ECS was throttling, unreachable or broken until the retry budget was used up."""


class NoSharedImage(ImageShareError):
    """No image answers get_shared_image, or more than one does and `most_recent` is False.

    Attributes:
        sentences: Why none does, or which ones do.
        image_ids: The IDs of those that do, newest first; () for none.
    """

    def __init__(self, what: str, sentences: Sequence[str], image_ids: Sequence[str] = ()) -> None:
        self.sentences = tuple(map(slots.render, sentences))
        self.image_ids = tuple(image_ids)
        super().__init__("\n".join([what, *(f"  - {sentence}" for sentence in sentences)]))


class Cancelled(ImageShareError):
    """The run was cancelled before a call was sent, or before it was answered.

    Attributes:
        was_sent: Whether ECS may have carried the call out.
    """

    def __init__(self, what: str, *, was_sent: bool) -> None:
        self.was_sent = was_sent
        super().__init__(f"{what}.")


class NotVisible(ImageShareError):
    """ECS accepted a change, but it never showed up in DescribeImageSharePermission.

    Attributes:
        missing: Account IDs that were shared with and are not listed.
        lingering: Account IDs that were unshared from and are still listed.
    """

    def __init__(self, image: str, missing: Iterable[str], lingering: Iterable[str], seconds: float) -> None:
        self.missing = tuple(sorted(missing))
        self.lingering = tuple(sorted(lingering))
        parts = []
        if self.missing:
            parts.append(f"still not listed: {_some(self.missing)}")
        if self.lingering:
            parts.append(f"still listed: {_some(self.lingering)}")
        super().__init__(
            f"ECS accepted the change to {image}, but after {seconds:g} s it does not show ({'; '.join(parts)}). Run "
            f"again; if ECS is slow today, raise {slots.setting('visibleSeconds')}."
        )


def _some(account_ids: Sequence[str]) -> str:
    shown, rest = account_ids[:5], len(account_ids[5:])
    return ", ".join(map(slots.account, shown)) + (f" and {rest} more" if rest else "")


class SharingFailed(ImageShareError):
    """A share, change or unshare failed.

    Attributes:
        live: Who may have access now: account ID to the time since when, ISO 8601 in UTC, "" if that was not seen. None
            if the same accounts have access as before.
        gained: Those of `live` that ECS did not list before and that the change shared with.
    """

    def __init__(
        self,
        summary: str,
        cause: ImageShareError,
        outcome: Sequence[str],
        *,
        live: Mapping[str, str] | None = None,
        gained: Iterable[str] = (),
    ) -> None:
        self.live = live
        self.gained = frozenset(gained)
        super().__init__("\n".join([summary, f"Why: {cause.text}", *outcome]))


class CopyFailed(ImageShareError):
    """Copying an image, changing the copy in place, or deleting it failed.

    Attributes:
        image_id: The copy's ID, "" where there is none.
    """

    def __init__(
        self, summary: str, cause: ImageShareError | str, outcome: Sequence[str] = (), image_id: str = ""
    ) -> None:
        self.image_id = image_id
        why = cause.text if isinstance(cause, ImageShareError) else cause
        super().__init__("\n".join([summary, f"Why: {why}", *outcome]))


@contextmanager
def written_in(words: slots.Words) -> Iterator[None]:
    """Let the errors of this package leave the block in a frontend's words."""
    try:
        yield
    except ImageShareError as error:
        error.in_words(words)
        raise


def _sentence(text: str) -> str:
    text = " ".join(str(text).split())
    return text if text.endswith((".", "!", "?")) else f"{text}."


# The name that a traceback prints is the package's, not this file's.
for _name in __all__:
    globals()[_name].__module__ = "pulumi_alicloud_image_share"
