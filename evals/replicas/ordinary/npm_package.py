"""What every small npm package has: a README and a licence."""

from collections.abc import Mapping

Text = dict[str, str]

_LICENCE = """\
MIT License

Permission is hereby granted, free of charge, to any person obtaining a copy of this software to deal in it without
restriction, provided that this notice stays with it. It comes without warranty of any kind.
"""


def package(name: str, purpose: str, usage: str, files: Mapping[str, str]) -> Text:
    """Add what every package has beside its code."""
    readme = f"# {name}\n\n{purpose}\n\n## Install\n\n    npm install {name}\n\n## Usage\n\n```js\n{usage}```\n\n## Licence\n\nMIT\n"
    return {**files, "README.md": readme, "LICENSE": _LICENCE}
