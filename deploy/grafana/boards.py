"""The dashboards: what each of them asks Prometheus, and how it is shown.

They need the metrics alone, no recording rule. `python -m deploy.grafana` (or `make docs`) writes them as JSON.
"""

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from deploy.grafana.key_result import key_result
from deploy.grafana.objectives import objectives
from deploy.grafana.sources import sources


def boards() -> dict[str, str]:
    """The JSON of each dashboard by the name of its file."""
    encoder = JSONEncoder(sort_keys=True, indent=2, ensure_ascii=False)
    return {f"{board.uid}.json": encoder.encode(board) + "\n" for board in (objectives(), key_result(), sources())}
