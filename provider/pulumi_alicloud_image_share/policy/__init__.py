"""Policies for pulumi-policy.

A policy pack of them::

    from pulumi_policy import PolicyPack

    from pulumi_alicloud_image_share.policy import POLICIES

    PolicyPack("image-share", policies=POLICIES)
"""

from __future__ import annotations

from typing import Final

try:
    from pulumi_policy import Policy
except ModuleNotFoundError:
    raise ImportError(
        "pulumi_alicloud_image_share.policy needs pulumi-policy: run `pip install "
        "'pulumi-alicloud-image-share[policy]'` where the policy pack runs."
    ) from None

from .policies import allowed_accounts, max_accounts, one_manager, protected_shares, trusted_images

__all__ = [
    "POLICIES",
    "allowed_accounts",
    "max_accounts",
    "one_manager",
    "protected_shares",
    "trusted_images",
]

POLICIES: Final[list[Policy]] = [allowed_accounts, one_manager, max_accounts, protected_shares, trusted_images]
"""All policies of this package, for a policy pack."""
