"""Git repositories made for a test: a project committed, and changed in the working tree."""

import os
import subprocess


class Repository:
    """A real git repository in a folder, untouched by the configuration of whoever runs the tests."""

    def __init__(self, folder, branch="main"):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", f"--initial-branch={branch}", ".")

    def git(self, *arguments, check=True):
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder.parent),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "someone",
            "GIT_AUTHOR_EMAIL": "someone@registry.example",
            "GIT_COMMITTER_NAME": "someone",
            "GIT_COMMITTER_EMAIL": "someone@registry.example",
        }
        finished = subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=check,
        )
        return finished.stdout.strip()

    def commit(self, message="a change"):
        self.git("add", "--all", "--force")
        self.git("commit", "--quiet", "--allow-empty", f"--message={message}")
        return self.git("rev-parse", "HEAD")
