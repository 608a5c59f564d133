"""What the engine does to a program's inputs for the option `ignoreChanges`, before any check.

After `processIgnoreChanges` and `PropertyPath.Reset` of engine 3.259.0 (sdk/go/common/resource/properties_path.go).
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from pulumi_alicloud_image_share.ignored_changes import parse_path


def ignoring(inputs: Mapping[str, Any], old_inputs: Mapping[str, Any], paths: Sequence[str]) -> dict[str, Any]:
    """The inputs that the engine hands to a check."""
    found = copy.deepcopy(dict(inputs))
    for path in paths:
        parts = parse_path(path)
        if parts:
            _reset(parts, copy.deepcopy(dict(old_inputs)), found)
    return found


def _reset(parts: tuple[str | int, ...], old: Any, new: Any) -> bool:
    first, rest = parts[0], parts[1:]
    if isinstance(first, int):
        return _reset_index(first, rest, old, new)
    if first == "*":
        return _reset_all(rest, old, new)
    if not rest:
        if isinstance(old, dict) and first in old:
            if not isinstance(new, dict):
                return False
            new[first] = old[first]
        elif isinstance(new, dict):
            new.pop(first, None)
        return True
    if not isinstance(old, dict) or not isinstance(new, dict):
        return not isinstance(old, dict) and not isinstance(new, dict)
    if first in old and first not in new:
        return False
    if first not in old and first not in new:
        return True
    return _reset(rest, old.get(first), new[first])


def _reset_index(index: int, rest: tuple[str | int, ...], old: Any, new: Any) -> bool:
    if index < 0:
        return False
    if not isinstance(old, list) or not isinstance(new, list):
        return not isinstance(old, list) and not isinstance(new, list)
    if index >= len(old) or index >= len(new):
        return not rest and index >= len(old) and index >= len(new)
    if rest:
        return _reset(rest, old[index], new[index])
    new[index] = old[index]
    return True


def _reset_all(rest: tuple[str | int, ...], old: Any, new: Any) -> bool:
    if not rest:
        if isinstance(new, dict) and isinstance(old, dict):
            new.clear()
            new.update(old)
        elif isinstance(new, list) and isinstance(old, list):
            new[: len(old)] = old[: len(new)]
            return len(old) == len(new)
        return isinstance(new, dict | list)
    if isinstance(old, dict) and isinstance(new, dict):
        return all(key in new and _reset(rest, old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return all(_reset(rest, each, other) for each, other in zip(old, new, strict=False)) and len(old) == len(new)
    return False
