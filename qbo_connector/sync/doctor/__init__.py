"""What is wrong with this installation, in sentences: the same for the page and the command."""

import os
from collections.abc import Iterator

from qbo_connector.config import Settings
from qbo_connector.sync.doctor.check import Check
from qbo_connector.sync.doctor.database import check_database
from qbo_connector.sync.doctor.redis_server import check_redis
from qbo_connector.sync.doctor.surroundings import check_disk, check_keys, check_plugins, check_settings


def examine(settings: Settings) -> Iterator[Check]:
    """Everything the doctor looks at, in the order in which things would fail."""
    yield from check_settings(settings, os.environ)
    yield from check_keys(settings)
    yield from check_disk(settings)
    yield from check_redis(settings)
    yield from check_database(settings)
    yield from check_plugins(settings)
