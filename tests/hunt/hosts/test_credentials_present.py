"""Credentials are told by path and by name; no value is."""

import msgspec

from customhouse.hunt.hosts.credential_kinds import is_credential_name
from customhouse.hunt.hosts.credentials_present import credentials_present


def test_files_and_names_without_values(image, plant):
    secret = "the-value-nobody-may-see"  # noqa: S105 - inert
    plant("etc/hostname", "x\n")
    plant("usr/x")
    plant("etc/environment", f"PATH=/bin\nDEPLOY_TOKEN={secret}\n")
    home = "home/dev/"
    plant(home + ".npmrc", f"//registry.example/:_authToken={secret}\nsave-exact=true\n")
    plant(home + "other/.npmrc", "save-exact=true\n")
    plant(home + ".pypirc", secret)
    plant(home + ".aws/credentials", secret)
    plant(home + ".aws/sso/cache/a.json", secret)
    plant(home + ".ssh/id_ed25519", secret)
    plant(home + ".ssh/id_ed25519.pub", "public")
    plant(home + ".ssh/known_hosts", "x")
    plant(home + ".bashrc", f"export OPENAI_API_KEY={secret}\nexport EDITOR=vi\n# GITHUB_TOKEN=x\n")
    plant(home + "app/.env", f"DATABASE_URL={secret}\nexport DEBUG=1\n")
    plant(home + "app/.env.example", "DATABASE_URL=\n")
    plant(home + "app/node_modules/x/.env", "A=1\n")
    plant(home + "infra/prod.tfvars", secret)
    plant(home + ".mozilla/firefox/abc.default/logins.json", "{}")
    found = credentials_present(image)
    assert secret not in repr(found)
    assert msgspec.json.encode(found)
    told = {(each.kind, each.path.removeprefix(str(image) + "/"), each.names) for each in found}
    assert told == {
        ("environment", "etc/environment", ("DEPLOY_TOKEN",)),
        ("npm-token", home + ".npmrc", ("_authToken",)),
        ("pypi-token", home + ".pypirc", ()),
        ("aws", home + ".aws/credentials", ()),
        ("aws", home + ".aws/sso/cache/a.json", ()),
        ("ssh", home + ".ssh/id_ed25519", ()),
        ("environment", home + ".bashrc", ("OPENAI_API_KEY",)),
        ("env-files", home + "app/.env", ("DATABASE_URL", "DEBUG")),
        ("terraform", home + "infra/prod.tfvars", ()),
        ("browser", home + ".mozilla/firefox/abc.default/logins.json", ()),
    }
    assert {each.user for each in found} == {"", "dev"}


def test_names_that_hold_credentials():
    yes = "NPM_TOKEN GITHUB_TOKEN AWS_SECRET_ACCESS_KEY AZURE_CLIENT_ID VAULT_TOKEN KUBECONFIG OPENAI_API_KEY ACTIONS_ID_TOKEN_REQUEST_TOKEN DB_PASSWORD GOOGLE_APPLICATION_CREDENTIALS"
    no = "PATH HOME PWD EDITOR KEYBOARD MONKEY LANG AWS_REGION TOKENIZERS_PARALLELISM"
    assert all(map(is_credential_name, yes.split()))
    assert not any(map(is_credential_name, no.split()))
