"""Whether the package clients of a machine go through a gateway, found by having each ask for a canary.

Each runs in an empty project of its own that is thrown away, with the user's environment, home and settings, and with
those lines of the present project's settings that name registries. A project's code, hooks, plugins and its own copies
of clients stay where they are, and so do secrets: see `carried`.
"""
