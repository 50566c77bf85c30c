"""What package clients leave behind where they install: trees, environments, caches, stores and logs. One file each."""
