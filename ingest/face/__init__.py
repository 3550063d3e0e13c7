"""The faces: terminal, page, API, /metrics. Each shows the one scorecard."""
