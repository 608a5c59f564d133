"""The faults that pass: what hits one call and not the next."""

from __future__ import annotations

from typing import Any

PASSING: dict[str, dict[str, Any]] = {
    "Throttling": {"kind": "error", "code": "Throttling", "status": 400},
    "Throttling.User": {"kind": "throttle"},
    "Throttling.Api": {"kind": "error", "code": "Throttling.Api", "status": 400},
    "ServiceUnavailable": {"kind": "unavailable"},
    "InternalError": {"kind": "internal_error"},
    "a code of its own with status 500": {"kind": "error", "code": "Unheard.Of", "status": 500},
    "a code of its own with status 503": {"kind": "error", "code": "Unheard.Of", "status": 503},
    "dropped before it was done": {"kind": "drop_before"},
    "dropped after it was done": {"kind": "drop_after"},
    "truncated": {"kind": "truncate"},
    "garbage": {"kind": "garbage"},
}
