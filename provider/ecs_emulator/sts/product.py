"""Every action of STS that is served."""

from __future__ import annotations

from typing import Final

from ..actions import Product
from . import actions
from .errors import Errors

STS: Final = Product(
    name="sts",
    version="2015-04-01",
    actions={
        "AssumeRole": actions.assume_role,
        "GetCallerIdentity": actions.get_caller_identity,
    },
    ram_refusal=Errors.NOT_AUTHORIZED_BY_RAM,
    # Its page on RAM: "No authorization for this operation". No policy can deny it.
    open_to_all=frozenset({"GetCallerIdentity"}),
)
