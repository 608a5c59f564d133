"""Who may call: both signature schemes, times, nonces, tokens, RAM."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
import requests
from emulator_clients import REGION, RpcClient, Sdk, acs3_headers, config, refusal, refused, sts, with_token

from ecs_emulator import Emulator


def code(answer: requests.Response) -> tuple[str, int]:
    return answer.json()["Code"], answer.status_code


# -- ACS3-HMAC-SHA256, as the SDK signs ------------------------------------------------------------------------------


def test_a_wrong_secret_is_a_wrong_signature(ecs: Emulator) -> None:
    error = refused(Sdk(ecs, access_key_secret="not-the-secret").images)
    assert (error.code, error.status_code) == ("SignatureDoesNotMatch", 400)
    assert "server string to sign is:" in error.message


def test_a_key_of_nobody_is_not_found(ecs: Emulator) -> None:
    assert refusal(Sdk(ecs, access_key_id="LTAI5tNOBODY").images) == ("InvalidAccessKeyId.NotFound", 404)


def test_a_request_of_a_quarter_of_an_hour_ago_is_expired(ecs: Emulator, owner: Sdk) -> None:
    owner.images()
    ecs.cloud.clock.skew(16 * 60)
    assert refusal(owner.images) == ("InvalidTimeStamp.Expired", 400)


def test_a_request_from_the_future_is_expired_too(ecs: Emulator) -> None:
    dated = {"x-acs-action": "DescribeRegions", "x-acs-date": "2099-01-01T00:00:00Z"}
    answer = requests.get(f"http://{ecs.endpoint}/", headers=acs3_headers(ecs, "GET", {}, dated), timeout=10)
    assert code(answer) == ("InvalidTimeStamp.Expired", 400)


def test_a_form_body_signed_by_v3_is_read(ecs: Emulator, golden: str) -> None:
    body = f"RegionId={REGION}&ImageId={golden}".encode()
    headers = {"x-acs-action": "DescribeImages", "content-type": "application/x-www-form-urlencoded"}
    signed = acs3_headers(ecs, "POST", {}, headers, body)
    answer = requests.post(f"http://{ecs.endpoint}/", data=body, headers=signed, timeout=10)
    assert answer.json()["TotalCount"] == 1


def test_parameters_with_every_sort_of_character_are_signed_right(ecs: Emulator, owner: Sdk) -> None:
    for name in ("a b+c", "ü/ß?&=#%20", "~._-*", "*'()!", "镜像"):
        image_id = ecs.console.create_image(REGION, name=name)
        assert image_id in owner.image_ids(image_name=name)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"x-acs-action": "DeleteImage"}, "SignatureDoesNotMatch"),
        ({"x-acs-content-sha256": "0" * 64}, "SignatureDoesNotMatch"),
        ({"x-acs-added": "unsigned"}, "IncompleteSignature"),
        ({"Authorization": "ACS3-HMAC-SHA256 nonsense"}, "IncompleteSignature"),
        ({"Authorization": ""}, "IncompleteSignature"),
        ({"x-acs-date": ""}, "MissingTimestamp"),
        ({"x-acs-signature-nonce": ""}, "MissingSignatureNonce"),
        ({"x-acs-version": ""}, "MissingVersion"),
    ],
)
def test_a_request_changed_after_signing_is_refused(ecs: Emulator, change: dict[str, str], expected: str) -> None:
    headers = acs3_headers(ecs, "GET", {}, {"x-acs-action": "DescribeRegions"}) | change
    answer = requests.get(f"http://{ecs.endpoint}/", headers=headers, timeout=10)
    assert code(answer) == (expected, 400)


def test_a_query_changed_after_signing_is_refused(ecs: Emulator) -> None:
    headers = acs3_headers(ecs, "GET", {"RegionId": REGION}, {"x-acs-action": "DescribeImages"})
    answer = requests.get(f"http://{ecs.endpoint}/?RegionId=cn-shanghai", headers=headers, timeout=10)
    assert code(answer) == ("SignatureDoesNotMatch", 400)


def test_a_v3_nonce_is_used_once(ecs: Emulator) -> None:
    headers = acs3_headers(ecs, "GET", {}, {"x-acs-action": "DescribeRegions"})
    url = f"http://{ecs.endpoint}/"
    assert requests.get(url, headers=headers, timeout=10).status_code == 200
    assert code(requests.get(url, headers=headers, timeout=10)) == ("SignatureNonceUsed", 400)


def test_a_date_that_is_none_is_malformed(ecs: Emulator) -> None:
    headers = acs3_headers(ecs, "GET", {}, {"x-acs-action": "DescribeRegions", "x-acs-date": "yesterday"})
    answer = requests.get(f"http://{ecs.endpoint}/", headers=headers, timeout=10)
    assert code(answer) == ("InvalidTimeStamp.Format", 400)


# -- HMAC-SHA1, as the Go clients sign -------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_older_signature_works_by_get_and_by_post(ecs: Emulator, rpc: RpcClient, golden: str, method: str) -> None:
    call: Callable[..., requests.Response] = getattr(rpc, method)
    parameters = {"RegionId": REGION, "ImageId": golden, "AddAccount.1": ecs.account("web").id}
    answer = call("ModifyImageSharePermission", **parameters)
    assert (answer.status_code, set(answer.json())) == (200, {"RequestId"})
    assert ecs.console.shared_accounts(REGION, golden) == [ecs.account("web").id]


def test_the_sdk_itself_signs_the_older_way_when_told_to(ecs: Emulator, golden: str) -> None:
    older = Sdk(ecs, signature_algorithm="v2")
    older.share(golden, ecs.account("web").id)
    assert older.shared_with(golden) == [ecs.account("web").id]
    assert refusal(Sdk(ecs, signature_algorithm="v2", access_key_secret="wrong").images)[0] == "SignatureDoesNotMatch"


def test_the_older_signature_takes_its_common_parameters_in_the_query_and_the_rest_in_the_form(
    ecs: Emulator, rpc: RpcClient
) -> None:
    signed = rpc.signed("POST", {"Action": "DescribeImages", "RegionId": REGION})
    form = {"RegionId": signed.pop("RegionId")}
    assert requests.post(rpc.url, params=signed, data=form, timeout=10).status_code == 200


@pytest.mark.parametrize("name", ["a b+c", "ü/ß?&=#%20", "~._-", "*'()!", "镜像"])
def test_the_older_signature_takes_every_sort_of_character(ecs: Emulator, rpc: RpcClient, name: str) -> None:
    image_id = ecs.console.create_image(REGION, name=name)
    for call in (rpc.get, rpc.post):
        images = call("DescribeImages", RegionId=REGION, ImageName=name).json()["Images"]["Image"]
        assert image_id in [image["ImageId"] for image in images]


def test_xml_is_the_older_schemes_default_and_repeats_its_elements(ecs: Emulator, golden: str) -> None:
    ecs.console.share(REGION, golden, ecs.account("web").id, ecs.account("data").id)
    rpc = RpcClient(ecs, Format=None)  # type: ignore[arg-type]
    answer = rpc.get("DescribeImageSharePermission", RegionId=REGION, ImageId=golden)
    assert answer.headers["content-type"] == "text/xml;charset=utf-8"
    root = ElementTree.fromstring(answer.text)
    assert root.tag == "DescribeImageSharePermissionResponse"
    assert [e.text for e in root.findall("Accounts/Account/AliyunId")] == ["1000000000000003", "1000000000000004"]
    assert root.findtext("TotalCount") == "2"


def test_an_error_comes_in_the_form_asked_for(ecs: Emulator) -> None:
    answer = RpcClient(ecs, Format="XML").get("DeleteImage", RegionId=REGION)
    root = ElementTree.fromstring(answer.text)
    assert (answer.status_code, root.tag, root.findtext("Code")) == (400, "Error", "MissingParameter")
    assert root.findtext("HostId") == ecs.endpoint
    body = RpcClient(ecs, Format="json").get("DeleteImage", RegionId=REGION).json()
    assert set(body) == {"RequestId", "HostId", "Code", "Message", "Recommend"}
    assert body["RequestId"] == body["RequestId"].upper()
    assert len(body["RequestId"]) == 36


@pytest.mark.parametrize(
    ("version", "action", "product"),
    [
        ("2014-05-26", "DeleteImage", "Ecs"),
        ("2014-05-26", "DeleteVpc", "Ecs"),
        ("2016-04-28", "DeleteVpc", "Vpc"),
        ("2014-08-28", "DeleteScalingGroup", "Ess"),
        ("2015-04-01", "AssumeRole", "Sts"),
        ("2015-04-01", "NoSuchAction", "Sts"),
        ("1999-01-01", "DeleteVpc", "Ecs"),
    ],
)
def test_an_error_recommends_the_pages_of_its_product(ecs: Emulator, version: str, action: str, product: str) -> None:
    body = RpcClient(ecs, Version=version).get(action, RegionId=REGION).json()
    assert f"?q={body['Code']}&product={product}&requestId={body['RequestId']}" in body["Recommend"]


@pytest.mark.parametrize(
    ("common", "expected"),
    [
        ({"Timestamp": "2020-01-01T00:00:00Z"}, ("InvalidTimeStamp.Expired", 400)),
        ({"Timestamp": "today"}, ("InvalidTimeStamp.Format", 400)),
        ({"Timestamp": None}, ("MissingTimestamp", 400)),
        ({"SignatureNonce": None}, ("MissingSignatureNonce", 400)),
        ({"AccessKeyId": None}, ("MissingAccessKeyId", 400)),
        ({"AccessKeyId": "LTAI5tNOBODY"}, ("InvalidAccessKeyId.NotFound", 404)),
        ({"SignatureMethod": "HMAC-MD5"}, ("InvalidSignatureMethod", 400)),
        ({"Version": "2013-01-10"}, ("InvalidVersion", 400)),
        ({"Version": None}, ("MissingVersion", 400)),
        ({"SecurityToken": "some-token"}, ("InvalidSecurityToken.MismatchWithAccessKey", 400)),
    ],
)
def test_a_common_parameter_that_is_wrong_is_refused(
    ecs: Emulator, common: dict[str, Any], expected: tuple[str, int]
) -> None:
    assert code(RpcClient(ecs, **common).get("DescribeRegions")) == expected


def test_a_format_that_is_none_is_refused_in_json(ecs: Emulator) -> None:
    assert code(RpcClient(ecs, Format="YAML").get("DescribeRegions")) == ("InvalidParameter.Format", 400)


def test_a_wrong_older_signature_tells_what_the_server_signed(ecs: Emulator, rpc: RpcClient) -> None:
    rpc.secret = "not-the-secret"
    answer = rpc.get("DescribeRegions")
    assert code(answer) == ("SignatureDoesNotMatch", 400)
    assert "server string to sign is:GET&%2F&AccessKeyId%3DLTAI5t" in answer.json()["Message"]


def test_a_signature_for_get_is_none_for_post(rpc: RpcClient) -> None:
    form = rpc.signed("GET", {"Action": "DescribeRegions"})
    assert code(requests.post(rpc.url, data=form, timeout=10)) == ("SignatureDoesNotMatch", 400)


def test_a_nonce_is_used_once(ecs: Emulator) -> None:
    rpc = RpcClient(ecs, SignatureNonce="the-one")
    assert rpc.get("DescribeRegions").status_code == 200
    assert code(rpc.get("DescribeRegions")) == ("SignatureNonceUsed", 400)


def test_a_badly_signed_request_does_not_use_its_nonce_up(ecs: Emulator) -> None:
    rpc = RpcClient(ecs, SignatureNonce="the-one")
    secret, rpc.secret = rpc.secret, "not-the-secret"
    assert code(rpc.get("DescribeRegions"))[0] == "SignatureDoesNotMatch"
    rpc.secret = secret
    assert rpc.get("DescribeRegions").status_code == 200


def test_an_action_that_is_none_is_not_found(rpc: RpcClient) -> None:
    assert code(rpc.get("DescribeMoon")) == ("InvalidApi.NotFound", 404)
    assert code(rpc.get("describeimages")) == ("InvalidApi.NotFound", 404)
    assert code(rpc.get("GetCallerIdentity")) == ("InvalidApi.NotFound", 404)


def test_an_action_is_asked_for_by_get_or_post(rpc: RpcClient) -> None:
    query = rpc.signed("PUT", {"Action": "DescribeRegions"})
    assert code(requests.put(rpc.url, params=query, timeout=10)) == ("UnsupportedHTTPMethod", 403)


# -- STS and RAM -----------------------------------------------------------------------------------------------------


def test_the_caller_is_told_who_it_is(ecs: Emulator) -> None:
    body = sts(ecs, "payments").get_caller_identity().body
    assert (body.account_id, body.identity_type) == ("1000000000000002", "Account")
    assert body.arn == "acs:ram::1000000000000002:root"


def test_a_ram_user_is_told_its_name(ecs: Emulator) -> None:
    user = ecs.account("owner").ram_user("auditor")
    client = sts(ecs, access_key_id=user.access_key_id, access_key_secret=user.access_key_secret)
    body = client.get_caller_identity().body
    assert (body.account_id, body.identity_type) == (ecs.account("owner").id, "RAMUser")
    assert body.arn.endswith(":user/auditor")


def test_a_denied_action_is_forbidden_by_ram(ecs: Emulator, golden: str) -> None:
    user = ecs.account("owner").ram_user("auditor")
    auditor = Sdk(ecs, access_key_id=user.access_key_id, access_key_secret=user.access_key_secret)
    assert golden in auditor.image_ids()
    assert refusal(auditor.share, golden, ecs.account("web").id) == ("Forbidden.RAM", 403)
    assert ecs.console.shared_accounts(REGION, golden) == []


def sdk_with_token(ecs: Emulator, token: str, key: int = 0) -> Sdk:
    temporary = ecs.account("owner").sts_tokens[key]
    sdk = Sdk(ecs)
    sdk.client = type(sdk.client)(with_token(ecs, temporary.access_key_id, temporary.access_key_secret, token))
    return sdk


def test_a_temporary_key_works_with_its_token(ecs: Emulator, golden: str) -> None:
    deployer, _ = ecs.account("owner").sts_tokens
    assert golden in sdk_with_token(ecs, deployer.security_token).image_ids()
    config_ = with_token(ecs, deployer.access_key_id, deployer.access_key_secret, deployer.security_token)
    body = type(sts(ecs))(config_).get_caller_identity().body
    assert body.identity_type == "AssumedRoleUser"
    assert body.arn == "acs:ram::1000000000000001:assumed-role/deployer/ci"


def test_a_temporary_key_does_not_work_without_its_token_or_with_another(ecs: Emulator) -> None:
    deployer, yesterday = ecs.account("owner").sts_tokens
    bare = Sdk(ecs, access_key_id=deployer.access_key_id, access_key_secret=deployer.access_key_secret)
    assert refusal(bare.images) == ("MissingSecurityToken", 400)
    assert refusal(sdk_with_token(ecs, "made-up").images) == ("InvalidSecurityToken.Malformed", 400)
    mixed = sdk_with_token(ecs, yesterday.security_token)
    assert refusal(mixed.images) == ("InvalidSecurityToken.MismatchWithAccessKey", 400)


def test_a_token_that_has_run_out_is_expired(ecs: Emulator) -> None:
    yesterday = ecs.account("owner").sts_tokens[1]
    sdk = sdk_with_token(ecs, yesterday.security_token, key=1)
    assert refusal(sdk.images) == ("InvalidSecurityToken.Expired", 400)


def test_every_account_signs_with_its_own_key(ecs: Emulator) -> None:
    key = config(ecs, "payments")
    mixed = Sdk(ecs, "owner", access_key_secret=key.access_key_secret)
    assert refusal(mixed.images) == ("SignatureDoesNotMatch", 400)
