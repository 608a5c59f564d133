"""Types of the values that Python programs give.

To a type checker a string is a sequence of strings. So arguments that take several account IDs are declared with
`Several`, which is a list or a tuple, but no string.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol, Required, TypeAlias, TypedDict, TypeVar

import pulumi

__all__ = ["Accounts", "AssumeRole", "Several"]

Item = TypeVar("Item", covariant=True)


class Several(Protocol[Item]):
    """A list or a tuple. No string is one, since only strings can be looked for in it; no mapping can be multiplied."""

    def __contains__(self, value: object, /) -> bool: ...
    def __iter__(self) -> Iterator[Item]: ...
    def __len__(self) -> int: ...
    def __mul__(self, times: int, /) -> object: ...


Accounts: TypeAlias = Several[pulumi.Input[str]] | Mapping[str, pulumi.Input[str]]
"""A list of account IDs, or a mapping of names to account IDs, or of account IDs to names."""


class AssumeRole(TypedDict, total=False):
    """A RAM role to assume, as a program gives it to the argument `assume_role`.

    role_arn: The role's ARN, such as "acs:ram::1000000000000001:role/image-sharer".
    session_name: What the session is called in the trails of ActionTrail. Default: "pulumi-image-share".
    external_id: The external ID that the role's trust policy demands, if it demands one.
    session_seconds: How long a session lasts, in seconds, from 900; a new one begins before it ends. Default: 3600.

    Example::

        from pulumi_alicloud_image_share import AssumeRole, ImageShare

        role: AssumeRole = {"role_arn": "acs:ram::1000000000000001:role/image-sharer"}
        ImageShare("golden", image_id="m-bp1golden00000000001", accounts=["1000000000000002"], assume_role=role)
    """

    role_arn: Required[pulumi.Input[str]]
    session_name: pulumi.Input[str]
    external_id: pulumi.Input[str]
    session_seconds: pulumi.Input[int]
