"""Reads the `[policies]` table of a manifest, and every single value that is chosen later."""

from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from qbo_connector.canonical.parts import Status
from qbo_connector.policy.policy_parts import EligibleStatus, Entitlement, ExtraFilter, Latitude
from qbo_connector.policy.policy_refusal import PolicyRefused
from qbo_connector.policy.policy_values import FilterKind

if TYPE_CHECKING:
    from qbo_connector.policy.policies import Policies

Model = TypeVar("Model", bound="Policies")

LATITUDE = "latitude"
_LIST_NAMES = frozenset({"default", "user", "operator"})


def read(model: type[Model], table: Mapping[str, Any]) -> Model:
    """Policies from a manifest's table; errors as `Policies.from_manifest`."""
    values: dict[str, Any] = {}
    latitude: dict[str, Latitude] = {}
    for key, raw in table.items():
        refuse_unknown(model, key)
        if not (isinstance(raw, Mapping) and "default" in raw):
            values[key] = read_value(model, key, raw)
            continue
        values[key] = read_value(model, key, raw["default"])
        latitude[key] = _latitude(model, key, raw)
    return model(**values, latitude=latitude)


def keys_of(model: type["Policies"]) -> tuple[str, ...]:
    """Every policy key, in its order."""
    return tuple(key for key in model.model_fields if key != LATITUDE)


def holds_several(model: type["Policies"], key: str) -> bool:
    """Whether the policy is a list of values."""
    return get_origin(model.model_fields[key].annotation) is tuple


def refuse_unknown(model: type["Policies"], key: str) -> None:
    """Refuse a key that is no policy, with the one that was probably meant."""
    known = keys_of(model)
    if key in known:
        return
    close = get_close_matches(key, known, n=1)
    hint = f"; did you mean “{close[0]}”?" if close else "."
    raise PolicyRefused(f"There is no policy “{key}”{hint}", keys=(key,))


def read_value(model: type["Policies"], key: str, raw: Any) -> Any:
    """One value of a known key, typed. A single one stands for a list of one.

    Raises:
        PolicyRefused: it is not one of the key's values.
    """
    several = holds_several(model, key)
    given = [raw] if several and not isinstance(raw, list | tuple) else raw
    try:
        value = _adapter(model, key).validate_python(given)
    except ValidationError as err:
        raise PolicyRefused(_not_allowed(model, key, raw, err), keys=(key,)) from err
    if several and len(set(value)) < len(value):
        raise PolicyRefused(f"The policy “{key}” names a value twice.", keys=(key,))
    return value


def allowed_values(model: type["Policies"], key: str) -> tuple[str, ...]:
    """The closed set of the key's values, as a manifest writes them; empty where it is a text."""
    kind = model.model_fields[key].annotation
    if holds_several(model, key):
        kind = get_args(kind)[0]
    if kind is Entitlement:
        return tuple(name for name, field in Entitlement.model_fields.items() if field.annotation is bool)
    if kind is EligibleStatus:
        return tuple(status.value for status in Status if status is not Status.DELETED)
    members = FilterKind if kind is ExtraFilter else kind
    return tuple(members) if isinstance(members, type) and issubclass(members, StrEnum) else ()


@cache
def _adapter(model: type["Policies"], key: str) -> TypeAdapter[Any]:
    field = model.model_fields[key]
    return TypeAdapter(field.rebuild_annotation())


def _not_allowed(model: type["Policies"], key: str, raw: Any, err: ValidationError) -> str:
    shown = ", ".join(map(str, raw)) if isinstance(raw, list | tuple) else raw
    allowed = allowed_values(model, key)
    if not allowed:
        return f"The policy “{key}” cannot be “{shown}”: {err.errors()[0]['msg']}."
    return f"The policy “{key}” cannot be “{shown}”. It is one of: {', '.join(allowed)}."


def _latitude(model: type["Policies"], key: str, table: Mapping[str, Any]) -> Latitude:
    if strange := table.keys() - _LIST_NAMES:
        names = ", ".join(sorted(strange))
        raise PolicyRefused(f"The policy “{key}” has default, user and operator, but not {names}.", keys=(key,))
    if not allowed_values(model, key) or model.model_fields[key].annotation is Entitlement:
        raise PolicyRefused(f"The policy “{key}” cannot be left to anybody's choice.", keys=(key,))
    admin = _texts(model, key, table.get("user", []))
    operator = _texts(model, key, table.get("operator", []))
    if holds_several(model, key):
        return Latitude(admin=admin, operator=operator)
    default = str(read_value(model, key, table["default"]))
    if admin:
        return Latitude(admin=tuple(dict.fromkeys((default, *admin))), operator=operator)
    return Latitude(operator=tuple(dict.fromkeys((default, *operator))) if operator else ())


def _texts(model: type["Policies"], key: str, values: Any) -> tuple[str, ...]:
    if not isinstance(values, list | tuple):
        raise PolicyRefused(f"The choices of the policy “{key}” have to be a list.", keys=(key,))
    if holds_several(model, key):
        return tuple(map(str, read_value(model, key, values))) if values else ()
    return tuple(str(read_value(model, key, value)) for value in values)
