"""Write the dashboards: `python -m deploy.grafana` in the clone, with the development dependencies."""

import sys
from pathlib import Path

from deploy.grafana.boards import boards

FOLDER = Path(__file__).parent / "dashboards"

if __name__ == "__main__":
    for file, text in boards().items():
        (FOLDER / file).write_text(text, encoding="utf-8")
        sys.stdout.write(f"wrote {file}\n")
