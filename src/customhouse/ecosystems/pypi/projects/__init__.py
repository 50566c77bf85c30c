"""The manifests of Python projects, one file each."""
