"""Files that are made to hurt: clear problems with their places, exit code 2, within bounds of time and memory."""

import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

MIB = 2**20
SECONDS, MEMORY = 20, 1024 * MIB
"""What `okr check` may take of the processor and of memory; it needs a small part of it."""
PLACE = re.compile(r"okr\.yaml:\d+:\d+: \S.*")
HTTP = "sources:\n  e:\n    connector: http_json\n    url: https://api.example.com/\n    signals: {x: {value: "
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)

FILES: dict[str, bytes] = {
    "5 MB of comment": b"# " + b"x" * 5_000_000,
    "5 MB of sources": b"sources:\n" + b"".join(b"  s%d: {connector: manual}\n" % n for n in range(170_000)),
    "a bomb of aliases": BOMB.encode(),
    "aliases of a long text": b"a: &a '%s'\nb: [%s]" % (b"x" * 500_000, b",".join([b"*a"] * 90_000)),
    "aliases of a long default": b"a: &a '${A:-%s}'\nb: [%s]" % (b"x" * 500_000, b",".join([b"*a"] * 90_000)),
    "a file named often": b"mission: '%s'" % (b"${file:okr.long}" * 60_000),
    "an alias of itself": b"a: &a\n  b: *a\n",
    "brackets": b"[" * 1_000_000,
    "braces": b"a: " + b"{" * 1_000_000,
    "brackets, then a reference": b"a: " + b"[" * 40 + b"a[" * 400_000 + b"${",
    "dashes": b"- " * 500_000,
    "question marks": b"? " * 500_000,
    "a key of 1 MB": b"? " + b"x" * 1_000_000 + b"\n: 1\n",
    "a reference of 1 MB": b"mission: ${" + b"A" * 1_000_000 + b"}",
    "a quote without end": b'a: "' + b"\\x41" * 250_000,
    "one key again and again": b"a: 1\n" * 200_000,
    "a list of nothing": b"objectives: [" + b"a," * 500_000 + b"]",
    "unknown connectors": b"sources:\n" + b"".join(b"  s%d: {connector: c%d}\n" % (n, n) for n in range(25_000)),
    "a deep expression": f"{HTTP}'{'[' * 900_000}'}}}}".encode(),
    "a long expression": f"{HTTP}'{'a.' * 400_000}a'}}}}".encode(),
    "escaped control characters": b'mission: "\\0 \\e[31m"',
    "tabs": b"sources:\n\ta:\n\t\tconnector: manual\n",
    "NUL bytes": b"mission: a\0b\n" + bytes(1000),
    "Latin-1": b"mission: Z\xfcrich\n",
    "UTF-16": "mission: a\n".encode("utf-16"),
    "a tag": b"mission: !!python/object/apply:os.system [id]\n",
    "merged keys": b"sources:\n  a: &a {connector: manual}\n  b:\n    <<: *a\n",
    "a list": b"- a\n",
    "a word": b"hello\n",
    "nothing, said": b"~\n",
}


def bounded() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_with_its_places_and_within_bounds(tmp_path: Path, name: str) -> None:
    (tmp_path / "okr.yaml").write_bytes(FILES[name])
    (tmp_path / "okr.long").write_text("x" * 60_000)
    done = subprocess.run(
        [sys.executable, "-m", "ingest", "-c", "okr.yaml", "check"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        preexec_fn=bounded,
        check=False,
    )
    *told, last = done.stderr.decode().splitlines()
    assert (done.returncode, done.stdout) == (2, b""), done.stderr[:2000]
    assert last.endswith("nothing was started or written")
    assert 1 <= len(told) <= 1_001
    for line in told:
        assert PLACE.fullmatch(line) or (line == "…" and line is told[-1])
        assert line.isprintable()
        assert len(line) <= 1_300
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith("okr.")] == []
