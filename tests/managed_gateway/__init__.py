"""A gateway on loopback whose every part is real, but for the inspecting process, which tests speak for."""

from managed_gateway.desk import SpokenFor
from managed_gateway.server import ManagedGateway

__all__ = ["ManagedGateway", "SpokenFor"]
