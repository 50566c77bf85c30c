"""The management door: what is hidden and why, decisions, tokens, and whether the gateway works."""
