"""Small Python packages as people write them. Paths are a wheel's; `as_sdist` gives the same as a source tree."""

from collections.abc import Mapping

Text = dict[str, str]


def as_sdist(files: Mapping[str, str | bytes], name: str, *, setup_py: str = "") -> dict[str, str | bytes]:
    """Return a wheel's files as its source distribution's."""
    built = (
        {"setup.py": setup_py}
        if setup_py
        else {
            "pyproject.toml": '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n\n'
            f'[project]\nname = "{name}"\ndynamic = ["version"]\n'
        }
    )
    return {"README.md": f"# {name}\n\nSee the documentation.\n", **built, **files}


def sdk(module: str) -> Text:
    """A client of a web service: it reaches the network when its methods are called."""
    return {
        f"{module}/__init__.py": f'''\
"""Client of the service."""

from {module}._client import Client
from {module}._exceptions import APIError, AuthenticationError
from {module}._version import __version__

__all__ = ["APIError", "AuthenticationError", "Client", "__version__"]
''',
        f"{module}/_version.py": '__version__ = "1.0"\n',
        f"{module}/_exceptions.py": '''\
class APIError(Exception):
    """The service answered with an error."""

    def __init__(self, status, message):
        super().__init__(f"{status}: {message}")
        self.status = status


class AuthenticationError(APIError):
    """The key was refused."""
''',
        f"{module}/_client.py": f'''\
"""The client: one object, one connection pool."""

import json
import os
import urllib.request

from {module}._exceptions import APIError, AuthenticationError
from {module}.resources import Calls, Messages

UNAUTHORISED = 401


class Client:
    """Talks to the service."""

    def __init__(self, api_key=None, base_url="https://api.service.test/v2", timeout=60.0):
        self.api_key = api_key or os.environ.get("SERVICE_API_KEY")
        if self.api_key is None:
            raise AuthenticationError(UNAUTHORISED, "no API key")
        self.base_url = base_url
        self.timeout = timeout
        self.calls = Calls(self)
        self.messages = Messages(self)

    def request(self, method, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        headers = {{"Authorization": f"Bearer {{self.api_key}}", "Content-Type": "application/json"}}
        request = urllib.request.Request(self.base_url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise APIError(error.code, error.reason) from error
''',
        f"{module}/resources.py": '''\
"""What the service offers."""


class Resource:
    path = "/"

    def __init__(self, client):
        self._client = client

    def list(self, **filters):
        query = "&".join(f"{key}={value}" for key, value in sorted(filters.items()))
        return self._client.request("GET", f"{self.path}?{query}")

    def create(self, **fields):
        return self._client.request("POST", self.path, fields)


class Calls(Resource):
    path = "/calls"


class Messages(Resource):
    path = "/messages"
''',
    }


def gateway(module: str) -> Text:
    """Forward requests to language models."""
    return {
        f"{module}/__init__.py": f'"""One call for every model."""\n\nfrom {module}.main import completion\n\n__all__ = ["completion"]\n',
        f"{module}/main.py": f'''\
"""Completions."""

import json
import urllib.request

from {module}.providers import provider_of


def completion(model, messages, *, api_key=None, timeout=60.0):
    """Ask a model."""
    provider = provider_of(model)
    body = json.dumps({{"model": provider.strip(model), "messages": messages}}).encode()
    headers = {{"Authorization": f"Bearer {{api_key or provider.key()}}"}}
    request = urllib.request.Request(provider.url, body, headers)
    with urllib.request.urlopen(request, timeout=timeout) as response:
        return json.load(response)
''',
        f"{module}/providers.py": '''\
"""Who offers which models."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Provider:
    prefix: str
    url: str
    variable: str

    def key(self):
        return os.environ.get(self.variable, "")

    def strip(self, model):
        return model.removeprefix(self.prefix + "/")


PROVIDERS = (
    Provider("north", "https://north.service.test/v1/chat", "NORTH_API_KEY"),
    Provider("south", "https://south.service.test/v1/chat", "SOUTH_API_KEY"),
)


def provider_of(model):
    return next(one for one in PROVIDERS if model.startswith(one.prefix + "/"))
''',
        f"{module}/proxy/__init__.py": "",
        f"{module}/proxy/proxy_server.py": f'''\
"""A server in front of all models."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from {module}.main import completion


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers["Content-Length"])
        asked = json.loads(self.rfile.read(length))
        answer = completion(asked["model"], asked["messages"])
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())


def serve(host="127.0.0.1", port=4000):
    ThreadingHTTPServer((host, port), Handler).serve_forever()
''',
    }


