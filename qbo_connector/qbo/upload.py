"""The form in which QuickBooks takes a file: metadata and content as two parts.

The library encodes the content in base64 under a fixed boundary and closes the connection; here the bytes go
as they are, under a boundary made from them, so that the same attachment is the same request.
"""

import hashlib
import json

from urllib3.fields import RequestField
from urllib3.filepost import encode_multipart_formdata


def multipart(metadata: bytes | str, content: bytes) -> tuple[bytes, str]:
    """Body and content type of ``POST …/upload``.

    Args:
        metadata: JSON of the attachable: ``FileName``, ``ContentType``, ``AttachableRef``.
        content: the file.

    Raises:
        ValueError: if the metadata is no JSON.
    """
    raw = metadata.encode() if isinstance(metadata, str) else metadata
    described: dict[str, str] = json.loads(raw)
    about = RequestField("file_metadata_01", raw, filename="attachment.json")
    about.make_multipart(content_type="application/json; charset=UTF-8")
    file = RequestField("file_content_01", content, filename=str(described.get("FileName") or "file"))
    file.make_multipart(content_type=str(described.get("ContentType") or "application/octet-stream"))
    boundary = hashlib.sha256(raw + content).hexdigest()[:32]
    return encode_multipart_formdata([about, file], boundary=boundary)
