"""The first tables."""

from alembic import op
from sqlalchemy import BigInteger, Column, Date, ForeignKeyConstraint, Integer, LargeBinary, Text, text
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

_SQLITE_LEDGER = (
    """
    CREATE TRIGGER gateway_ledger_next BEFORE INSERT ON gateway_ledger
    WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM gateway_ledger)
    BEGIN SELECT RAISE(ABORT, 'the ledger goes on by one'); END
    """,
    """
    CREATE TRIGGER gateway_ledger_update BEFORE UPDATE ON gateway_ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
    """
    CREATE TRIGGER gateway_ledger_delete BEFORE DELETE ON gateway_ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
)
_POSTGRESQL_LEDGER = (
    """
    CREATE FUNCTION gateway_ledger_next() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.number IS DISTINCT FROM (SELECT coalesce(max(number), 0) + 1 FROM gateway_ledger) THEN
            RAISE EXCEPTION 'the ledger goes on by one';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION gateway_ledger_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$
    """,
    """
    CREATE TRIGGER gateway_ledger_next BEFORE INSERT ON gateway_ledger
    FOR EACH ROW EXECUTE FUNCTION gateway_ledger_next()
    """,
    """
    CREATE TRIGGER gateway_ledger_kept BEFORE UPDATE OR DELETE ON gateway_ledger
    FOR EACH ROW EXECUTE FUNCTION gateway_ledger_kept()
    """,
    """
    CREATE TRIGGER gateway_ledger_whole BEFORE TRUNCATE ON gateway_ledger
    FOR EACH STATEMENT EXECUTE FUNCTION gateway_ledger_kept()
    """,
)


def upgrade() -> None:
    """Make every table, and the ledger's guards."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    words = postgresql.TEXT(collation="C") if on_postgresql else Text()
    moment = postgresql.TIMESTAMP(timezone=True) if on_postgresql else BigInteger()
    counted = BigInteger() if on_postgresql else Integer()

    def file_key() -> list[Column[str]]:
        return [Column(each, words, primary_key=True) for each in ("ecosystem", "name", "version", "filename")]

    op.create_table(
        "gateway_admission",
        *file_key(),
        Column("sha256", words, nullable=False),
        Column("size", BigInteger(), nullable=False),
        Column("decision", Text(), nullable=False),
        Column("judged", moment, nullable=False),
        Column("policy", words, nullable=False),
        Column("recheck", moment),
        Column("reasons", Text(), nullable=False),
        Column("verdict", LargeBinary(), nullable=False),
    )
    op.create_index("gateway_admission_sha256", "gateway_admission", ["sha256"])
    op.create_index("gateway_admission_policy", "gateway_admission", ["policy"])
    only = text("recheck IS NOT NULL")
    op.create_index(
        "gateway_admission_recheck", "gateway_admission", ["recheck"], sqlite_where=only, postgresql_where=only
    )
    op.create_table(
        "gateway_pin",
        *file_key(),
        Column("sha256", words, nullable=False),
        Column("size", BigInteger(), nullable=False),
        Column("first_seen", moment, nullable=False),
        Column("promised", Text(), nullable=False),
    )
    op.create_index("gateway_pin_sha256", "gateway_pin", ["sha256"])
    op.create_table(
        "gateway_replacement",
        *file_key(),
        Column("sha256", words, primary_key=True),
        Column("size", BigInteger(), nullable=False),
        Column("first_seen", moment, nullable=False),
        Column("promised", Text(), nullable=False),
        ForeignKeyConstraint(
            ("ecosystem", "name", "version", "filename"),
            ("gateway_pin.ecosystem", "gateway_pin.name", "gateway_pin.version", "gateway_pin.filename"),
        ),
    )
    op.create_table(
        "gateway_sighting",
        Column("ecosystem", words, primary_key=True),
        Column("name", words, primary_key=True),
        Column("version", words, primary_key=True),
        Column("first_seen", moment, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "gateway_ledger",
        Column("number", counted, primary_key=True, autoincrement=False),
        Column("at", moment, nullable=False),
        Column("act", Text(), nullable=False),
        Column("purl", words, nullable=False),
        Column("reason", words, nullable=False),
        Column("owner", words, nullable=False),
        Column("actor", words, nullable=False),
        Column("digests", Text(), nullable=False),
        Column("expires", Date()),
        Column("previous", Text(), nullable=False),
        Column("hash", Text(), nullable=False),
    )
    op.create_index("gateway_ledger_purl", "gateway_ledger", ["purl", "number"])
    for statement in _POSTGRESQL_LEDGER if on_postgresql else _SQLITE_LEDGER:
        op.execute(statement)
    op.create_table(
        "gateway_token",
        Column("id", counted, primary_key=True),
        Column("name", words, nullable=False),
        Column("role", Text(), nullable=False),
        Column("created", moment, nullable=False),
        Column("expires", moment),
        Column("revoked", moment),
        Column("digest", Text(), nullable=False),
    )
    op.create_index("gateway_token_digest", "gateway_token", ["digest"], unique=True)
    only = text("revoked IS NULL")
    op.create_index(
        "gateway_token_name", "gateway_token", ["name"], unique=True, sqlite_where=only, postgresql_where=only
    )
    op.create_table(
        "gateway_fetch",
        Column("id", counted, primary_key=True),
        Column("at", moment, nullable=False),
        Column("ecosystem", words, nullable=False),
        Column("name", words, nullable=False),
        Column("version", words, nullable=False),
        Column("filename", words, nullable=False),
        Column("sha256", words, nullable=False),
        Column("status", Integer(), nullable=False),
        Column("client", words, nullable=False),
        Column("agent", words, nullable=False),
        Column("project", words, nullable=False),
    )
    op.create_index("gateway_fetch_package", "gateway_fetch", ["ecosystem", "name", "version"])
    op.create_index("gateway_fetch_sha256", "gateway_fetch", ["sha256"])
    op.create_index("gateway_fetch_at", "gateway_fetch", ["at"])
    op.create_table(
        "gateway_downgrade",
        Column("day", Date(), primary_key=True),
        Column("ecosystem", words, primary_key=True),
        Column("name", words, primary_key=True),
        Column("newest", words, primary_key=True),
        Column("shown", words, primary_key=True),
        Column("ground", Text(), primary_key=True),
        Column("count", BigInteger(), nullable=False),
    )
    op.create_table("gateway_revision", Column("value", BigInteger(), nullable=False))
    op.execute("INSERT INTO gateway_revision (value) VALUES (0)")
    op.create_table(
        "gateway_change",
        Column("ecosystem", words, primary_key=True),
        Column("name", words, primary_key=True),
        Column("revision", BigInteger(), nullable=False),
    )
    op.create_index("gateway_change_revision", "gateway_change", ["revision"])
