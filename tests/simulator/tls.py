"""TLS on loopback: the certificate beside this file, which clients trust only when they are told to."""

import ssl
from pathlib import Path

CERTIFICATE = str(Path(__file__).with_name("loopback.pem"))


def server_context(*protocols: str) -> ssl.SSLContext:
    """Return a context for a listener, offering these protocols by ALPN (`h2`)."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    if protocols:
        context.set_alpn_protocols(list(protocols))
    return context
