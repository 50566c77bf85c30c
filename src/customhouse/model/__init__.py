"""Frozen records that every room speaks of. No input, no output, no logic beyond naming."""
