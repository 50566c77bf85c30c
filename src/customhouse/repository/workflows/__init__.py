"""What build files of a repository run: one file a system."""
