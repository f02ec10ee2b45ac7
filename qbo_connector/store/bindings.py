"""A binding links one thing of a source to one object in QuickBooks.

Documents are bound per pairing; parties, items and locations per connection, under their match key. One document
in QuickBooks is bound at most once; the database refuses a second active link.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, bindparam, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from qbo_connector.store.clock import utc_now
from qbo_connector.store.loading import load as load_row
from qbo_connector.store.loading import load_within, save
from qbo_connector.store.row import Row, within
from qbo_connector.store.states import BindingState, InQuickBooks, Origin
from qbo_connector.store.types import EncryptedBytes, EncryptedText, Json, closed

ACTIVE_DOCUMENT = text("state = 'active' AND pairing_id IS NOT NULL")
ACTIVE_SHARED = text("state = 'active' AND pairing_id IS NULL")


class Binding(Row):
    """One link.

    ``external_id`` is the document's id in its source, or the match key of a party, item or location.
    ``link_key`` is empty, the document number, or the copy ordinal, by policy. ``sent_document`` is the canonical
    document as last synced (JSON text), ``sent_body`` the very bytes that QuickBooks accepted, ``custom_fields``
    the filled custom fields of its latest version that we saw (JSON), None where none was seen yet. ``left_parts``
    are fingerprints of the parts of the document as we left it, ``edited`` the document as somebody left it since
    (JSON), None where it stands as we left it.
    """

    __tablename__ = "bindings"
    __table_args__ = (
        within("connection_id", "connections"),
        within("pairing_id", "pairings"),
        within("record_id", "records"),
        CheckConstraint("qbo_id <> ''", name="has_qbo_id"),
        Index(
            "uq_bindings_document",
            "pairing_id",
            "kind",
            "external_id",
            "link_key",
            unique=True,
            sqlite_where=ACTIVE_DOCUMENT,
            postgresql_where=ACTIVE_DOCUMENT,
        ),
        Index(
            "uq_bindings_shared",
            "connection_id",
            "kind",
            "external_id",
            unique=True,
            sqlite_where=ACTIVE_SHARED,
            postgresql_where=ACTIVE_SHARED,
        ),
        Index(
            "uq_bindings_qbo_document",
            "connection_id",
            "qbo_type",
            "qbo_id",
            unique=True,
            sqlite_where=ACTIVE_DOCUMENT,
            postgresql_where=ACTIVE_DOCUMENT,
        ),
        Index("ix_bindings_qbo", "connection_id", "qbo_type", "qbo_id"),
        Index("ix_bindings_record", "record_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    connection_id: Mapped[int]
    kind: Mapped[str]
    external_id: Mapped[str]
    qbo_type: Mapped[str]
    qbo_id: Mapped[str]
    origin: Mapped[Origin] = mapped_column(closed(Origin, "origin"))
    pairing_id: Mapped[int | None] = mapped_column(default=None)
    record_id: Mapped[int | None] = mapped_column(default=None)
    link_key: Mapped[str] = mapped_column(default="")
    sync_token: Mapped[str] = mapped_column(default="")
    number: Mapped[str] = mapped_column(default="")
    total: Mapped[Decimal | None] = mapped_column(default=None)
    applied: Mapped[Decimal | None] = mapped_column(default=None)
    state: Mapped[BindingState] = mapped_column(closed(BindingState, "state"), default=BindingState.ACTIVE)
    in_quickbooks: Mapped[InQuickBooks] = mapped_column(
        closed(InQuickBooks, "in_quickbooks"), default=InQuickBooks.INTACT
    )
    source_fingerprint: Mapped[str] = mapped_column(default="")
    sent_fingerprint: Mapped[str] = mapped_column(default="")
    answer_fingerprint: Mapped[str] = mapped_column(default="")
    sent_document: Mapped[str | None] = mapped_column(EncryptedText, default=None)
    sent_body: Mapped[bytes | None] = mapped_column(EncryptedBytes, default=None)
    custom_fields: Mapped[bytes | None] = mapped_column(EncryptedBytes, default=None)
    left_parts: Mapped[dict[str, str] | None] = mapped_column(Json, default=None)
    edited: Mapped[bytes | None] = mapped_column(EncryptedBytes, default=None)
    generation: Mapped[int] = mapped_column(default=1)
    copy_ordinal: Mapped[int] = mapped_column(default=0)
    qbo_updated_at: Mapped[datetime | None] = mapped_column(default=None)
    synced_at: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime] = mapped_column(default_factory=utc_now, insert_default=utc_now)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_reason: Mapped[str] = mapped_column(default="")


def add(session: Session, binding: Binding) -> Binding:
    """Store a new link.

    Raises:
        sqlalchemy.exc.IntegrityError: if an active link of the same thing, or of the same QuickBooks document,
            exists already.
    """
    return save(session, binding)


def load(session: Session, binding_id: int) -> Binding:
    """Raises NotThere if there is none."""
    return load_row(session, Binding, binding_id)


def load_in(session: Session, organization_id: int, binding_id: int) -> Binding:
    """Raises NotThere if the organization has none of this id."""
    return load_within(session, Binding, organization_id, binding_id)


def find_document(
    session: Session, pairing_id: int, *, kind: str, external_id: str, link_key: str = ""
) -> Binding | None:
    """The active link of a source's document."""
    about = {"pairing": pairing_id, "what": kind, "external": external_id, "key": link_key}
    return session.scalar(_document(), about)


