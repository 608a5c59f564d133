"""Every action of Auto Scaling that is served."""

from __future__ import annotations

from typing import Final

from ..actions import Product
from . import scaling_actions

ESS: Final = Product(
    name="ess",
    version="2014-08-28",
    actions={
        "CreateScalingConfiguration": scaling_actions.create_scaling_configuration,
        "CreateScalingGroup": scaling_actions.create_scaling_group,
        "DeleteScalingConfiguration": scaling_actions.delete_scaling_configuration,
        "DeleteScalingGroup": scaling_actions.delete_scaling_group,
        "DescribeScalingConfigurations": scaling_actions.describe_scaling_configurations,
        "DescribeScalingGroups": scaling_actions.describe_scaling_groups,
        "DescribeScalingInstances": scaling_actions.describe_scaling_instances,
        "DisableScalingGroup": scaling_actions.disable_scaling_group,
        "EnableScalingGroup": scaling_actions.enable_scaling_group,
        "ListTagResources": scaling_actions.list_tag_resources,
        "ModifyScalingConfiguration": scaling_actions.modify_scaling_configuration,
        "ModifyScalingGroup": scaling_actions.modify_scaling_group,
        "TagResources": scaling_actions.tag_resources,
        "UntagResources": scaling_actions.untag_resources,
    },
)
