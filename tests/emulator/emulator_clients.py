"""Clients of the emulator for its tests: the unmodified SDK, and both signatures written from their documents."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import requests
from alibabacloud_credentials.client import Client as Credential
from alibabacloud_credentials.models import Config as CredentialConfig
from alibabacloud_ecs20140526 import models as m
from alibabacloud_ecs20140526.client import Client
from alibabacloud_sts20150401 import models as sm
from alibabacloud_sts20150401.client import Client as StsClient
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.models import Config

from ecs_emulator import Emulator

# The credential chain must never ask the metadata service.
os.environ["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true"

REGION = "cn-hangzhou"


def config(ecs: Emulator, account: str = "owner", **changes: Any) -> Config:
    key = ecs.account(account)
    given = {
        "access_key_id": key.access_key_id,
        "access_key_secret": key.access_key_secret,
        "endpoint": ecs.endpoint,
        "protocol": ecs.protocol,
        "region_id": REGION,
    }
    return Config(**(given | changes))


def with_token(ecs: Emulator, access_key_id: str, secret: str, token: str) -> Config:
    credential = Credential(
        CredentialConfig(type="sts", access_key_id=access_key_id, access_key_secret=secret, security_token=token)
    )
    return Config(credential=credential, endpoint=ecs.endpoint, protocol=ecs.protocol, region_id=REGION)


def sts(ecs: Emulator, account: str = "owner", **changes: Any) -> StsClient:
    return StsClient(config(ecs, account, **changes))


def ram_user(ecs: Emulator, account: str, name: str) -> dict[str, str]:
    """A RAM user's AccessKey, for a Config."""
    user = ecs.account(account).ram_user(name)
    return {"access_key_id": user.access_key_id, "access_key_secret": user.access_key_secret}


def assume(client: StsClient, role_arn: str, session: str = "tests", **more: Any) -> Any:
    """What AssumeRole answers."""
    request = sm.AssumeRoleRequest(**({"role_arn": role_arn, "role_session_name": session} | more))
    return client.assume_role(request).body


