"""npm lockfiles, one file a format."""
