"""SSH key pairs and what they are bound to, through the unmodified SDK."""

from __future__ import annotations

import json
from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as m
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from emulator_clients import REGION, RpcClient, Sdk, ram_user, refusal

from ecs_emulator import Emulator
from ecs_emulator.ecs import key_pairs


def create(owner: Sdk, name: str = "packer", **more: Any) -> Any:
    request = m.CreateKeyPairRequest(**({"region_id": REGION, "key_pair_name": name} | more))
    return owner.client.create_key_pair(request).body


def found(owner: Sdk, **query: Any) -> list[Any]:
    request = m.DescribeKeyPairsRequest(**({"region_id": REGION} | query))
    return list(owner.client.describe_key_pairs(request).body.key_pairs.key_pair)


def names(owner: Sdk, **query: Any) -> list[str]:
    return [pair.key_pair_name for pair in found(owner, **query)]


def attach(owner: Sdk, name: str, *ids: str) -> Any:
    request = m.AttachKeyPairRequest(region_id=REGION, key_pair_name=name, instance_ids=json.dumps(ids))
    return owner.client.attach_key_pair(request).body


def detach(owner: Sdk, name: str, *ids: str) -> Any:
    request = m.DetachKeyPairRequest(region_id=REGION, key_pair_name=name, instance_ids=json.dumps(ids))
    return owner.client.detach_key_pair(request).body


def delete(owner: Sdk, *key_pair_names: str) -> None:
    request = m.DeleteKeyPairsRequest(region_id=REGION, key_pair_names=json.dumps(key_pair_names))
    owner.client.delete_key_pairs(request)


def test_a_key_pair_is_made_and_its_halves_belong_together(owner: Sdk) -> None:
    made = create(owner, tag=[m.CreateKeyPairRequestTag(key="team", value="images")])
    assert made.key_pair_name == "packer"
    assert made.key_pair_id.startswith("ssh-")
    private = load_pem_private_key(made.private_key_body.encode(), None)
    public = private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    [pair] = found(owner, include_public_key=True)
    assert (pair.public_key, pair.key_pair_finger_print) == (public, made.key_pair_finger_print)
    assert len(made.key_pair_finger_print.split(":")) == 16
    assert pair.tags.to_map() == {"Tag": [{"TagKey": "team", "TagValue": "images"}]}
    assert found(owner)[0].public_key is None
    assert "PRIVATE" not in RpcClient(owner.ecs).get("DescribeKeyPairs", RegionId=REGION).text


def test_key_pairs_are_found_by_name_fingerprint_and_tag(ecs: Emulator, owner: Sdk) -> None:
    made = create(owner, tag=[m.CreateKeyPairRequestTag(key="team", value="images")])
    create(owner, "deploy")
    assert names(owner) == ["deploy", "packer"]
    assert names(owner, key_pair_name="pack*") == ["packer"]
    assert names(owner, key_pair_name="pack") == []
    assert names(owner, key_pair_finger_print=made.key_pair_finger_print) == ["packer"]
    assert names(owner, tag=[m.DescribeKeyPairsRequestTag(key="team")]) == ["packer"]
    assert names(owner, page_size=1, page_number=2) == ["packer"]
    assert refusal(found, owner, page_size=51) == ("InvalidParameter", 400)
    assert names(owner, region_id="cn-shanghai") == names(Sdk(ecs, "payments")) == []


def test_a_name_is_one_and_is_had_once(ecs: Emulator, owner: Sdk) -> None:
    create(owner)
    assert refusal(create, owner) == ("KeyPair.AlreadyExist", 400)
    for name in ("1st", "x", "two words", "http://here"):
        assert refusal(create, owner, name) == ("InvalidKeyPairName.Malformed", 400)
    assert refusal(create, owner, region_id="mars-1") == ("InvalidRegionId.NotFound", 404)
    assert create(owner, region_id="cn-shanghai")
    assert create(Sdk(ecs, "payments"))


def test_an_account_has_so_many_key_pairs_in_a_region(owner: Sdk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_pairs, "KEY_PAIRS_MAX", 1)
    create(owner)
    assert refusal(create, owner, "one-more") == ("QuotaExceed.KeyPair", 403)


def test_an_instance_runs_with_a_key_pair_and_is_found_by_it(owner: Sdk, golden: str) -> None:
    create(owner)
    instance_id = owner.run(golden, key_pair_name="packer")
    assert owner.instance(instance_id).key_pair_name == "packer"
    assert owner.instance_ids(key_pair_name="packer") == [instance_id]


