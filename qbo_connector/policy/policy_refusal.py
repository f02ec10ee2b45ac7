from qbo_connector.errors import ConfigurationError


class PolicyRefused(ConfigurationError):
    """A policy has a value that cannot be: unknown, not this person's to choose, or at odds with another.

    The message is a sentence for the person who wrote the manifest or filled in the form; `keys` are the
    policies it speaks of, so that a form can show it beside them.
    """

    def __init__(self, message: str, *, keys: tuple[str, ...]) -> None:
        super().__init__(message)
        self.keys = keys
