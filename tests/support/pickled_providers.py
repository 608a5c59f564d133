"""What states hold of the providers of dynamic resources, as each protocol of `pickle` writes it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

PROVIDERS = {
    "ImageShareProvider": {
        2: "gAJjcHVsdW1pX2FsaWNsb3VkX2ltYWdlX3NoYXJlLmR5bmFtaWMKSW1hZ2VTaGFyZVByb3ZpZGVyCnEAKYFxAX1xAmIu",
        4: "gASVRAAAAAAAAACMI3B1bHVtaV9hbGljbG91ZF9pbWFnZV9zaGFyZS5keW5hbWlj"
        "lIwSSW1hZ2VTaGFyZVByb3ZpZGVylJOUKYGUfZRiLg==",
        5: "gAWVRAAAAAAAAACMI3B1bHVtaV9hbGljbG91ZF9pbWFnZV9zaGFyZS5keW5hbWlj"
        "lIwSSW1hZ2VTaGFyZVByb3ZpZGVylJOUKYGUfZRiLg==",
    },
    "ImageCopyProvider": {
        2: "gAJjcHVsdW1pX2FsaWNsb3VkX2ltYWdlX3NoYXJlLmR5bmFtaWMKSW1hZ2VDb3B5UHJvdmlkZXIKcQApgXEBfXECYi4=",
        4: "gASVQwAAAAAAAACMI3B1bHVtaV9hbGljbG91ZF9pbWFnZV9zaGFyZS5keW5hbWljlIwRSW1hZ2VDb3B5UHJvdmlkZXKUk5QpgZR9lGIu",
        5: "gAWVQwAAAAAAAACMI3B1bHVtaV9hbGljbG91ZF9pbWFnZV9zaGFyZS5keW5hbWljlIwRSW1hZ2VDb3B5UHJvdmlkZXKUk5QpgZR9lGIu",
    },
}
"""Class name to pickle protocol to `__provider`: 4 is the default before Python 3.14, then 5."""


def repickled(deployment: Mapping[str, Any], protocol: int) -> dict[str, Any]:
    """The deployment with each `__provider`, of inputs and of outputs, as another protocol writes it."""
    others = {text: by[protocol] for by in PROVIDERS.values() for text in by.values()}
    changed = copy.deepcopy(dict(deployment))
    for resource in changed["resources"]:
        for properties in (resource.get("inputs", {}), resource.get("outputs", {})):
            if "__provider" in properties:
                properties["__provider"] = others[properties["__provider"]]
    return changed
