"""Print the lowest version that pyproject.toml allows of each dependency."""

import re
import tomllib
from pathlib import Path

project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
extras = project["optional-dependencies"]
for requirement in project["dependencies"] + extras["cli"] + extras["test"]:
    name, version = re.match(r"([\w.-]+)(?:\[.*?])?>=([\w.]+)", requirement).groups()
    print(f"{name}=={version}")
