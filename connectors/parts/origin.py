"""Where the API of a server begins. Pure."""


def beneath(url: str, *steps: str) -> str:
    """The address of an API that lies at `steps` beneath `url`, without a slash at its end.

    Vendors call both a base, `https://api.example.com` and `https://api.example.com/v2`: where `url` ends with the
    first steps already, or with all of them, they are not taken twice.
    """
    start = url.strip().rstrip("/")
    for number in range(len(steps), 0, -1):
        written = "/".join(steps[:number])
        if start.endswith(f"/{written}") and not start.endswith(f"//{written}"):  # a host may be called so: http://api
            start = start[: -len(written) - 1]
            break
    return "/".join((start, *steps))
