"""The command `image-share`."""
