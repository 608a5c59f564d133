"""The actions of sharing images, a function each."""

from __future__ import annotations

from ..actions import Context, takes
from ..clock import format_time
from ..paging import page_of
from ..wire import Answer, Params
from .errors import Errors


@takes("RegionId", "ImageId", "AddAccount.N", "RemoveAccount.N", "IsPublic", "LaunchPermission", "DryRun")
def modify_image_share_permission(context: Context, params: Params) -> Answer:
    """Share an image with accounts, unshare it from others, or publish it."""
    region, image_id = params.require("RegionId"), params.require("ImageId")
    add, remove = params.repeated("AddAccount"), params.repeated("RemoveAccount")
    public = params.boolean("IsPublic")
    sharing = context.cloud.sharing
    if params.get("LaunchPermission"):
        # "This parameter is in invitational preview and is not publicly available."
        raise (Errors.LAUNCH_PERMISSION_UNNEEDED() if add or remove else Errors.LAUNCH_PERMISSION_FORBIDDEN())
    # DryRun is among this action's parameters without a word of documentation, so nothing may be expected of it; here
    # it does nothing, and the call is a real one.
    if public and (add or remove):
        raise Errors.IS_PUBLIC_CONFLICT()
    if public is not None and not add and not remove:
        sharing.set_public(context.account, region, image_id, public)
    else:
        sharing.modify(context.caller.account, region, image_id, add, remove)
    return {}


@takes("RegionId", "ImageId", "PageNumber", "PageSize")
def describe_image_share_permission(context: Context, params: Params) -> Answer:
    """The accounts, and the share groups, that an own image is shared with."""
    region, image_id = params.require("RegionId"), params.require("ImageId")
    page, size = page_of(params)
    size = context.reading.page_size(size)
    shares = context.cloud.sharing.permission(context.account, region, image_id, context.reading.lag_s)
    groups = context.cloud.sharing.groups(context.account, region, image_id, context.reading.lag_s)
    # The page's example shows AliyunId as a number, its table and the SDK's model as a string: a string.
    shown = context.reading.page(context.reading.rows(shares), page, size)
    accounts = [{"AliyunId": account, "SharedTime": format_time(time)} for account, time in shown]
    return {
        "PageNumber": page,
        "PageSize": size,
        # Of the accounts alone, and so are the pages: the page's example has a group, an account and a count of 1.
        "TotalCount": context.reading.total_count(len(shares)),
        "RegionId": region,
        "ImageId": image_id,
        "ShareGroups": {"ShareGroup": [{"Group": group} for group in groups]},
        "Accounts": {"Account": accounts},
    }
