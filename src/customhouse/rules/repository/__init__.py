"""Rules over a repository itself, one file each."""
