"""Version semantics: npm semver and its ranges, PEP 440, OSV ranges."""
