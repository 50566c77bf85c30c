"""What a repository says beside its locks: workflows, client settings, revisions."""
