"""The errors of key pairs, each group under the address of the document whose error table it is from."""

from __future__ import annotations

from ..errors import EcsError

# -- https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-createkeypair -------------------


def key_pair_name_malformed() -> EcsError:
    """The name of the key pair is not one."""
    return EcsError("InvalidKeyPairName.Malformed", "Specified Key Pair name is not valid.", 400)


def key_pair_exists() -> EcsError:
    """The account has a key pair of that name in the region."""
    return EcsError("KeyPair.AlreadyExist", "The key pair already exist.", 400)


def key_pairs_quota() -> EcsError:
    """The account has as many key pairs in the region as it can."""
    return EcsError("QuotaExceed.KeyPair", "The key pair quota exceeds.", 403)


# -- https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-attachkeypair -------------------


def key_pair_not_found() -> EcsError:
    """The account has no key pair of that name in the region."""
    text = "The specified KeyPairName does not exist in our records."
    return EcsError("InvalidKeyPairName.NotFound", text, 400)


def windows_has_no_key_pairs() -> EcsError:
    """A Windows instance can't be logged on to with a key pair."""
    text = "The instance creating is windows, cannot use ssh key pair to login"
    return EcsError("DependencyViolation.WindowsInstance", text, 403)


def instance_ids_not_supported() -> EcsError:
    """InstanceIds is no JSON array of at most 50 IDs."""
    text = "The specified parameter InstanceIds is not valid."
    return EcsError("InvalidInstanceIds.ValueNotSupported", text, 400)


# -- https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-deletekeypairs ------------------


def key_pair_names_not_supported() -> EcsError:
    """KeyPairNames is no JSON array of at most 100 names."""
    text = 'The specified parameter "KeyPairNames" is not valid.'
    return EcsError("InvalidKeyPairNames.ValueNotSupported", text, 400)
