"""What Customhouse catches and what it lets pass, measured: replicas of incidents, and real upgrades.

`run.py` is what `make eval` runs. `replicas/` has the incidents; `projects/` ordinary projects, each locked at two
states, and what locks them. `upgrades.py` lists what moves between two locks, `judging.py` sends it through the
pipeline as of its publication (`as_of.py`) with what registries said kept on disk (`kept.py`), `measuring.py` asks what
reading costs us and GuardDog, and `figures.py` and `page.py` make docs/evaluation.md of it.
"""
