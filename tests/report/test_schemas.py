import runpy
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "schemas"


def test_published_schemas_are_up_to_date():
    generated = dict(runpy.run_path(str(FOLDER / "generate.py"))["schemas"]())
    published = {path.name: path.read_text() for path in FOLDER.glob("*.json")}
    assert published == generated
