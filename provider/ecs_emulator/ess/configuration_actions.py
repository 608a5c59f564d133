"""The actions of scaling configurations, a function each."""

from __future__ import annotations

from ..actions import Context, takes
from ..clock import format_time
from ..errors import CommonErrors
from ..paging import numbered
from ..wire import Answer, Params
from .errors import Errors
from .scaling import Configuration, ConfigurationChange
from .settings import CONFIGURATION_SETTINGS, PAGE_SIZE_MAX, instance_tags, price_limits, read_settings, user_data

_KEPT = tuple(setting.parameter for setting in CONFIGURATION_SETTINGS)
_FIELDS = (
    *("ScalingConfigurationName", "ImageId", "InstanceTypes.N", "SecurityGroupId", "SecurityGroupIds.N"),
    *("UserData", "Tags", "SpotPriceLimit.N.InstanceType", "SpotPriceLimit.N.PriceLimit", *_KEPT),
)
_NAMES_A_CALL = 10


def _change(params: Params) -> ConfigurationChange:
    one, several = params.get("SecurityGroupId"), params.repeated("SecurityGroupIds")
    if one and several:
        # "You cannot specify both SecurityGroupId and SecurityGroupIds.N at the same time."
        raise Errors.PARAMETERS_CONFLICT(one="SecurityGroupId", other="SecurityGroupIds")
    return ConfigurationChange(
        name=params.get("ScalingConfigurationName"),
        image_id=params.get("ImageId"),
        # "If you specify this parameter, InstanceType is ignored."
        instance_types=params.repeated("InstanceTypes") or [t for t in [params.get("InstanceType")] if t],
        security_group_ids=several or [g for g in [one] if g],
        settings=read_settings(params, CONFIGURATION_SETTINGS) | user_data(params),
        price_limits=price_limits(params),
        tags=instance_tags(params),
    )


@takes("RegionId", "ScalingGroupId", "InstanceType", *_FIELDS, "ClientToken")
def create_scaling_configuration(context: Context, params: Params) -> Answer:
    """Make a configuration of a scaling group, which is Inactive."""
    scaling = context.cloud.scaling
    group = scaling.group(context.account, params.get("RegionId"), params.require("ScalingGroupId"))
    params.require("ImageId")
    change = _change(params)
    for name, given in (("InstanceTypes.1", change.instance_types), ("SecurityGroupId", change.security_group_ids)):
        if not given:
            raise CommonErrors.MISSING_PARAMETER(name=name)

    def create() -> str:
        return scaling.create_configuration(group, change).id

    token = params.get("ClientToken")
    made = context.cloud.once(context.account, "CreateScalingConfiguration", token, params.raw, create)
    return {"ScalingConfigurationId": made}


@takes(
    *("RegionId", "ScalingGroupId", "ScalingConfigurationId.N", "ScalingConfigurationName.N"),
    *("PageNumber", "PageSize"),
)
def describe_scaling_configurations(context: Context, params: Params) -> Answer:
    """The caller's scaling configurations in a region; one that is not there is left out."""
    region = params.require("RegionId")
    ids, names = params.repeated("ScalingConfigurationId"), params.repeated("ScalingConfigurationName")
    for name, given in (("ScalingConfigurationId", ids), ("ScalingConfigurationName", names)):
        if len(given) > _NAMES_A_CALL:
            raise Errors.PARAMETER_INVALID(name=name)
    found = [
        each
        for each in context.cloud.scaling.configurations_of(context.account, region, params.get("ScalingGroupId"))
        if (not ids or each.id in ids) and (not names or each.name in names)
    ]
    return numbered(
        params, context.reading, found, PAGE_SIZE_MAX, "ScalingConfigurations", "ScalingConfiguration", _configuration
    )


@takes("RegionId", "ScalingConfigurationId", *(field for field in _FIELDS if field != "SecurityEnhancementStrategy"))
def modify_scaling_configuration(context: Context, params: Params) -> Answer:
    """Change a scaling configuration in place."""
    configuration = _own(context, params)
    context.cloud.scaling.change_configuration(configuration, _change(params))
    return {}


@takes("RegionId", "ScalingConfigurationId")
def delete_scaling_configuration(context: Context, params: Params) -> Answer:
    """Delete a configuration that is not its group's active one."""
    configuration = _own(context, params)
    context.cloud.scaling.delete_configuration(configuration)
    return {}


def _own(context: Context, params: Params) -> Configuration:
    configuration_id = params.require("ScalingConfigurationId")
    return context.cloud.scaling.configuration(context.account, params.get("RegionId"), configuration_id)


def _configuration(configuration: Configuration) -> Answer:
    return {
        "ScalingConfigurationId": configuration.id,
        "ScalingConfigurationName": configuration.name,
        "ScalingGroupId": configuration.group.id,
        "LifecycleState": "Active" if configuration.is_active else "Inactive",
        "ImageId": configuration.image_id,
        "InstanceType": configuration.instance_types[0],
        "InstanceTypes": {"InstanceType": configuration.instance_types},
        "SecurityGroupId": configuration.security_group_ids[0],
        "SecurityGroupIds": {"SecurityGroupId": configuration.security_group_ids},
        "DataDisks": {"DataDisk": []},
        "ResourceGroupId": "",
        "CreationTime": format_time(configuration.created),
        "Tags": {"Tag": [{"Key": key, "Value": value} for key, value in configuration.tags.items()]},
        "SpotPriceLimit": {
            "SpotPriceModel": [
                {"InstanceType": type_id, "PriceLimit": price} for type_id, price in configuration.price_limits
            ]
        },
        **configuration.settings,
    }