class Sdk:
    """The SDK as one account, with the calls that the tests make most."""

    def __init__(self, ecs: Emulator, account: str = "owner", **changes: Any) -> None:
        self.ecs = ecs
        self.account = ecs.account(account).id
        self.client = Client(config(ecs, account, **changes))

    @classmethod
    def of_session(cls, ecs: Emulator, credentials: Any) -> Sdk:
        """The SDK with the temporary AccessKey that AssumeRole gave."""
        key = (credentials.access_key_id, credentials.access_key_secret, credentials.security_token)
        sdk = cls(ecs)
        sdk.client = Client(with_token(ecs, *key))
        return sdk

    def share(self, image_id: str, *add: str, remove: tuple[str, ...] = (), region: str = REGION) -> None:
        self.client.modify_image_share_permission(
            m.ModifyImageSharePermissionRequest(
                region_id=region, image_id=image_id, add_account=list(add) or None, remove_account=list(remove) or None
            )
        )

    def unshare(self, image_id: str, *remove: str) -> None:
        self.share(image_id, remove=remove)

    def shares(self, image_id: str, **page: Any) -> Any:
        request = m.DescribeImageSharePermissionRequest(**({"region_id": REGION, "image_id": image_id} | page))
        return self.client.describe_image_share_permission(request).body

    def shared_with(self, image_id: str) -> list[str]:
        return [account.aliyun_id for account in self.shares(image_id, page_size=100).accounts.account]

    def groups(self, image_id: str) -> list[str]:
        return [group.group for group in self.shares(image_id).share_groups.share_group]

    def images(self, **query: Any) -> Any:
        request = m.DescribeImagesRequest(**({"region_id": REGION, "page_size": 100} | query))
        return self.client.describe_images(request).body

    def image_ids(self, **query: Any) -> list[str]:
        return [image.image_id for image in self.images(**query).images.image]

    def image(self, image_id: str, **query: Any) -> Any:
        [image] = self.images(image_id=image_id, **query).images.image
        return image

    def place(self, region: str = REGION) -> dict[str, str]:
        """Where instances are put by tests that are about something else."""
        network = self.ecs.console.default_network(self.account, region)
        return {"v_switch_id": network["vswitch_id"], "security_group_id": network["security_group_id"]}

    def new_group(self, vpc_id: str = "") -> str:
        """One more security group, of the default VPC unless another is named."""
        vpc_id = vpc_id or self.ecs.console.default_network(self.account, REGION)["vpc_id"]
        request = m.CreateSecurityGroupRequest(region_id=REGION, vpc_id=vpc_id)
        return str(self.client.create_security_group(request).body.security_group_id)

    def run(self, image_id: str, /, **more: Any) -> str:
        """In some vSwitch and security group, unless the test says which."""
        place = self.place(more.get("region_id") or REGION)
        given = {"region_id": REGION, "image_id": image_id, "instance_type": "ecs.g7.large", **place}
        if "security_group_ids" in more:
            del given["security_group_id"]
        request = m.RunInstancesRequest(**(given | more))
        return self.client.run_instances(request).body.instance_id_sets.instance_id_set[0]

    def instance(self, instance_id: str) -> Any:
        request = m.DescribeInstancesRequest(region_id=REGION, instance_ids=json.dumps([instance_id]))
        [instance] = self.client.describe_instances(request).body.instances.instance
        return instance

    def instances(self, **query: Any) -> Any:
        request = m.DescribeInstancesRequest(**({"region_id": REGION, "page_size": 100} | query))
        return self.client.describe_instances(request).body.instances.instance

    def instance_ids(self, **query: Any) -> list[str]:
        return [instance.instance_id for instance in self.instances(**query)]

    def status(self, instance_id: str) -> str:
        return str(self.instance(instance_id).status)

    def stop(self, instance_id: str, **more: Any) -> None:
        self.client.stop_instance(m.StopInstanceRequest(instance_id=instance_id, **more))

    def delete_instance(self, instance_id: str, **more: Any) -> None:
        self.client.delete_instance(m.DeleteInstanceRequest(instance_id=instance_id, **more))

    def change(self, instance_id: str, **changes: Any) -> None:
        request = m.ModifyInstanceAttributeRequest(instance_id=instance_id, **changes)
        self.client.modify_instance_attribute(request)

    def start(self, instance_id: str) -> None:
        self.client.start_instance(m.StartInstanceRequest(instance_id=instance_id))

    def system_disk(self, instance_id: str) -> Any:
        request = m.DescribeDisksRequest(region_id=REGION, instance_id=instance_id, disk_type="system")
        [disk] = self.client.describe_disks(request).body.disks.disk
        return disk

    def replace(self, instance_id: str, image_id: str, **more: Any) -> str:
        request = m.ReplaceSystemDiskRequest(instance_id=instance_id, image_id=image_id, **more)
        return self.client.replace_system_disk(request).body.disk_id

    def reinit(self, disk_id: str, **more: Any) -> None:
        self.client.re_init_disk(m.ReInitDiskRequest(disk_id=disk_id, **more))

    def copy(self, image_id: str, to: str, **more: Any) -> str:
        request = m.CopyImageRequest(region_id=REGION, image_id=image_id, destination_region_id=to, **more)
        return self.client.copy_image(request).body.image_id

    def make(self, region: str = REGION, /, **what: Any) -> str:
        """Make an image of an instance or a snapshot."""
        return self.client.create_image(m.CreateImageRequest(region_id=region, **what)).body.image_id

    def snapshots(self, region: str = REGION, /, **query: Any) -> list[Any]:
        request = m.DescribeSnapshotsRequest(region_id=region, **({"max_results": 100} | query))
        return self.client.describe_snapshots(request).body.snapshots.snapshot

    def delete_snapshot(self, snapshot_id: str, **more: Any) -> None:
        self.client.delete_snapshot(m.DeleteSnapshotRequest(snapshot_id=snapshot_id, **more))

    def snapshot_of(self, image_id: str, **query: Any) -> str:
        """The ID of the snapshot that an image is made of."""
        [mapping] = self.image(image_id, **query).disk_device_mappings.disk_device_mapping
        return mapping.snapshot_id

    def cancel_copy(self, image_id: str, *, region: str = REGION) -> None:
        self.client.cancel_copy_image(m.CancelCopyImageRequest(region_id=region, image_id=image_id))

    def modify(self, image_id: str, *, region: str = REGION, **changes: Any) -> None:
        self.client.modify_image_attribute(
            m.ModifyImageAttributeRequest(region_id=region, image_id=image_id, **changes)
        )

    def tag(self, *image_ids: str, region: str = REGION, resource_type: str = "image", **tags: str | None) -> None:
        """Keys are as Python can write them; tests of other keys make their own request."""
        self.client.tag_resources(
            m.TagResourcesRequest(
                region_id=region,
                resource_type=resource_type,
                resource_id=list(image_ids),
                tag=[m.TagResourcesRequestTag(key=key, value=value) for key, value in tags.items()],
            )
        )

    def untag(self, *image_ids: str, keys: list[str] | None = None, **more: Any) -> None:
        request = {"region_id": REGION, "resource_type": "image", "resource_id": list(image_ids), "tag_key": keys}
        self.client.untag_resources(m.UntagResourcesRequest(**(request | more)))

    def tag_resources(self, **query: Any) -> Any:
        request = m.ListTagResourcesRequest(**({"region_id": REGION, "resource_type": "image"} | query))
        return self.client.list_tag_resources(request).body

    def tags(self, image_id: str, **query: Any) -> dict[str, str]:
        return {tag.tag_key: tag.tag_value for tag in self.image(image_id, **query).tags.tag}

    def delete(self, image_id: str, **more: Any) -> None:
        self.client.delete_image(m.DeleteImageRequest(region_id=REGION, image_id=image_id, **more))


