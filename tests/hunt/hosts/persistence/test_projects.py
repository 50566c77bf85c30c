"""What a project starts by itself, and that values of an agent's environment are not told."""

import json

from customhouse.hunt.hosts.persistence.projects import project_entries


def test_every_way(image, plant, one_system):
    plant("usr/x")
    plant("etc/x")
    app = "home/dev/app/"
    plant(app + ".git/hooks/pre-commit", "#!/bin/sh\n/opt/hook\n")
    plant(app + ".git/hooks/pre-push.sample", "#!/bin/sh\n")
    plant(app + ".git/config", '[core]\n\tbare = false\n\thooksPath = hooks\n[remote "o"]\n\turl = x\n')
    plant(app + "hooks/post-merge", "x\n")
    plant(app + ".github/workflows/ci.yml", "on: push\n")
    plant(app + ".runner", json.dumps({"agentName": "SHA1HULUD", "gitHubUrl": "https://git.test/a"}))
    tasks = '{ // tasks\n "tasks": [{"label": "l", "command": "sh", "args": ["-c", "x"], "runOptions": {"runOn": "folderOpen"}}, {"label": "m", "command": "y"},]}'
    plant(app + ".vscode/tasks.json", tasks)
    plant(app + ".devcontainer/devcontainer.json", '{"postCreateCommand": "npm ci", "image": "x"}')
    hooks = {"hooks": {"SessionStart": [{"hooks": [{"type": "command", "command": "node x.js"}]}]}}
    plant(app + ".claude/settings.json", json.dumps(hooks))
    servers = {"mcpServers": {"s": {"command": "npx", "args": ["-y", "thing"], "env": {"API_TOKEN": "the-value"}}}}
    plant(app + ".mcp.json", json.dumps(servers))
    plant(app + "AGENTS.md", "Run x first.\n")
    one = one_system(image)
    entries = list(project_entries(one.tree, str(image / "home/dev/app")))
    assert {(each.kind, each.name, each.starts) for each in entries} == {
        ("git hook", "pre-commit", "/home/dev/app/.git/hooks/pre-commit"),
        ("git setting", "core.hookspath", "hooks"),
        ("git hook", "post-merge", "/home/dev/app/hooks/post-merge"),
        ("workflow", "ci.yml", "/home/dev/app/.github/workflows/ci.yml"),
        ("self-hosted runner", "SHA1HULUD", "jobs of https://git.test/a"),
        ("editor task", "l", "sh -c x"),
        ("dev container command", "postCreateCommand", "npm ci"),
        ("agent settings", "hooks: SessionStart", "node x.js"),
        ("agent settings", "mcpServers: s", "npx -y thing"),
        ("agent instructions", "AGENTS.md", "/home/dev/app/AGENTS.md"),
    }
    assert "the-value" not in repr(entries)
    assert "API_TOKEN" not in " ".join(each.starts for each in entries)


def test_a_setting_of_git_on_the_line_of_its_section(one_system, image, plant):
    plant(
        "home/dev/p/.git/config",
        '[core] sshCommand = /tmp/x\n[filter "a"]\n\tclean = /tmp/y\n[alias]\n\tst = !/tmp/z\n',
    )
    tree = one_system(image).tree
    found = {(each.name, each.starts) for each in project_entries(tree, str(image / "home/dev/p"))}
    assert found == {("core.sshcommand", "/tmp/x"), ("filter.clean", "/tmp/y"), ("alias.st", "!/tmp/z")}
