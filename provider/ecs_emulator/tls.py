"""A certificate for the emulator, for clients that only speak TLS."""

from __future__ import annotations

import tempfile
from pathlib import Path


class Certificate:
    """A certificate for this machine, signed by its own CA. Both exist until `discard`.

    A client must trust `ca_file`; `server_file` has the certificate with its key. The CA's key is not written anywhere,
    so the CA cannot sign anything else.
    """

    def __init__(self, *names: str) -> None:
        # Imported here because it takes a tenth of a second.
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
