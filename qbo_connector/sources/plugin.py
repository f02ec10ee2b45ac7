"""The verbs of a source plugin: all that its author writes."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from qbo_connector.canonical import Document
from qbo_connector.errors import ConfigurationError, NeedsHuman, Skippable
from qbo_connector.sources.http import SourceHttp
from qbo_connector.sources.values import (
    AccountInfo,
    ChangePage,
    EmbedContext,
    EmbedRequest,
    HookDelivery,
    HookRequest,
    Option,
    Outcome,
    ReadResult,
    Ref,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceContext:
    """What the host gives a plugin: the account's settings (secrets in clear), a guarded HTTP and the clock."""

    settings: Mapping[str, str] = field(repr=False)
    http: SourceHttp
    now: Callable[[], datetime]
    account_name: str = ""

    def setting(self, name: str) -> str:
        """A setting's value, stripped; empty when it was left empty."""
        return self.settings.get(name, "").strip()

    def required(self, name: str) -> str:
        """A setting that must be filled.

        Raises:
            ConfigurationError: it is empty.
        """
        if value := self.setting(name):
            return value
        raise ConfigurationError(f"the setting {name} of {self.account_name or 'the source account'} is empty")

    def flag(self, name: str) -> bool:
        """A setting of type boolean."""
        return self.setting(name) == "true"


class SourcePlugin(ABC):
    """One source system, opened for one source account.

    The host relies on these sentences, and the contract suite checks each of them:

    1. Constructing a plugin costs nothing: no request, no file.
    2. A verb raises the leaf classes of `qbo_connector.errors`, nothing else, and puts no secret into a message.
    3. `read` gives equal documents for equal records, and refuses what it cannot read by naming the field.
    4. A verb is implemented exactly when its capability is declared in the manifest.
    5. Every request goes through `context.http`; a plugin keeps nothing between two verbs but its context.
    """

    def __init__(self, context: SourceContext) -> None:
        self.context = context

    @classmethod
    def migrate_settings(cls, settings: Mapping[str, str], from_version: str) -> dict[str, str]:  # noqa: ARG003 - the default changes nothing
        """Settings stored by an earlier version of the plugin, as this version names them."""
        return dict(settings)

    @abstractmethod
    def check(self) -> AccountInfo:
        """Prove credentials and permissions, and name the account they open. Called before anything is saved."""

    @abstractmethod
    def read(self, ref: Ref) -> Document:
        """The record as a canonical document.

        Raises:
            SourceRecordGone: it does not exist (any more).
            DocumentInvalid: it holds a value that cannot be right.
        """

    def read_many(self, refs: Iterable[Ref]) -> Iterator[ReadResult]:
        """Many records in the order asked for. An error of one record stands in its result and stops nothing.

        The default reads one by one; override it where the source answers many at once.
        """
        for ref in refs:
            try:
                yield ReadResult(ref=ref, document=self.read(ref))
            except (NeedsHuman, Skippable) as err:
                yield ReadResult(ref=ref, error=err)

    def changed_since(self, cursor: str | None) -> ChangePage:
        """Records that changed after the cursor of an earlier page; None begins at the beginning.

        A record may be told twice, but none may be left out.
        """
        raise NotImplementedError("changed_since")

    def parse_hook(self, request: HookRequest) -> tuple[HookDelivery, ...]:
        """Verify the vendor's signature over the raw body, then say what happened. Costs no request.

        Raises:
            HookSignatureBad: the signature is wrong, missing or too old.
        """
        raise NotImplementedError("parse_hook")

    def write_back(self, ref: Ref, outcome: Outcome) -> None:
        """Tell the source how the sync of a record ended. Doing it twice must be the same as once."""
        raise NotImplementedError("write_back")

    def create(self, document: Document) -> Ref:
        """Create a record of QuickBooks in the source."""
        raise NotImplementedError("create")

    def update(self, ref: Ref, document: Document) -> None:
        """Bring a record of the source to this content.

        Raises:
            SourceRefused: the source refuses for good.
        """
        raise NotImplementedError("update")

    def remove(self, ref: Ref) -> None:
        """Delete or void a record of the source, whichever it allows."""
        raise NotImplementedError("remove")

    def options(self, name: str) -> list[Option]:
        """A live list for settings and pickers, by the name used in the manifest."""
        raise NotImplementedError("options")

    def embed_context(self, request: EmbedRequest) -> EmbedContext:
        """Verify the vendor's own signed statement of who looks at which record.

        Raises:
            HookSignatureBad: it is not signed by the vendor, or too old.
        """
        raise NotImplementedError("embed_context")

    def record_url(self, ref: Ref) -> str | None:  # noqa: ARG002 - plugins without pages leave it so
        """Where a person sees the record in the source; None if the source has no such page."""
        return None
