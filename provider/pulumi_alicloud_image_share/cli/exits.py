"""How the command ends."""

from __future__ import annotations

from typing import Final

CLEAN: Final = 0
"""It looked, and nothing is wrong."""
FOUND: Final = 1
"""It looked, and something is wrong."""
COULD_NOT_LOOK: Final = 2
"""It could not look at all that it was asked for, or was asked what it can't do."""
CANCELLED: Final = 130
"""It was interrupted: 128 and the number of the signal, as a shell has it."""
