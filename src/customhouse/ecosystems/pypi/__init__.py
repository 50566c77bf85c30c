"""PyPI: manifests, lockfiles, client configuration and index."""
