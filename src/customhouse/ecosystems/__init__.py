"""What is particular to npm and to PyPI, in the same shape for each."""
