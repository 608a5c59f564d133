"""An audit as JSON. Pure. docs/audit.md describes it."""

from __future__ import annotations

import json
from typing import Any, Final

from ..audit.differences import AccessDifference
from ..audit.model import Audit, AuditedImage, Finding, Manager

VERSION: Final = 1
"""Of the form: raised where something is called otherwise or taken away, not where something is added."""


def json_report(audit: Audit) -> str:
    """The audit as one JSON object, with a line end."""
    return json.dumps(audit_data(audit), indent=2, ensure_ascii=False) + "\n"


def audit_data(audit: Audit) -> dict[str, Any]:
    """The audit as plain values."""
    return {
        "version": VERSION,
        "accountId": audit.account_id,
        "regions": list(audit.regions),
        "takenAt": audit.taken_at,
        "stacks": list(audit.stacks),
        "summary": {
            "images": len(audit.images),
            "sharedImages": sum(1 for image in audit.images if image.is_shared),
            "accounts": len(audit.accounts),
            "findings": len(audit.problems),
            "notes": len(audit.notes),
            "unseen": len(audit.unseen),
        },
        "leftOut": {kind.value: count for kind, count in audit.left_out.items()},
        "findings": [_finding(finding) for finding in audit.findings],
        "unseen": [{"what": unseen.what, "why": unseen.why} for unseen in audit.unseen],
        "images": [_image(audit, image) for image in audit.images],
    }


def access_data(image: AuditedImage) -> dict[str, Any]:
    """Who can launch one image, as plain values."""
    return {
        "imageId": image.image.image_id,
        "region": image.image.region,
        "name": image.image.name,
        "isCommunity": image.image.is_public,
        "accounts": [{"accountId": account, "since": since} for account, since in sorted(image.accounts.items())],
        "shareGroups": list(image.groups),
    }


def difference_data(difference: AccessDifference) -> dict[str, Any]:
    """What differs between a state and who can launch an image, as plain values."""
    return {
        "differs": difference.differs,
        "managers": [_manager(manager) for manager in difference.managers],
        "withoutAccess": list(difference.missing),
        "notInState": [{"accountId": account, "since": since} for account, since in difference.unlisted.items()],
        "notYetUnshared": list(difference.left),
        "isCommunity": difference.image.image.is_public,
        "shareGroups": list(difference.image.groups),
    }


def _image(audit: Audit, image: AuditedImage) -> dict[str, Any]:
    return {
        **access_data(image),
        "status": image.image.status,
        "createdAt": image.image.created_at,
        "isUsed": image.image.is_used,
        "isSeen": image.is_seen,
        "accounts": [
            {
                "accountId": account,
                "name": audit.names.get(account, ""),
                "since": since,
                "isAllowed": None if audit.allowed is None else account in audit.allowed,
            }
            for account, since in sorted(image.accounts.items())
        ],
        "managers": [_manager(manager) for manager in image.managers],
    }


def _manager(manager: Manager) -> dict[str, Any]:
    return {"stack": manager.stack, "urn": manager.urn, "isExclusive": manager.exclusive}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind.value,
        "isNote": finding.is_note,
        "region": finding.region,
        "imageId": finding.image_id,
        "accounts": list(finding.accounts),
        "sentence": finding.sentence,
    }
