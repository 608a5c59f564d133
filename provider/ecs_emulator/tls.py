"""A certificate of an emulator's own, for clients that speak nothing but TLS."""

from __future__ import annotations

import tempfile
from pathlib import Path


class Certificate:
    """A certificate for this machine alone, by a CA of its own: both are made here, and last as long as this does.

    `ca_file` is what a client must trust, `server_file` the certificate with its key; nothing can be signed by the CA
    afterwards, whose key is written nowhere.
    """

    def __init__(self, *names: str) -> None:
        # Only who wants TLS waits for it: it takes a tenth of a second to import.
        import trustme

        self._folder = tempfile.TemporaryDirectory(prefix="ecs-emulator-")
        folder = Path(self._folder.name)
        ca = trustme.CA(organization_name="ecs_emulator")
        self.ca_file = folder / "ca.pem"
        ca.cert_pem.write_to_path(self.ca_file)
        self.server_file = folder / "server.pem"
        ca.issue_cert(*names, common_name=names[0]).private_key_and_cert_chain_pem.write_to_path(self.server_file)

    def discard(self) -> None:
        """Remove the files."""
        self._folder.cleanup()
