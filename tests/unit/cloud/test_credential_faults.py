"""Why credentials can't be loaded is told, and never the token that was sent for them."""

from __future__ import annotations

import logging

import pytest
from alibabacloud_credentials.exceptions import CredentialException

from pulumi_alicloud_image_share.cloud import credentials
from pulumi_alicloud_image_share.cloud.failures import tell_credential_fault

CHAIN = "unable to load credentials from any of the providers in the chain: "
ENVIRONMENT = "EnvironmentVariableCredentialsProvider: Environment variable accessKeyId cannot be empty"
PROFILE = "CLIProfileCredentialsProvider: unable to open credentials file: /home/ci/.aliyun/config.json"
POOL = "HTTPSConnectionPool(host='sts.aliyuncs.com', port=443): Max retries exceeded with url: /?OIDCToken=eyJ.a.b "
REFUSED = (
    "error refreshing credentials from oidc_role_arn, http_code: 401, result: "
    '{"RequestId":"1","Code":"AuthenticationFail.NoPermission","Message":"There is no permission."}'
)


@pytest.mark.parametrize(
    ("of_oidc", "told"),
    [
        (REFUSED, "STS refuses the OIDC token, AuthenticationFail.NoPermission: There is no permission"),
        ('result: {"Code":"Throttling","Message":"\\"quoted\\""}', "STS refuses the OIDC token, Throttling"),
        ("[Errno 2] No such file or directory: '/run/token'", "the file of the OIDC token can't be read"),
        ('[Errno 13] Permission denied: "/it\'s/token"', "the file of the OIDC token can't be read"),
        (
            POOL + "(Caused by NewConnectionError('[Errno 111] Connection refused'))",
            "STS does not answer the call with the OIDC token: Connection refused",
        ),
        (
            POOL + "(Caused by SSLError(SSLCertVerificationError(1, 'CERTIFICATE_VERIFY_FAILED')))",
            "STS does not answer the call with the OIDC token: its TLS certificate can't be verified",
        ),
        ("<html>eyJ.a.b</html>", "STS does not answer the call with the OIDC token: the answer is not one of STS"),
    ],
)
def test_a_fault_of_oidc_is_told_without_the_token(of_oidc: str, told: str) -> None:
    errors = [ENVIRONMENT, f"OIDCRoleArnCredentialsProvider: {of_oidc}", PROFILE]
    assert tell_credential_fault(CredentialException(f"{CHAIN}{errors}")) == told


def test_a_renewal_that_sts_refuses_is_told_as_well() -> None:
    told = "STS refuses the OIDC token, AuthenticationFail.NoPermission: There is no permission"
    assert tell_credential_fault(CredentialException(REFUSED)) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "error refreshing credentials from http://me:pw@127.0.0.1:1/c?token=SECRET123, http_code=403, result: no",
            "error refreshing credentials from http://127.0.0.1:1/c, http_code=403",
        ),
        (
            'get credentials failed, result: {"AccessKeySecret": "TOPSECRET"}',
            "get credentials failed",
        ),
        ("command failed, stderr: TOPSECRET", "command failed"),
    ],
)
def test_what_a_source_was_answered_is_not_told_nor_what_its_address_hides(text: str, told: str) -> None:
    assert tell_credential_fault(CredentialException(text)) == told


def test_records_of_other_programs_on_the_same_logger_are_kept() -> None:
    import alibabacloud_credentials

    own, others = (
        logging.LogRecord("credentials", logging.ERROR, path, 1, "text", None, None)
        for path in (
            f"{alibabacloud_credentials.__path__[0]}/client.py",
            "/srv/alibabacloud_credentials_rotator/app.py",
        )
    )
    assert [credentials._is_of_others(record) for record in (own, others)] == [False, True]
