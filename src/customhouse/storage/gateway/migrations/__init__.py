"""The migrations, run by `storage.gateway.migrating`; there is no alembic.ini.

To write one: copy the newest file of `versions/`, give it the next number, name the one before in `down_revision`, say
what changes in both databases, and set `HEAD`. Tables of the ledger are never made anew, since nothing may be deleted
there. There is no way down: older programs refuse a newer database, and a backup is the way back.
"""
