"""The generated SDKs are of the schema that the plugin serves. `make sdk-check` looks closer, and needs Go for it."""

from __future__ import annotations

import hashlib

from support.sdks import SCHEMA, SDKS


def test_the_sdks_that_are_checked_in_are_of_this_schema() -> None:
    schema = hashlib.sha256(SCHEMA.read_bytes()).hexdigest()
    assert (SDKS / "schema.sha256").read_text().strip() == schema, "run `make sdks`"
