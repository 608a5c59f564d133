"""What a copy carries while it is made, so that it is found again, and so that one run alone brings it to an end. Pure.

A copy has the name of its mark until it is complete, and its own name from then on: a copy of that name is unfinished,
and in no state. The tag `OWN_TAG` says whose it is, as the mark's digest, and which run is at work on it. Whoever takes
an unfinished copy over writes its own run into the tag first, and lets the copy go where it finds another's: so two
runs of one resource, in two checkouts with a state each, never both have it.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Final

from ..arguments import UNKNOWN
from ..cloud.model import Image
from .record import Copy
from .tags import OWN_TAG

_LONGEST_READABLE: Final = 90


@dataclass(frozen=True)
class Mark:
    """The mark of a copy: of this resource, of this image, into this region, with this encryption.

    Attributes:
        digest: What it is, as a hash.
        readable: Who made it, for people: "<project>/<stack>/<resource name>".
        name: The name of the copy while it is made.
    """

    digest: str
    readable: str
    name: str

    def tag(self, run_id: str) -> str:
        """The value of `OWN_TAG` while this run is at work on the copy."""
        return f"{self.readable} {self.digest} {run_id}".lstrip()

    def is_on(self, image: Image) -> bool:
        """Whether an image is a copy with this mark, finished or not."""
        return image.name == self.name or _tag_words(image)[0] == self.digest

    def is_unfinished(self, image: Image) -> bool:
        """Whether an image is a copy with this mark that is not complete, or not named."""
        return image.name == self.name

    def run_of(self, image: Image) -> str:
        """The run that took the copy last, "" where its tag does not say."""
        digest, run_id = _tag_words(image)
        return run_id if digest == self.digest else ""


def mark_of(resource: str, spec: Copy) -> Mark | None:
    """The mark of what a resource asks for, None where that is not known yet.

    Args:
        resource: The resource's URN.
        spec: What it asks for.
    """
    what = [spec.source_region, spec.source_image_id, spec.region, spec.encrypted, spec.kms_key_id or ""]
    if UNKNOWN in what:
        return None
    digest = hashlib.sha256(json.dumps([resource, *what]).encode()).hexdigest()[:16]
    return Mark(digest, _readable(resource), f"copying-{spec.source_image_id}-{digest}")


def _readable(resource: str) -> str:
    # urn:pulumi:<stack>::<project>::<types>::<name>
    parts = resource.removeprefix("urn:pulumi:").split("::", 3)
    words = [parts[1], parts[0], parts[3]] if len(parts) == 4 else parts
    return re.sub(r"[^\w./-]", "_", "/".join(words))[:_LONGEST_READABLE]


def _tag_words(image: Image) -> tuple[str, str]:
    words = image.tags.get(OWN_TAG, "").split(" ")
    return (words[-2], words[-1]) if len(words) >= 2 else ("", "")