def list_document(session: Session, pairing_id: int, *, kind: str, external_id: str) -> Sequence[Binding]:
    """The active links of a source's document under all link keys, the latest copy first."""
    about = {"pairing": pairing_id, "what": kind, "external": external_id}
    return session.scalars(_documents(), about).all()


def find_shared(session: Session, connection_id: int, *, kind: str, external_id: str) -> Binding | None:
    """The active link of a party, item or location, by its match key."""
    return session.scalar(_shared(), {"connection": connection_id, "what": kind, "external": external_id})


def list_shared(
    session: Session, connection_id: int, *, kind: str, external_ids: Sequence[str]
) -> Sequence[Binding]:
    """The active links of several parties, items or locations."""
    query = _active().where(
        Binding.connection_id == connection_id,
        Binding.kind == kind,
        Binding.external_id.in_(external_ids),
        Binding.pairing_id.is_(None),
    )
    return session.scalars(query).all()


def list_by_qbo(session: Session, connection_id: int, *, qbo_type: str, qbo_id: str) -> Sequence[Binding]:
    """The active links to one object in QuickBooks."""
    query = _active().where(
        Binding.connection_id == connection_id, Binding.qbo_type == qbo_type, Binding.qbo_id == qbo_id
    )
    return session.scalars(query.order_by(Binding.id)).all()


def list_by_qbo_ids(
    session: Session, connection_id: int, *, qbo_type: str, qbo_ids: Sequence[str]
) -> Sequence[Binding]:
    """The active links to several objects of one type in QuickBooks."""
    query = _active().where(
        Binding.connection_id == connection_id, Binding.qbo_type == qbo_type, Binding.qbo_id.in_(qbo_ids)
    )
    return session.scalars(query.order_by(Binding.id)).all()


def list_of_record(session: Session, record_id: int, *, ended: bool = False) -> Sequence[Binding]:
    """The links of a record, newest first; with the ended ones if asked."""
    return session.scalars(_of_record(ended=ended), {"record": record_id}).all()


def end(session: Session, binding_id: int, *, reason: str) -> Binding:
    """End a link; both sides and the history stay."""
    binding = load(session, binding_id)
    binding.state = BindingState.ENDED
    binding.ended_at = utc_now()
    binding.ended_reason = reason
    session.flush()
    return binding


def _active() -> Select[Binding]:
    return select(Binding).where(Binding.state == BindingState.ACTIVE)


@cache
def _document() -> Select[Binding]:
    return _of_document().where(Binding.link_key == bindparam("key"))


@cache
def _documents() -> Select[Binding]:
    return _of_document().order_by(Binding.copy_ordinal.desc(), Binding.id.desc())


def _of_document() -> Select[Binding]:
    return _active().where(
        Binding.pairing_id == bindparam("pairing"),
        Binding.kind == bindparam("what"),
        Binding.external_id == bindparam("external"),
    )


@cache
def _shared() -> Select[Binding]:
    return _active().where(
        Binding.connection_id == bindparam("connection"),
        Binding.kind == bindparam("what"),
        Binding.external_id == bindparam("external"),
        Binding.pairing_id.is_(None),
    )


@cache
def _of_record(*, ended: bool) -> Select[Binding]:
    query = select(Binding) if ended else _active()
    return query.where(Binding.record_id == bindparam("record")).order_by(Binding.id.desc())