def number_words(module: str) -> Text:
    """Numbers as words."""
    return {
        f"{module}/__init__.py": f'''\
"""Numbers as words."""

from {module} import lang_de, lang_en

LANGUAGES = {{"en": lang_en, "de": lang_de}}


def words(number, lang="en"):
    """Say a number below one thousand."""
    if lang not in LANGUAGES:
        raise NotImplementedError(lang)
    return LANGUAGES[lang].say(int(number))
''',
        f"{module}/lang_en.py": """\
ONES = "zero one two three four five six seven eight nine".split()
TENS = "_ ten twenty thirty forty fifty sixty seventy eighty ninety".split()


def say(number):
    if number < 10:
        return ONES[number]
    if number < 100:
        rest = f"-{ONES[number % 10]}" if number % 10 else ""
        return TENS[number // 10] + rest
    rest = f" and {say(number % 100)}" if number % 100 else ""
    return f"{ONES[number // 100]} hundred{rest}"
""",
        f"{module}/lang_de.py": """\
ONES = "null eins zwei drei vier fünf sechs sieben acht neun".split()


def say(number):
    return " ".join(ONES[int(digit)] for digit in str(number))
""",
    }


def vision(module: str) -> Text:
    """Find things in pictures."""
    return {
        f"{module}/__init__.py": f'"""Find things in pictures."""\n\nfrom {module}.model import Model\n\n__all__ = ["Model"]\n',
        f"{module}/model.py": f'''\
"""The model and its weights."""

from pathlib import Path

from {module}.boxes import keep_best
from {module}.utils.downloads import attempt_download


class Model:
    def __init__(self, weights="small.bin"):
        self.weights = Path(weights)
        self.layers = None

    def load(self):
        if not self.weights.exists():
            attempt_download(self.weights)
        self.layers = self.weights.read_bytes()

    def predict(self, boxes, threshold=0.25):
        return keep_best([box for box in boxes if box[4] >= threshold])
''',
        f"{module}/boxes.py": '''\
"""Boxes: (left, top, right, bottom, score)."""


def overlap(a, b):
    width = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    shared = width * height
    both = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared
    return shared / both if both else 0.0


def keep_best(boxes, limit=0.5):
    kept = []
    for box in sorted(boxes, key=lambda it: -it[4]):
        if all(overlap(box, other) < limit for other in kept):
            kept.append(box)
    return kept
''',
        f"{module}/utils/__init__.py": "",
        f"{module}/utils/downloads.py": '''\
"""Weights are fetched when they are first needed."""

import shutil
import urllib.request

ASSETS = "https://assets.service.test/weights/"


def attempt_download(path):
    with urllib.request.urlopen(ASSETS + path.name) as response, path.open("wb") as file:
        shutil.copyfileobj(response, file)
''',
    }


def mapping(module: str) -> Text:
    """A dictionary with attributes."""
    return {
        f"{module}.py": '''\
"""A dictionary whose keys are attributes too."""


class Context(dict):
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
    }


def optics(module: str) -> Text:
    """Numbers about light."""
    return {
        f"{module}/__init__.py": f'"""Gaussian states."""\n\nfrom {module}.state import State, vacuum\n\n__all__ = ["State", "vacuum"]\n',
        f"{module}/state.py": '''\
"""States by their means and covariances."""

from dataclasses import dataclass


@dataclass
class State:
    means: list
    cov: list

    @property
    def modes(self):
        return len(self.means) // 2

    def purity(self):
        determinant = 1.0
        for index, row in enumerate(self.cov):
            determinant *= row[index]
        return determinant**-0.5


def vacuum(modes):
    size = 2 * modes
    return State([0.0] * size, [[float(row == column) for column in range(size)] for row in range(size)])
''',
        f"{module}/gates.py": '''\
"""Gates act on states."""

import math


def rotate(state, angle):
    cosine, sine = math.cos(angle), math.sin(angle)
    x, p = state.means[0], state.means[1]
    state.means[0], state.means[1] = cosine * x - sine * p, sine * x + cosine * p
    return state
''',
    }


def monitor(module: str) -> Text:
    """Watch the quality of data."""
    return {
        f"{module}/__init__.py": f'"""Data quality."""\n\nfrom {module}.checks import run\n\n__all__ = ["run"]\n',
        f"{module}/checks.py": '''\
"""Checks over rows."""


def not_null(rows, column):
    return [row for row in rows if row.get(column) is None]


def unique(rows, column):
    seen, twice = set(), []
    for row in rows:
        value = row.get(column)
        if value in seen:
            twice.append(row)
        seen.add(value)
    return twice


CHECKS = {"not_null": not_null, "unique": unique}


def run(rows, plan):
    return {f"{kind}:{column}": CHECKS[kind](rows, column) for kind, column in plan}
''',
        f"{module}/cli.py": f'''\
"""The command."""

import argparse
import csv
import sys

from {module}.checks import run


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--check", action="append", default=[])
    given = parser.parse_args()
    with open(given.file, newline="") as file:
        rows = list(csv.DictReader(file))
    failed = run(rows, [tuple(one.split(":", 1)) for one in given.check])
    sys.exit(1 if any(failed.values()) else 0)
''',
    }
