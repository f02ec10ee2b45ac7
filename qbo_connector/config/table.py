"""The settings as a table for people, with everything secret masked."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from qbo_connector.config.settings import PREFIX, Settings, is_given, variable

MASK = "********"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingRow:
    """One line of the printable table. ``value`` is masked where it is secret."""

    name: str
    value: str
    meaning: str


def table(settings: Settings) -> tuple[SettingRow, ...]:
    """Every setting with its present value; secrets and passwords are masked."""
    return tuple(
        SettingRow(name=variable(name), value=_shown(settings, name), meaning=field.description or "")
        for name, field in Settings.model_fields.items()
    )


def unknown_variables(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Variables that look like settings and are none: usually a slip of the pen."""
    known = {variable(name) for name in Settings.model_fields}
    return tuple(sorted(name for name in environ if name.startswith(PREFIX) and name not in known))


def _shown(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    if name in Settings.secrets:
        return MASK if is_given(value) else ""
    if isinstance(value, tuple):
        return os.pathsep.join(map(str, value))
    return re.sub(r"(://[^:/@]*):[^@/]+@", rf"\1:{MASK}@", str(value))
