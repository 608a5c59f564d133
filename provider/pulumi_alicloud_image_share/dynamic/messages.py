"""Whom an operation of a dynamic provider tells what goes on."""

from __future__ import annotations

import sys
from typing import Literal

import pulumi

from ..engine.log import engine_at, operation_on
from ..resource.operation import Operation
from ..resource.run import engine_address
from ..slots import PYTHON, Words
from .facts import Facts

Doing = Literal["check", "diff", "create", "read", "update", "delete"]


def words_for(*known: Facts) -> Words:
    """How errors and warnings are written, given what is known of the resource, in the state and in the program."""
    return Words(hides_accounts=any("accounts" in facts.secrets for facts in known))


def operation_for(facts: Facts, doing: Doing, words: Words = PYTHON) -> Operation:
    """The operation that the engine asks for."""
    # Pulumi's SDK does not connect a dynamic provider with the engine that started it.
    engine = pulumi.runtime.settings.get_engine() or engine_at(engine_address(sys.argv))
    return operation_on(facts.urn, engine, facts.timeouts.get(doing), words)
