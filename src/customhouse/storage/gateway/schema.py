"""The tables, as the migrations leave them; a test holds the two against each other."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

from customhouse.storage.gateway.columns import Moment, Words

METADATA = MetaData()
#: SQLite counts by itself only under the name INTEGER.
_COUNTED = BigInteger().with_variant(Integer(), "sqlite")


def _file_key() -> tuple[Column[str], ...]:
    return tuple(Column(name, Words, primary_key=True) for name in ("ecosystem", "name", "version", "filename"))


ADMISSION = Table(
    "gateway_admission",
    METADATA,
    *_file_key(),
    Column("sha256", Words, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("decision", Text, nullable=False),
    Column("judged", Moment, nullable=False),
    Column("policy", Words, nullable=False),
    Column("recheck", Moment),
    Column("reasons", Text, nullable=False),  # JSON in ASCII: [[rule, message, severity], …]
    Column("verdict", LargeBinary, nullable=False),  # zlib; last, so that SQLite need not read past it
    Index("gateway_admission_sha256", "sha256"),
    Index("gateway_admission_policy", "policy"),
    Index(
        "gateway_admission_recheck",
        "recheck",
        sqlite_where=text("recheck IS NOT NULL"),
        postgresql_where=text("recheck IS NOT NULL"),
    ),
)

PIN = Table(
    "gateway_pin",
    METADATA,
    *_file_key(),
    Column("sha256", Words, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("promised", Text, nullable=False),  # JSON in ASCII: ["sha512:…", …]
    Index("gateway_pin_sha256", "sha256"),
)

#: Other bytes that were met under a pinned name.
REPLACEMENT = Table(
    "gateway_replacement",
    METADATA,
    *_file_key(),
    Column("sha256", Words, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("promised", Text, nullable=False),
    ForeignKeyConstraint(
        ("ecosystem", "name", "version", "filename"),
        ("gateway_pin.ecosystem", "gateway_pin.name", "gateway_pin.version", "gateway_pin.filename"),
    ),
)

SIGHTING = Table(
    "gateway_sighting",
    METADATA,
    Column("ecosystem", Words, primary_key=True),
    Column("name", Words, primary_key=True),
    Column("version", Words, primary_key=True),
    Column("first_seen", Moment, nullable=False),
    sqlite_with_rowid=False,
)

LEDGER = Table(
    "gateway_ledger",
    METADATA,
    Column("number", _COUNTED, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("act", Text, nullable=False),
    Column("purl", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("owner", Words, nullable=False),
    Column("actor", Words, nullable=False),
    Column("digests", Text, nullable=False),  # JSON in ASCII
    Column("expires", Date),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("gateway_ledger_purl", "purl", "number"),
)

TOKEN = Table(
    "gateway_token",
    METADATA,
    Column("id", _COUNTED, primary_key=True),
    Column("name", Words, nullable=False),
    Column("role", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("expires", Moment),
    Column("revoked", Moment),
    Column("digest", Text, nullable=False),  # sha256 of the secret
    Index("gateway_token_digest", "digest", unique=True),
    Index(
        "gateway_token_name",
        "name",
        unique=True,
        sqlite_where=text("revoked IS NULL"),
        postgresql_where=text("revoked IS NULL"),
    ),
)

FETCH = Table(
    "gateway_fetch",
    METADATA,
    Column("id", _COUNTED, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("ecosystem", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("version", Words, nullable=False),
    Column("filename", Words, nullable=False),
    Column("sha256", Words, nullable=False),
    Column("status", Integer, nullable=False),
    Column("client", Words, nullable=False),
    Column("agent", Words, nullable=False),
    Column("project", Words, nullable=False),
    Index("gateway_fetch_package", "ecosystem", "name", "version"),
    Index("gateway_fetch_sha256", "sha256"),
    Index("gateway_fetch_at", "at"),
)

DOWNGRADE = Table(
    "gateway_downgrade",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("ecosystem", Words, primary_key=True),
    Column("name", Words, primary_key=True),
    Column("newest", Words, primary_key=True),
    Column("shown", Words, primary_key=True),
    Column("ground", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
)

#: One row: how often what clients may see has changed.
REVISION = Table("gateway_revision", METADATA, Column("value", BigInteger, nullable=False))

#: At which revision a package last changed.
CHANGE = Table(
    "gateway_change",
    METADATA,
    Column("ecosystem", Words, primary_key=True),
    Column("name", Words, primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Index("gateway_change_revision", "revision"),
)
