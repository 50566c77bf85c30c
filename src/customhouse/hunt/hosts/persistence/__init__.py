"""What a machine starts by itself, one file a system: each gives entries, and one judge compares them."""
