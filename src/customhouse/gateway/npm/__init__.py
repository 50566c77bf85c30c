"""The npm door: an npm registry's addresses, answered from what may be seen and what was inspected."""

from customhouse.gateway.npm.door import NpmDoor

__all__ = ["NpmDoor"]
