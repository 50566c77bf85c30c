"""The clients that a gateway serves: how each is pointed at it, and what it leaves in a lock file."""
