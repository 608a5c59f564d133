"""The module `ecs.copies`, by the name that it had before there were products."""

from __future__ import annotations

import sys

from .ecs import copies

# The module itself, not its names alone: what is set on the one is set on the other.
sys.modules[__name__] = copies
