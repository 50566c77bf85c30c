"""The gateway: a registry that never hands out what has not been inspected. See docs/gateway.md."""
