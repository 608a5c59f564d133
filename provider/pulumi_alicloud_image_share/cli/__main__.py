"""The command `image-share`, where what it needs is installed."""

from __future__ import annotations

import importlib.util
import sys
from typing import Final

_NEEDED: Final = ("jinja2", "rich", "typer", "yaml")


def main() -> None:
    """Run the command, or say what is missing for it."""
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        print(
            f"image-share needs {', '.join(missing)}, which the package installs with its extra cli: "
            "pip install 'pulumi-alicloud-image-share[cli]'",
            file=sys.stderr,
        )
        sys.exit(2)
    from .app import run

    run()


if __name__ == "__main__":
    main()
