"""Lock files and manifests, as they are and as they were in every revision that a repository still holds."""
