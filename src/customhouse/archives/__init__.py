"""Tar and zip archives as bounded member streams; nothing is ever extracted to disk."""
