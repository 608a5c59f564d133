"""Every action of Auto Scaling that is served."""

from __future__ import annotations

from typing import Final

from ..actions import Product
from . import configuration_actions, group_actions, tag_actions

ESS: Final = Product(
    name="ess",
    version="2014-08-28",
    actions={
        "CreateScalingConfiguration": configuration_actions.create_scaling_configuration,
        "CreateScalingGroup": group_actions.create_scaling_group,
        "DeleteScalingConfiguration": configuration_actions.delete_scaling_configuration,
        "DeleteScalingGroup": group_actions.delete_scaling_group,
        "DescribeScalingConfigurations": configuration_actions.describe_scaling_configurations,
        "DescribeScalingGroups": group_actions.describe_scaling_groups,
        "DescribeScalingInstances": group_actions.describe_scaling_instances,
        "DisableScalingGroup": group_actions.disable_scaling_group,
        "EnableScalingGroup": group_actions.enable_scaling_group,
        "ListTagResources": tag_actions.list_tag_resources,
        "ModifyScalingConfiguration": configuration_actions.modify_scaling_configuration,
        "ModifyScalingGroup": group_actions.modify_scaling_group,
        "TagResources": tag_actions.tag_resources,
        "UntagResources": tag_actions.untag_resources,
    },
)