def refusal(call: Callable[..., object], *args: Any, **kwargs: Any) -> tuple[str, int]:
    """The code and status that ECS refuses a call with; fails if it does not."""
    error = refused(call, *args, **kwargs)
    return error.code, error.status_code


def refused(call: Callable[..., object], *args: Any, **kwargs: Any) -> Any:
    try:
        call(*args, **kwargs)
    except AlibabaCloudException as error:
        return error
    raise AssertionError("the call was not refused")


def encode(text: str) -> str:
    """RFC 3986: everything but letters, digits and -_.~ as %XX."""
    return quote(text, safe="~")


def acs3_headers(ecs: Emulator, method: str, query: dict[str, str], headers: dict[str, str], body: bytes = b"") -> Any:
    """Headers signed by the V3 scheme; `headers` add to or replace the usual ones, and are signed too."""
    key = ecs.account("owner")
    full = {
        "host": ecs.endpoint,
        "x-acs-version": "2014-05-26",
        "x-acs-date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": uuid.uuid4().hex,
        "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
        **headers,
    }
    names = sorted(full)
    canonical_query = "&".join(f"{encode(name)}={encode(query[name])}" for name in sorted(query))
    canonical_headers = "".join(f"{name}:{full[name]}\n" for name in names)
    payload = full["x-acs-content-sha256"]
    canonical = f"{method}\n/\n{canonical_query}\n{canonical_headers}\n{';'.join(names)}\n{payload}"
    to_sign = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(key.access_key_secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    credential = f"ACS3-HMAC-SHA256 Credential={key.access_key_id},SignedHeaders={';'.join(names)}"
    return {**full, "Authorization": f"{credential},Signature={signature}"}


class RpcClient:
    """The RPC scheme: HMAC-SHA1 over METHOD&%2F&encoded(sorted parameters), with the secret and an ampersand as key."""

    def __init__(self, ecs: Emulator, account: str = "owner", **common: str) -> None:
        key = ecs.account(account)
        self.url = f"{ecs.protocol.lower()}://{ecs.endpoint}/"
        self.key_id, self.secret = key.access_key_id, key.access_key_secret
        self.common = common

    def signed(self, method: str, parameters: dict[str, str]) -> dict[str, str]:
        full = {
            "Version": "2014-05-26",
            "AccessKeyId": self.key_id,
            "SignatureMethod": "HMAC-SHA1",
            "SignatureVersion": "1.0",
            "SignatureNonce": str(uuid.uuid4()),
            "Timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "Format": "JSON",
            **self.common,
            **parameters,
        }
        full = {name: value for name, value in full.items() if value is not None}
        canonical = "&".join(f"{encode(name)}={encode(full[name])}" for name in sorted(full))
        to_sign = f"{method}&%2F&{encode(canonical)}"
        digest = hmac.new(f"{self.secret}&".encode(), to_sign.encode(), hashlib.sha1).digest()
        return {"Signature": base64.b64encode(digest).decode(), **full}

    def get(self, action: str, **parameters: str) -> requests.Response:
        query = self.signed("GET", {"Action": action, **parameters})
        return requests.get(self.url, params=query, timeout=10)

    def post(self, action: str, **parameters: str) -> requests.Response:
        """As the Go clients do: all parameters in the form."""
        form = self.signed("POST", {"Action": action, **parameters})
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return requests.post(self.url, data=urlencode(form), headers=headers, timeout=10)
