"""A call that leaves its file: of something that another file of the package defines."""

from typing import NamedTuple


class Link(NamedTuple):
    """Something of another file that a file calls as it is loaded.

    Of JavaScript `module` is the specifier (`./lib/run`) and `name` the export's path: empty for what the module itself
    is, `run`, `default`, `api.run`, `Client().open` for a method of what a call or `new` gives. Of Python, where a
    dotted name does not tell where the module ends, `module` is the whole name (`.support.run`, `pkg.sub.Client().go`)
    and `name` is empty; `star` stands for a name that `from module import *` must have brought: then `module` and
    `name` are apart.
    """

    module: str
    name: str = ""
    star: bool = False
