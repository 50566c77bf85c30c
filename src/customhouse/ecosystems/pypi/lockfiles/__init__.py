"""Python lockfiles, one file a format."""
