"""Templates that were compiled for one application of this process serve the next ones, too."""

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class _Kept(BytecodeCache):
    """In memory, for as long as the process lives; Jinja compares the source by itself."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        compiled = self._compiled.get(bucket.key)
        if compiled is not None:
            bucket.bytecode_from_string(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


_kept = _Kept()


def sharing_templates(app: Flask) -> Flask:
    """The application, which compiles no template that another one compiled before."""
    app.jinja_env.bytecode_cache = _kept
    return app
