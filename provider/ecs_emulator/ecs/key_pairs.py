"""SSH key pairs and the rules of creating and deleting them. No HTTP; `Cloud` locks."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from ..clock import Clock
from ..ids import new_id
from .errors import Errors
from .images import Images

KEY_PAIRS_MAX = 500
""""You can have up to 500 key pairs in each Alibaba Cloud region"."""
# "It can contain letters, digits, colons (:), underscores (_), and hyphens (-). It must start with a letter."
_NAME = re.compile(r"[^\W\d_][\w:-]{1,127}")


@dataclass(frozen=True)
class KeyPair:
    """The public half, the only one that ECS stores."""

    name: str
    region: str
    owner: str
    fingerprint: str
    public_key: str
    created: datetime
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The ID that tags use: its name."""
        return self.name


class KeyPairs:
    """All key pairs of all regions."""

    def __init__(self, images: Images, clock: Clock) -> None:
        self._images = images
        self._clock = clock
        self._key_pairs: dict[tuple[str, str, str], KeyPair] = {}

    def create(self, account: str, region: str, name: str, tags: Mapping[str, str]) -> tuple[KeyPair, str, str]:
        """Create one. Returns it with its ID and its private key, which is not stored."""
        if not _NAME.fullmatch(name):
            raise Errors.KEY_PAIR_NAME_MALFORMED()
        if self.find(account, region, name) is not None:
            raise Errors.KEY_PAIR_EXISTS()
        if len(self.all_of(account, region)) >= KEY_PAIRS_MAX:
            raise Errors.KEY_PAIRS_QUOTA()
        private = generate_private_key(public_exponent=65537, key_size=2048)
        public = private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        pair = KeyPair(name, region, account, _fingerprint(public), public, self._clock.now(), dict(tags))
        self._key_pairs[account, region, name] = pair
        return pair, new_id("ssh", region), pem

    def find(self, account: str, region: str, name: str) -> KeyPair | None:
        """The account's key pair of that name in the region, or None."""
        self._images.check_region(region)
        return self._key_pairs.get((account, region, name))

    def all_of(self, account: str, region: str) -> list[KeyPair]:
        """The account's key pairs in the region, by name."""
        self._images.check_region(region)
        found = [pair for pair in self._key_pairs.values() if pair.owner == account and pair.region == region]
        return sorted(found, key=lambda pair: pair.name)

    def delete(self, account: str, region: str, names: Sequence[str]) -> None:
        """Delete key pairs. Instances keep the names of theirs. Unknown names are ignored."""
        self._images.check_region(region)
        for name in names:
            self._key_pairs.pop((account, region, name), None)


def _fingerprint(public_key: str) -> str:
    """The fingerprint of RFC 4716: the MD5 of the key's bytes."""
    digest = hashlib.md5(base64.b64decode(public_key.split()[1]), usedforsecurity=False).hexdigest()
    return ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))
