"""The evidence cache."""
