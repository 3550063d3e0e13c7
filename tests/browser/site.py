"""A served demo for the browser: with its own words, and started again where a test breaks it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page

from tests.face.conftest import TOKEN, Served, Terminal, free_port, listen_at, serve

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
AXE = ROOT / "build/axe/node_modules/axe-core/axe.min.js"
SHOTS = ROOT / "build/screenshots"
MARKUP = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>&amp;"
RIGHT_TO_LEFT = "زيادة عدد المتحدثين \u202e20% more"
HOSTILE = f"""
  - id: hostile
    title: '{MARKUP.replace("'", "''")}'
    period: {{period}}
    key_results:
      - id: markup
        title: '{MARKUP.replace("'", "''")} {"long" * 60}'
        customer: '"><svg onload=alert(1)>{"word" * 40}'
        value: notebook.mentions
        target: 5
        unit: '</small><b>'
      - id: arabic
        title: '{RIGHT_TO_LEFT}'
        customer: 'منظمو المؤتمرات'
        value: notebook.mentions
        target: 50
      - id: huge
        title: More people than there are
        customer: everybody
        value: linkedin.connections * 10000000000
        target: +20%
      - id: tiny
        title: A share that hardly anybody sees
        customer: hardly anybody
        value: linkedin.connections / 100000000
        target: +20%

tactics:
"""


@dataclass
class Site:
    served: Served
    port: int

    @property
    def url(self) -> str:
        return self.served.url

    def again(self) -> None:
        """Started again, at the same place."""
        self.served = serve(self.served.home, self.port)

    def log_in(self, page: Page) -> None:
        page.goto(f"{self.url}/login")
        page.fill("#token", TOKEN)
        page.click("main button")
        page.wait_for_url(f"{self.url}/")

    def record(self, value: float, key: str) -> None:
        """An event of an hour ago, sent as a program does. One of this minute counts from the next on."""
        at = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
        with self.served.client() as client:
            items = [{"signal": "notebook.mentions", "value": value, "key": key, "observed_at": at}]
            assert client.post("/api/v1/measurements", json=items).status_code == 200


def written(home: Path, more: str = "") -> Path:
    """A demo in a folder; it is pulled when it is served."""
    terminal = Terminal(home)
    terminal.good("init", "--demo", ".")
    text = (home / "okr.yaml").read_text()
    period = next(line.split("period:")[1].split("#")[0].strip() for line in text.splitlines() if "period: 2" in line)
    text = text.replace("      mentions:\n", "      mentions:\n        max_step: 500\n", 1)
    if more:
        text = text.replace("\ntactics:\n", more.replace("{period}", period), 1)
    (home / "okr.yaml").write_text(text)
    return home


def started(home: Path) -> Site:
    """Served at a free port."""
    port = free_port()
    listen_at(home, port)
    return Site(serve(home, port), port)
