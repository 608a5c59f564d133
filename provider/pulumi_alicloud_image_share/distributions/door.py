"""What a distribution asks of the door that it was made through: copies, shares, and the state of the stack."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

import pulumi

from ..errors import ImageShareError
from ..kinds.contract import Resources

T = TypeVar("T")


class MadeCopy(Protocol):
    """A copy, as a distribution needs it."""

    @property
    def image_id(self) -> pulumi.Output[str]:
        """The image's ID."""


class MadeShare(Protocol):
    """A share, as a distribution needs it."""

    @property
    def image_id(self) -> pulumi.Output[str]:
        """The image's ID."""

    @property
    def owner_id(self) -> pulumi.Output[str]:
        """The account ID of the image's owner, which only the provider says."""

    @property
    def id(self) -> pulumi.Output[str]:
        """Its ID."""

    @property
    def urn(self) -> pulumi.Output[str]:
        """Its URN."""


class Door(Protocol):
    """A door for distributions."""

    @property
    def type(self) -> str:
        """The type of a distribution."""

    @property
    def copy_types(self) -> Sequence[str]:
        """The type of copies, then that behind the other door."""

    @property
    def share_types(self) -> Sequence[str]:
        """The type of shares, then that behind the other door."""

    @property
    def default_region(self) -> str | None:
        """The region of the configuration or the environment, None if there is none."""

    @property
    def accounts_argument(self) -> str:
        """What the program calls its accounts."""

    @property
    def by_region(self) -> bool | None:
        """Whether accounts are given for each region; None where their form tells."""

    def name_of(self, path: str) -> str:
        """Python's path of a property that the program's options name."""

    def registered(self, outputs: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a distribution tells the state, under the names that its programs know."""

    def check_options(self, what: str, opts: pulumi.ResourceOptions | None, *, names_identity: bool) -> None:
        """Refuse options that would be ignored without a word.

        Args:
            what: The resource, for errors.
            opts: Its options.
            names_identity: Whether it says as whom it calls.

        Raises:
            BadArguments: There are some.
        """

    def for_the_terminal(self, error: ImageShareError) -> ImageShareError:
        """The same error, as Pulumi prints it without a traceback."""

    def make_copy(self, name: str, opts: pulumi.ResourceOptions, arguments: Mapping[str, Any]) -> MadeCopy:
        """Make an ImageCopy."""

    def make_share(
        self, name: str, opts: pulumi.ResourceOptions, arguments: Mapping[str, Any], *, instead_of: str = ""
    ) -> MadeShare:
        """Make an ImageShare.

        Args:
            name: Its name in the stack.
            opts: Its options.
            arguments: Its arguments.
            instead_of: The URN of the share whose place a new one takes, "" for none: what that had in the state tells
                how many lose access.
        """

    async def resources_in_state(self) -> Resources:
        """All resources that the stack's state has, as it was when the program first asked.

        Raises:
            ConfigError: The engine can't read it.
        """

    def wait_for(self, answer: Awaitable[T]) -> T:
        """Wait in the middle of a program, while what it has begun goes on."""
