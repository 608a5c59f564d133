"""Settings that are malformed, and what is said of each."""

from __future__ import annotations

import json
from typing import Any

from support.bad_input import LONG, NO_REGION, Bad

OWN = "alicloud-image-share"
NO_KEY: dict[str, str | None] = {f"{OWN}:accessKey": None, f"{OWN}:secretKey": None}
PROFILE: dict[str, str | None] = {**NO_KEY, f"{OWN}:profile": "ci"}
BAD_PROFILE = r"the credentials of profile 'ci' can't be loaded from ~/\.aliyun/config\.json"
BAD_ENDPOINT = f"{OWN}:endpoints has ecs .*: give 'host' or 'host:port', without scheme or path"
BAD_ENDPOINTS = rf'{OWN}:endpoints must be a list of the form \[\{{"ecs": "host:port"\}}\]'


def endpoint(name: str, value: Any, says: str = BAD_ENDPOINT) -> Bad:
    return Bad(f"endpoint-{name}", "", says, config={f"{OWN}:endpoints": json.dumps([{"ecs": value}])})


def endpoints(name: str, value: str) -> Bad:
    return Bad(f"endpoints-{name}", "", BAD_ENDPOINTS, config={f"{OWN}:endpoints": value})


def setting(key: str, name: str, value: str, says: str) -> Bad:
    return Bad(f"{key.partition(':')[2]}-{name}", "", says, config={key: value})


def profile(name: str, profiles: str, says: str = BAD_PROFILE, never: str = "") -> Bad:
    return Bad(f"profile-{name}", "", says, config=PROFILE, profiles=profiles, never=never)


SETTINGS = [
    endpoint("with-scheme", "https://ecs.aliyuncs.com"),
    endpoint("with-path", "127.0.0.1:80/path"),
    endpoint("with-port-99999", "127.0.0.1:99999"),
    endpoint("with-port-0", "127.0.0.1:0"),
    endpoint("with-password", "user:password@127.0.0.1", BAD_ENDPOINT),
    endpoint("with-newline", "127.0.0.1:80\n"),
    endpoint("of-dots", "..."),
    endpoint("of-12-kb", f"http://{LONG}"),
    endpoint("of-12-kb-of-host", LONG),
    endpoint("number", 5),
    endpoint("list", ["127.0.0.1:80"]),
    endpoints("not-json", "127.0.0.1:80"),
    endpoints("list-of-strings", '["127.0.0.1:80"]'),
    endpoints("number", "5"),
    endpoints("null", "null"),
    endpoints("nested-100000-deep", "[" * 100_000),
    setting(f"{OWN}:protocol", "ftp", "ftp", f"{OWN}:protocol is 'ftp': it must be HTTP or HTTPS"),
    setting(f"{OWN}:protocol", "with-newline", "ht\ntp", "it must be HTTP or HTTPS"),
    setting(f"{OWN}:protocol", "of-12-kb", LONG, "it must be HTTP or HTTPS"),
    *(
        setting(f"{OWN}:{key}", name, value, f"{OWN}:{key} is .*: it must be a number of seconds")
        for key in ("retrySeconds", "visibleSeconds")
        for name, value in [("word", "soon"), ("nan", "nan"), ("negative", "-1"), ("year", "31536000")]
    ),
    setting(f"{OWN}:retrySeconds", "of-12-kb", LONG, "it must be a number of seconds"),
    Bad("region-of-config", "region", NO_REGION, config={f"{OWN}:region": "cn hangzhou"}),
    Bad("region-of-environment", "region", NO_REGION, config={f"{OWN}:region": None},
        environment={"ALIBABA_CLOUD_REGION": "cn\nhangzhou"}),
    Bad("key-without-secret", "", f"{OWN}:accessKey is set but {OWN}:secretKey is not: set both or neither",
        config={f"{OWN}:secretKey": None}),
    Bad("secret-without-key", "", f"{OWN}:secretKey is set but {OWN}:accessKey is not: set both or neither",
        config={f"{OWN}:accessKey": None}),
    Bad("token-without-key", "", f"{OWN}:securityToken is set without .*: set all three",
        config={**NO_KEY, f"{OWN}:securityToken": "a-token"}),
    Bad("key-without-secret-in-environment", "", "ALICLOUD_ACCESS_KEY is set but ALICLOUD_SECRET_KEY is not",
        config=NO_KEY, environment={"ALICLOUD_ACCESS_KEY": "LTAI5tHALF"}),
    Bad("no-credentials", "", "no credentials are found", config=NO_KEY),
    Bad("unknown-key", "", r"InvalidAccessKeyId\.NotFound.* RequestId [0-9A-F-]{36}\. Check the AccessKey ID",
        config={f"{OWN}:accessKey": "LTAI5tNOBODY"}),
    Bad("wrong-secret", "", r"SignatureDoesNotMatch.* RequestId [0-9A-F-]{36}\. Check the AccessKey secret",
        config={f"{OWN}:secretKey": "wrong"}),
    Bad("key-with-newline", "", f"{OWN}:accessKey has", config={f"{OWN}:accessKey": "LTAI5t\nNEWLINE"}),
    Bad("secret-with-newline", "", "secret", config={f"{OWN}:secretKey": "sec\nret"}),
    Bad("key-in-cyrillic", "", f"{OWN}:accessKey has", config={f"{OWN}:accessKey": "ключ"}),
    Bad("key-with-nul", "", f"{OWN}:accessKey has", config={f"{OWN}:accessKey": "LTAI\0"}),
    Bad("profile-nowhere", "", BAD_PROFILE, config=PROFILE),
    Bad("profile-of-environment-nowhere", "", BAD_PROFILE, config=NO_KEY,
        environment={"ALIBABA_CLOUD_PROFILE": "ci"}),
    Bad("profile-with-newline", "", r"~/\.aliyun/config\.json", config={**PROFILE, f"{OWN}:profile": "c\ni"}),
    Bad("profile-of-12-kb", "", r"~/\.aliyun/config\.json", config={**PROFILE, f"{OWN}:profile": LONG}),
    profile("not-json", "[ci]\naccess_key_id = LTAI5tINI\n"),
    profile("list", "[]"),
    profile("without-it", '{"profiles": [{"name": "prod", "mode": "AK"}]}'),
    profile("of-numbers", '{"profiles": [5]}'),
    profile("without-keys", '{"profiles": [{"name": "ci", "mode": "AK"}]}'),
    profile("with-numbers-as-keys",
            '{"profiles": [{"name": "ci", "mode": "AK", "access_key_id": 5, "access_key_secret": 6}]}'),
    profile("with-mode-of-two-lines", '{"profiles": [{"name": "ci", "mode": "A\\nK"}]}'),
    profile("whose-command-prints-secrets",
            '{"profiles": [{"name": "ci", "mode": "External", '
            '"process_command": "sh -c \'echo my-secret >&2; exit 3\'"}]}', never="my-secret"),
    profile("that-is-its-own-source",
            '{"profiles": [{"name": "ci", "mode": "ChainableRamRoleArn", "source_profile": "ci"}]}'),
]  # fmt: skip
