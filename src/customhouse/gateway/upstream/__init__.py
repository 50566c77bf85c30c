"""What the gateway asks of the registries behind it."""
