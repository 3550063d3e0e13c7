"""A demo that is served and scraped by a real Prometheus, with the configuration that we ship in a hurry."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from tests.face.conftest import TOKEN, Served, Terminal, free_port, listen_at, serve

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
CONNECTORS = '''\
"""Two sources that the demo lacks: one whose credential ends soon, and one that nobody lets in."""

from collections.abc import AsyncIterator
from datetime import timedelta

from ingest.connector import Ask, Connector, Expiry, Reading, Refused, hours, level


class Ending(Connector):
    """A number, and the end of a credential."""

    every = hours(1)
    signals = {"stars": level("stars", "how many")}

    async def pull(self, ask: Ask) -> AsyncIterator[Reading | Expiry]:
        yield Reading("stars", 12)
        yield Expiry(ask.now + timedelta(days=5))


class Closed(Connector):
    """It lets nobody in."""

    every = hours(1)
    signals = {"members": level("people", "how many")}

    async def pull(self, ask: Ask) -> AsyncIterator[Reading]:
        raise Refused("the key was refused", cure="make a new key")
        yield Reading("members", 0)
'''
SOURCES = """\
sources:
  code:
    connector: ./sources.py:Ending
  club:
    connector: ./sources.py:Closed
"""


@contextmanager
def served_demo(home: Path) -> Iterator[Served]:
    """The demo and the two sources, all of them pulled."""
    home.mkdir()
    Terminal(home).good("init", "--demo", ".")
    (home / "sources.py").write_text(CONNECTORS)
    text = (home / "okr.yaml").read_text()
    (home / "okr.yaml").write_text(text.replace("sources:\n", SOURCES, 1))
    port = free_port()
    listen_at(home, port)
    Terminal(home).run("pull")  # fails for the one that is closed
    running = serve(home, port)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.stop()


def hurried_prometheus(folder: Path, served: Served, alertmanager: str | None = None) -> None:
    """The shipped `prometheus.yml` and rules into a folder, in a hurry: nothing waits for days.

    Changed are the addresses, the intervals, and `for`, which is 3 seconds; expressions, labels and texts are not.
    Without an Alertmanager there are no rules.
    """
    shipped = read("prometheus", "prometheus.yml")
    shipped["global"] = {"evaluation_interval": "1s"}
    [scrape] = shipped["scrape_configs"]
    scrape["scrape_interval"] = "2s"
    scrape["authorization"] = {"credentials": TOKEN}
    scrape["static_configs"] = [{"targets": [served.url.removeprefix("http://")]}]
    if alertmanager is None:
        del shipped["alerting"], shipped["rule_files"]
    else:
        shipped["global"]["external_labels"] = {"okr_url": served.url}
        [told] = shipped["alerting"]["alertmanagers"]
        told["static_configs"] = [{"targets": [alertmanager.removeprefix("http://")]}]
        [name] = shipped["rule_files"]
        rules = read("prometheus", name)
        for group in rules["groups"]:
            group["interval"] = "1s"
            for rule in group["rules"]:
                if "for" in rule:
                    rule["for"] = "3s"
        write(folder / name, rules)
    write(folder / "prometheus.yml", shipped)


def hurried_alertmanager(folder: Path, receiver: str) -> None:
    """The shipped `alertmanager.yml` into a folder: it waits for nothing and tells this address."""
    shipped = read("prometheus", "alertmanager.yml")
    shipped["route"] |= {"group_wait": "0s", "group_interval": "1s"}
    [everybody] = shipped["receivers"]
    everybody["webhook_configs"] = [{"url": receiver}]
    write(folder / "alertmanager.yml", shipped)


def read(*path: str) -> Any:
    """A YAML file of `deploy/`."""
    return yaml.safe_load(DEPLOY.joinpath(*path).read_text())


def write(path: Path, content: Any) -> None:
    path.write_text(yaml.safe_dump(content, sort_keys=False))
