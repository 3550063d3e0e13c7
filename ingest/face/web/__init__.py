"""The web: page, JSON API, /metrics and health, over a running service."""
