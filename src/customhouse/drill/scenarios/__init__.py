"""The campaigns that can be drilled, one a file."""
