"""Where an API begins, below the address that a user writes. Pure."""


def rooted(url: str, path: str) -> str:
    """`url` with the API's own `path` behind it, which a user may have written already: vendors' pages show both."""
    address = url.rstrip("/")
    is_there = address.endswith(path) and not address.endswith(f"/{path}")  # a host may be called so: http://api
    return address if is_there else f"{address}{path}"
