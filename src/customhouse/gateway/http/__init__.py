"""HTTP around the doors: encodings, conditions, ranges, limits. The doors know none of it."""
