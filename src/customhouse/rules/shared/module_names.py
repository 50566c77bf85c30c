"""Modules that other packages own: Python's own, and those of popular distributions.

The standard library is `sys.stdlib_module_names` of Python 3.10 to 3.14 without underscored names, frozen here so that
a verdict does not depend on the Python that gives it. What a later Python removed stands apart: there a distribution
of that name is the usual way to keep it (PEP 594, PEP 632).
"""

_STDLIB_TEXT = """
abc annotationlib antigravity argparse array ast asyncio atexit base64 bdb binascii bisect builtins bz2 cProfile
calendar cmath cmd code codecs codeop collections colorsys compileall compression concurrent configparser contextlib
contextvars copy copyreg csv ctypes curses dataclasses datetime dbm decimal difflib dis doctest email encodings
ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt
getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib importlib inspect io ipaddress
itertools json keyword linecache locale logging lzma mailbox marshal math mimetypes mmap modulefinder msvcrt
multiprocessing netrc nt ntpath nturl2path numbers opcode operator optparse os pathlib pdb pickle pickletools pkgutil
platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue
quopri random re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal
site smtplib socket socketserver sqlite3 ssl stat statistics string stringprep struct subprocess symtable sys sysconfig
syslog tabnanny tarfile tempfile termios textwrap this threading time timeit tkinter token tokenize tomllib trace
traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uuid venv warnings wave weakref
webbrowser winreg winsound wsgiref xml xmlrpc zipapp zipfile zipimport zlib zoneinfo
"""
_REMOVED_TEXT = """
aifc asynchat asyncore audioop binhex cgi cgitb chunk crypt distutils dummy_threading formatter imghdr imp lib2to3
macpath mailcap msilib nis nntplib ossaudiodev parser pipes smtpd sndhdr spwd sre_compile sre_constants sre_parse sunau
symbol telnetlib uu xdrlib
"""
#: Distributions that bring a module of a later Python to an earlier one, or one that was removed.
_BACKPORTS_TEXT = """
argparse asyncio configparser contextvars dataclasses enum34 enum-compat funcsigs futures importlib ipaddress pathlib
pathlib2 secrets statistics typing unittest2 uuid zipfile36 zoneinfo distribute setuptools ordereddict simplejson
pysqlite3 pysqlite3-binary ssl multiprocessing wsgiref hashlib json lzma py-lzma graphlib
"""

#: Modules of popular distributions, each with those that install it.
_OWNED_TEXT = """
requests: requests
urllib3: urllib3
numpy: numpy
pandas: pandas pandas-nightly
scipy: scipy
yaml: pyyaml
six: six
attr: attrs
attrs: attrs
certifi: certifi
idna: idna
charset_normalizer: charset-normalizer
chardet: chardet
cryptography: cryptography
Crypto: pycryptodome pycrypto
Cryptodome: pycryptodomex
nacl: pynacl
bcrypt: bcrypt
jwt: pyjwt jwt
jose: python-jose jose
OpenSSL: pyopenssl
boto3: boto3
botocore: botocore
s3transfer: s3transfer
aiohttp: aiohttp
httpx: httpx
httpcore: httpcore
h11: h11
flask: flask
django: django
fastapi: fastapi fastapi-slim
starlette: starlette
uvicorn: uvicorn
werkzeug: werkzeug
jinja2: jinja2
markupsafe: markupsafe
click: click
typer: typer typer-slim
rich: rich
pydantic: pydantic
pydantic_core: pydantic-core
typing_extensions: typing-extensions
sqlalchemy: sqlalchemy
alembic: alembic
psycopg2: psycopg2 psycopg2-binary
psycopg: psycopg
pymysql: pymysql
MySQLdb: mysqlclient mysql-python
pymongo: pymongo
bson: pymongo bson
redis: redis
celery: celery
kombu: kombu
pika: pika
kafka: kafka-python
PIL: pillow
cv2: opencv
matplotlib: matplotlib
sklearn: scikit-learn
skimage: scikit-image
torch: torch
torchvision: torchvision
tensorflow: tensorflow tf-nightly
keras: keras
jax: jax
transformers: transformers
tokenizers: tokenizers
openai: openai
anthropic: anthropic
langchain: langchain
litellm: litellm
nltk: nltk
spacy: spacy
pytest: pytest
_pytest: pytest
pluggy: pluggy
mock: mock
coverage: coverage
tox: tox
mypy: mypy
setuptools: setuptools distribute
pkg_resources: setuptools distribute
pip: pip
wheel: wheel
virtualenv: virtualenv
packaging: packaging
platformdirs: platformdirs
tomli: tomli
tqdm: tqdm
colorama: colorama
termcolor: termcolor
dateutil: python-dateutil
pytz: pytz
tzdata: tzdata
lxml: lxml
bs4: beautifulsoup4
html5lib: html5lib
scrapy: scrapy
selenium: selenium
playwright: playwright
paramiko: paramiko
fabric: fabric fabric3
psutil: psutil
docker: docker docker-py
kubernetes: kubernetes
grpc: grpcio
simplejson: simplejson
ujson: ujson
orjson: orjson
msgpack: msgpack
websocket: websocket-client
websockets: websockets
telegram: python-telegram-bot
discord: discord py-cord
dotenv: python-dotenv dotenv
slugify: slugify
git: gitpython
github: pygithub
gitlab: python-gitlab
serial: pyserial
usb: pyusb
socks: pysocks
zmq: pyzmq
cffi: cffi
_cffi_backend: cffi
pycparser: pycparser
win32api: pywin32 pypiwin32
IPython: ipython
jupyter_core: jupyter-core
notebook: notebook
ansible: ansible ansible-core ansible-base
web3: web3
eth_account: eth-account
solana: solana
binance: python-binance
ccxt: ccxt
"""

STDLIB = frozenset(_STDLIB_TEXT.split())
REMOVED = frozenset(_REMOVED_TEXT.split())
BACKPORTS = frozenset(_BACKPORTS_TEXT.split())
OWNED: dict[str, frozenset[str]] = {
    module: frozenset(owners.split())
    for module, _, owners in (line.partition(":") for line in _OWNED_TEXT.strip().splitlines())
}
