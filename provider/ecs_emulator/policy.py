"""The policy of a role's session. Only its actions are evaluated. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any


@dataclass(frozen=True)
class Statement:
    """One statement: it applies to the actions that match, or with `but` to all others."""

    deny: bool
    actions: tuple[str, ...]
    but: bool

    def is_about(self, action: str) -> bool:
        """Whether it applies to an action such as "ecs:DescribeImages"; not case-sensitive."""
        return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in self.actions) != self.but


@dataclass(frozen=True)
class Policy:
    """The upper limit of a session's permissions. Resource and Condition are ignored."""

    statements: tuple[Statement, ...]

    def allows(self, action: str) -> bool:
        """Whether a statement allows the action and no statement denies it."""
        about = [statement for statement in self.statements if statement.is_about(action)]
        return bool(about) and not any(statement.deny for statement in about)


def parse_policy(text: str) -> Policy:
    """The policy in a JSON text; ValueError if it is not a policy."""
    document = json.loads(text)
    if not isinstance(document, dict) or document.get("Version") != "1":
        raise ValueError("a policy is an object of Version 1")
    statements = document.get("Statement")
    if not isinstance(statements, list) or not statements:
        raise ValueError("a policy has a list of statements")
    return Policy(tuple(_statement(statement) for statement in statements))


def _statement(statement: Any) -> Statement:
    if not isinstance(statement, dict) or statement.get("Effect") not in ("Allow", "Deny"):
        raise ValueError("a statement has an Effect")
    if ("Action" in statement) == ("NotAction" in statement) or "Resource" not in statement:
        raise ValueError("a statement has a Resource and either Action or NotAction")
    but = "NotAction" in statement
    return Statement(statement["Effect"] == "Deny", _actions(statement["NotAction" if but else "Action"]), but)


def _actions(value: Any) -> tuple[str, ...]:
    actions: Sequence[Any] = [value] if isinstance(value, str) else value
    if not isinstance(actions, list) or not actions or not all(isinstance(action, str) for action in actions):
        raise ValueError("an action is a string or a list of strings")
    return tuple(actions)
