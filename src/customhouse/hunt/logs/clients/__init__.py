"""The clients that install packages: what the lines mean that each prints."""
