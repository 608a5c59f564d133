"""Which argument an error in a check is about. Pure."""

from __future__ import annotations

from ..cloud.identity import STACKS_OWN, Identity
from ..errors import ConfigError, EcsError, ImageShareError
from ..values import UNKNOWN, Unknown


def property_at_fault(error: ImageShareError, identity: Identity | Unknown, region: str = "region") -> str:
    """The argument that an error in the check is about, "" for none; `region` is that of the region that was asked."""
    if isinstance(error, EcsError) and error.code.startswith("InvalidRegionId"):
        return region
    identity = STACKS_OWN if identity is UNKNOWN else identity
    if isinstance(error, EcsError) and error.action == "AssumeRole":
        return "assume_role" if identity.role else ""
    return "profile" if isinstance(error, ConfigError) and identity.profile else ""
