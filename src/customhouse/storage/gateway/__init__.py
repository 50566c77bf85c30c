"""The gateway's state in SQL: one file on a laptop (SQLite), one server for many instances (PostgreSQL)."""
