"""npm: manifests, lockfiles, client configuration and registry."""
