"""Files kept by what they are: their sha256."""
