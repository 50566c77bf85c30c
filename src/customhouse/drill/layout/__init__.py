"""Layers of a replica, one kind of trace a file. Each adds files to a `Ground` and writes nothing itself."""
