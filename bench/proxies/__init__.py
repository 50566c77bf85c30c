"""Registry proxies measured side by side: the gateway, verdaccio, devpi-server and proxpi."""
