"""What the self-contained plugin starts with."""

import os

from pulumi_alicloud_image_share.plugin.__main__ import main

# The libraries of the archive are this process's own. Programs that it starts, such as one that hands out credentials,
# find those of the machine.
if before := os.environ.pop("LD_LIBRARY_PATH_ORIG", None):
    os.environ["LD_LIBRARY_PATH"] = before
else:
    os.environ.pop("LD_LIBRARY_PATH", None)

if __name__ == "__main__":
    main()
