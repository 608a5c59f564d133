"""The permissions that the command needs of RAM. Pure."""

from __future__ import annotations

import json
from typing import Final

READ_ACTIONS: Final = ("ecs:DescribeRegions", "ecs:DescribeImages", "ecs:DescribeImageSharePermission")
"""All that it calls, but for STS's GetCallerIdentity, which everybody may."""


def ram_policy() -> str:
    """The RAM policy of who runs the command, as the console takes it: it reads, and changes nothing."""
    statement = {"Effect": "Allow", "Action": list(READ_ACTIONS), "Resource": "*"}
    return json.dumps({"Version": "1", "Statement": [statement]}, indent=2)
