"""What the rules find, said to the user through pulumi-policy."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pulumi
from pulumi_policy import ReportViolation

from .. import slots
from ..values import Problem
from .violation import Violation


def is_refused(problems: Sequence[Problem], report: ReportViolation) -> bool:
    """Report what is wrong with a policy's own configuration; returns whether anything is."""
    for problem in problems:
        report(f"this policy is configured wrongly and judges nothing: {problem.sentence}", None)
    return bool(problems)


def report_all(violations: Sequence[Violation], report: ReportViolation) -> None:
    """Report violations, and warn of those that only warn."""
    for violation in violations:
        if violation.warns_only:
            warn_once(slots.render(violation.sentence))
        else:
            report(slots.render(violation.sentence), violation.urn)


@cache
def warn_once(sentence: str) -> None:
    """Warn, unless this process has said just that."""
    pulumi.log.warn(sentence)
