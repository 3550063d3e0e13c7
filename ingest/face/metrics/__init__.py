"""/metrics: the scores and the service's own health as Prometheus reads them."""
