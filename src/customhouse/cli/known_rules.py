"""The rules that a configuration may speak of."""


def known_rules() -> frozenset[str]:
    """Return the id of every rule. Imports them all, so it is asked for only when a configuration is read."""
    from customhouse.rules.all_rules import EVERY_RULE  # noqa: PLC0415 - see above

    return frozenset(rule.id for rule in EVERY_RULE)
