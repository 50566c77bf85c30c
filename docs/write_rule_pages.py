"""Write docs/rules from the rules themselves: `python docs/write_rule_pages.py [FOLDER]`.

Pages of rules that are gone are removed, so that the folder holds what `customhouse explain` knows and nothing else.
"""

import sys
from pathlib import Path

from customhouse.rules.all_rules import EVERY_RULE, RULES
from customhouse.rules.page import index_markdown, page_markdown
from customhouse.rules.repository.all_rules import REPOSITORY_RULES


def main(folder: Path) -> None:
    """Write one page a rule, and the index."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {f"{rule.id}.md": page_markdown(rule) for rule in EVERY_RULE}
    pages["README.md"] = index_markdown(RULES, REPOSITORY_RULES)
    for stale in folder.glob("*.md"):
        if stale.name not in pages:
            stale.unlink()
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "rules")
