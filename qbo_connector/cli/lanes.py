"""Lanes as a command line option."""

import click

from qbo_connector.store.states import Lane


class Lanes(click.ParamType[tuple[Lane, ...]]):
    """Lanes joined by commas, each once, in the order in which they go first."""

    name = "lanes"

    def convert(
        self, value: str | tuple[Lane, ...], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Lane, ...]:
        """Read "interactive,event"; an unknown lane is a usage error."""
        if isinstance(value, tuple):
            return value
        names = {part.strip() for part in value.split(",") if part.strip()}
        if unknown := names - set(Lane):
            self.fail(f"{', '.join(sorted(unknown))}: lanes are {', '.join(Lane)}", param, ctx)
        if not names:
            self.fail("name at least one lane", param, ctx)
        return tuple(lane for lane in Lane if lane in names)
