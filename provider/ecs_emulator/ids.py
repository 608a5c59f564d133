"""IDs of resources in the form of Alibaba Cloud's. Pure."""

from __future__ import annotations

import secrets
import string

_REGION_CODES = {"cn-hangzhou": "bp1", "cn-shanghai": "uf6", "cn-beijing": "2ze", "eu-central-1": "gw8"}
_LETTERS = string.ascii_lowercase + string.digits


def new_id(prefix: str, region: str) -> str:
    """A resource ID: m-bp1 and 17 random lower-case letters and digits."""
    code = _REGION_CODES.get(region, "j6c")
    return f"{prefix}-{code}{''.join(secrets.choice(_LETTERS) for _ in range(17))}"
