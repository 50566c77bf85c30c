"""What alembic runs first: it is handed a connection that is in a transaction already."""

from alembic import context

from customhouse.storage.gateway.migrating import VERSION_TABLE

context.configure(connection=context.config.attributes["connection"], version_table=VERSION_TABLE)
context.run_migrations()
