"""Files: upload in several parts, download by a link (reference §6.6)."""

import secrets
from email.message import MIMEPart
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from qbo_connector.simulator.api.call import Call
from qbo_connector.simulator.company.company import Company, in_wire_order
from qbo_connector.simulator.entities.registry import kind
from qbo_connector.simulator.faults import IntuitFault, fault, not_found, required
from qbo_connector.simulator.wire import json as wire_json
from qbo_connector.simulator.wire.xmlin import is_xml, read_xml
from qbo_connector.simulator.writing.draft import WriteFlags
from qbo_connector.simulator.writing.save import create

Part = MIMEPart
_METADATA = "file_metadata"
_CONTENT = "file_content"


def upload(company: Company, call: Call) -> dict[str, Any]:
    """Store each file of a multipart upload; faults come one by one inside a 200.

    Raises:
        IntuitFault: the upload has no parts at all.
    """
    parts = _parts(call)
    base_url = f"http://{call.request.headers.get('host', '127.0.0.1')}"
    numbers = [name.removeprefix(_CONTENT) for name in parts if name.startswith(_CONTENT)]
    if not numbers:
        raise required(_CONTENT)
    return {"AttachableResponse": [_store(company, parts, number, base_url) for number in numbers]}


def download(company: Company, call: Call) -> str:
    """The address of a file's content.

    Raises:
        IntuitFault: 610.
    """
    record = company.find("Attachable", str(call.identifier))
    if record is None or "TempDownloadUri" not in record.body:
        raise not_found()
    return str(record.body["TempDownloadUri"])


def _parts(call: Call) -> dict[str, Part]:
    content_type = call.request.headers.get("content-type", "")
    raw = f"Content-Type: {content_type}\r\n\r\n".encode() + call.request.body
    message = BytesParser(policy=HTTP).parsebytes(raw)
    found: dict[str, Part] = {}
    for part in message.iter_parts() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str):
            found[name] = part
    return found


def _store(company: Company, parts: dict[str, Part], number: str, base_url: str) -> dict[str, Any]:
    content = parts[f"{_CONTENT}{number}"]
    body = content.get_payload(decode=True)
    data = body if isinstance(body, bytes) else b""
    try:
        metadata = _metadata(parts.get(f"{_METADATA}{number}"))
        metadata.setdefault("FileName", content.get_filename() or "attachment")
        metadata.setdefault("ContentType", content.get_content_type())
        record = create(company, kind("Attachable"), metadata, WriteFlags())
    except IntuitFault as refused:
        return {"Fault": refused.on_wire()}
    key = secrets.token_urlsafe(12)
    company.files[key] = data
    stored = {
        "Size": len(data),
        "FileAccessUri": f"/v3/company/{company.realm_id}/download/{record.id}",
        "TempDownloadUri": f"{base_url}/_simulator/files/{company.realm_id}/{key}",
    }
    record.body = in_wire_order(record.kind, {**record.body, **stored})
    return {"Attachable": record.body}


def _metadata(part: Part | None) -> dict[str, Any]:
    if part is None:
        return {}
    raw = part.get_payload(decode=True)
    body = raw if isinstance(raw, bytes) else b""
    try:
        read = read_xml(body) if is_xml(part.get_content_type()) else wire_json.loads(body)
    except ValueError:
        raise fault(
            "2010", "Request has invalid or unsupported property", "file_metadata is neither JSON nor XML"
        ) from None
    return read if isinstance(read, dict) else {}
