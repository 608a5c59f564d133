"""The plugin's process, but that it ends as Python's processes do: coverage, where it is measured, waits for that."""

from __future__ import annotations

import sys

from pulumi_alicloud_image_share.plugin.__main__ import serve

if __name__ == "__main__":
    serve(sys.argv[1:]).wait_for_termination()
