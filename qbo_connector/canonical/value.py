"""What every canonical value has in common: frozen, keyword-only, and refused in a sentence."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from qbo_connector.errors import DocumentInvalid


class Value(BaseModel):
    """A frozen value. A wrong one raises `DocumentInvalid`, which names the field as the screens name it."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, str_strip_whitespace=True)

    def __init__(self, **fields: Any) -> None:
        try:
            super().__init__(**fields)
        except ValidationError as err:
            raise _refusal(type(self), err) from err

    def but(self, **changes: Any) -> Self:
        """A copy with these fields changed, checked anew."""
        return type(self)(**{name: getattr(self, name) for name in type(self).model_fields} | changes)


def _refusal(model: type[Value], err: ValidationError) -> DocumentInvalid:
    first = err.errors(include_url=False, include_context=False)[0]
    name = str(first["loc"][0])
    info = model.model_fields.get(name)
    title = (info.title if info else None) or name.replace("_", " ")
    # Of a missing field, pydantic gives the whole record as input; that is no value of the field.
    value = "" if first["type"] == "missing" else first["input"]
    return DocumentInvalid(f"{model.__name__}.{name}: {first['msg']}", field=title, value=value)
