"""/docs: the API to read and to try, from files shipped with the package."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>okr-ingest: the API</title>
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/swagger/swagger-ui.css">
<script src="/static/swagger/swagger-ui-bundle.js" defer></script>
<script src="/static/swagger/start.js" defer></script>
</head>
<body><div id="docs"><p><a href="/openapi.json">openapi.json</a></p></div></body>
</html>
"""


@router.get("/docs", response_class=HTMLResponse)
def docs() -> str:
    """Swagger UI (Apache-2.0, its licence lies beside it)."""
    return PAGE