def test_a_key_pair_is_bound_to_instances_and_unbound(owner: Sdk, golden: str) -> None:
    create(owner)
    create(owner, "deploy")
    first, second = owner.run(golden, key_pair_name="deploy"), owner.run(golden)
    bound = attach(owner, "packer", first, second)
    assert (int(bound.total_count), int(bound.fail_count), bound.key_pair_name) == (2, 0, "packer")
    assert sorted(owner.instance_ids(key_pair_name="packer")) == sorted([first, second])
    assert int(detach(owner, "deploy", first).fail_count) == 0
    assert owner.instance(first).key_pair_name == "packer"
    detach(owner, "packer", first)
    assert owner.instance_ids(key_pair_name="packer") == [second]


def test_what_became_of_each_instance_is_said(ecs: Emulator, owner: Sdk, payments: Sdk, golden: str) -> None:
    create(owner)
    mine = owner.run(golden)
    ecs.console.share(REGION, golden, ecs.account("payments").id)
    theirs = payments.run(golden)
    bound = attach(owner, "packer", mine, theirs)
    assert (int(bound.total_count), int(bound.fail_count)) == (2, 1)
    assert [(r.instance_id, r.code, r.message) for r in bound.results.result] == [
        (mine, "200", "successful"),
        (theirs, "InvalidInstanceId.NotFound", "The specified InstanceId does not exist."),
    ]
    assert payments.instance(theirs).key_pair_name == ""


def test_what_can_not_be_bound_is_refused(ecs: Emulator, owner: Sdk, golden: str) -> None:
    web = owner.run(golden)
    assert refusal(attach, owner, "nobody", web) == ("InvalidKeyPairName.NotFound", 400)
    assert refusal(detach, owner, "nobody", web) == ("InvalidKeyPairName.NotFound", 400)
    create(owner)
    windows = owner.run(ecs.console.create_image(REGION, os_type="windows"))
    assert refusal(attach, owner, "packer", web, windows) == ("DependencyViolation.WindowsInstance", 403)
    assert owner.instance(web).key_pair_name == ""
    many = [f"i-{n}" for n in range(51)]
    assert refusal(attach, owner, "packer", *many) == ("InvalidInstanceIds.ValueNotSupported", 400)
    assert refusal(detach, owner, "packer", *many) == ("InvalidInstanceIds.ValueNotSupported", 400)


def test_a_deleted_key_pair_is_gone_and_its_instances_still_say_its_name(owner: Sdk, golden: str) -> None:
    create(owner)
    web = owner.run(golden, key_pair_name="packer")
    delete(owner, "packer", "never-there")
    assert names(owner) == []
    assert owner.instance(web).key_pair_name == "packer"
    assert refusal(owner.run, golden, key_pair_name="packer") == ("InvalidKeyPairName.NotFound", 404)
    assert refusal(delete, owner, *(f"k{n}" for n in range(101))) == ("InvalidKeyPairNames.ValueNotSupported", 400)


def test_a_new_system_disk_has_the_key_pair_that_is_named_for_it(owner: Sdk, golden: str) -> None:
    create(owner)
    web = owner.run(golden, key_pair_name="packer")
    owner.stop(web)
    owner.replace(web, golden, key_pair_name="packer")
    assert owner.instance(web).key_pair_name == "packer"
    owner.replace(web, golden)
    assert owner.instance(web).key_pair_name == ""


@pytest.mark.parametrize(
    "call",
    [
        {"Action": "CreateKeyPair", "KeyPairName": "packer"},
        {"Action": "AttachKeyPair", "KeyPairName": "packer", "InstanceIds": '["i-1"]'},
        {"Action": "DetachKeyPair", "KeyPairName": "packer", "InstanceIds": '["i-1"]'},
        {"Action": "DeleteKeyPairs", "KeyPairNames": '["packer"]'},
    ],
)
def test_what_is_missing_is_asked_for_and_who_may_only_read_makes_no_key_pairs(
    ecs: Emulator, call: dict[str, str]
) -> None:
    given = dict(call)
    action = given.pop("Action")
    client = RpcClient(ecs)
    for missing in given:
        some = {name: value for name, value in given.items() if name != missing}
        answer = client.post(action, RegionId=REGION, **some)
        assert (answer.status_code, answer.json()["Code"]) == (400, "MissingParameter")
    assert client.post(action, **given).json()["Code"] == "MissingParameter"
    user = ram_user(ecs, "owner", "auditor")
    client.key_id, client.secret = user["access_key_id"], user["access_key_secret"]
    answer = client.post(action, RegionId=REGION, **given)
    assert (answer.status_code, answer.json()["Code"]) == (403, "Forbidden.RAM")
