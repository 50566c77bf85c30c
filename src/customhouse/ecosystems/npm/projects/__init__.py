"""The manifests of npm projects, one file each."""
