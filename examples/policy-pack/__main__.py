"""The policies of pulumi_alicloud_image_share, ready to use; docs/policies.md says what each can be told."""

from pulumi_policy import PolicyPack

from pulumi_alicloud_image_share.policy import POLICIES

PolicyPack("image-share", policies=POLICIES)
