"""The provider plugin, as Pulumi runs it from source."""

from pulumi_alicloud_image_share.plugin.__main__ import main

main()
