"""Ordinary packages, which the replicas are made of: what was there before, and what goes on being there."""
