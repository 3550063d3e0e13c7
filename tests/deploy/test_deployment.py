"""What is in deploy/ for containers, systemd and Kubernetes, checked by what can check it without an engine."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
KUBERNETES = DEPLOY / "kubernetes"
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
BUILT_IN = ["namespace", "deployment", "service", "volume", "network"]


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)


def test_the_image_is_built_of_what_the_wheel_needs() -> None:
    assert PROJECT["name"].replace("-", "_") + "-*.whl" in DOCKERFILE
    copied = set(re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE))
    names = {name for line in copied for name in line.split()}
    assert names == {"pyproject.toml", PROJECT["readme"], *PROJECT["license-files"], "ingest", "connectors"}
    assert all((ROOT / name).exists() for name in names)
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert sent == names
    extras = re.search(r"\[([a-z,]+)\]", DOCKERFILE)
    assert extras is not None
    assert set(extras[1].split(",")) == set(PROJECT["optional-dependencies"]) - {"dev"}


def test_the_image_has_a_python_that_the_project_names_and_runs_its_command() -> None:
    versions = set(re.findall(r"^FROM python:([\d.]+)-slim", DOCKERFILE, re.MULTILINE))
    assert len(versions) == 1
    assert f"Programming Language :: Python :: {versions.pop()}" in PROJECT["classifiers"]
    command = re.search(r'^ENTRYPOINT \["(\w+)"\]$', DOCKERFILE, re.MULTILINE)
    assert command is not None
    assert command[1] in PROJECT["scripts"]
    assert DOCKERFILE.rindex("USER 10001") > DOCKERFILE.rindex("RUN ")


def test_the_health_check_is_python() -> None:
    code = re.search(r'^HEALTHCHECK [^"]*CMD \["python", "-c", "([^"]+)"\]$', DOCKERFILE, re.MULTILINE)
    assert code is not None
    compile(code[1], "health check", "exec")
    done = run(sys.executable, "-c", code[1].replace(":8321", ":9"))
    assert done.returncode == 1
    assert "URLError" in done.stderr


@pytest.mark.parametrize("folder", [DEPLOY, KUBERNETES], ids=["compose", "kubernetes"])
def test_the_configuration_to_start_from_can_be_used(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("a made-up token")
    text = (folder / "okr.yaml").read_text()
    assert "${file:/run/secrets/okr-token}" in text
    (tmp_path / "okr.yaml").write_text(text.replace("/run/secrets/okr-token", str(tmp_path / "token")))
    done = run(sys.executable, "-m", "ingest", "-c", tmp_path / "okr.yaml", "check")
    assert done.returncode == 0, done.stderr


def test_compose_reads_its_file() -> None:
    program = shutil.which("docker-compose")
    if program is None:
        pytest.skip("docker-compose is not installed")
    done = run(program, "-f", DEPLOY / "compose.yaml", "config", "--quiet")
    assert done.returncode == 0, done.stderr


def test_compose_mounts_what_is_there() -> None:
    services = read(DEPLOY / "compose.yaml")["services"]
    mounts = [mount for service in services.values() for mount in service["volumes"] if mount.startswith("./")]
    assert len(mounts) == 5
    assert all((DEPLOY / mount.split(":")[0]).exists() for mount in mounts)
    assert services["okr"]["read_only"] is True


def test_systemd_accepts_the_unit_and_finds_it_hardened(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed")
    # It wants the program to be there: any will do.
    unit = tmp_path / "okr.service"
    unit.write_text((DEPLOY / "systemd" / "okr.service").read_text().replace("/opt/okr/bin/okr", "/bin/true"))
    done = run(program, "verify", "--man=no", unit)
    assert (done.returncode, done.stderr) == (0, "")
    done = run(program, "security", "--offline=true", "--threshold=20", unit)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", BUILT_IN)
def test_kubernetes_accepts_the_manifest(name: str) -> None:
    validate = pytest.importorskip("kubernetes_validate")
    validate.validate(read(KUBERNETES / f"{name}.yaml"), "1.32", strict=True)


def test_kustomize_names_every_manifest_and_files_that_are_kept_or_made_by_hand() -> None:
    names = read(KUBERNETES / "kustomization.yaml")
    there = {path.name for path in KUBERNETES.glob("*.yaml")} - {"kustomization.yaml", "okr.yaml"}
    assert set(names["resources"]) == there
    assert names["images"][0]["newTag"] == PROJECT["version"]


def test_one_replica_writes_and_only_where_it_may() -> None:
    deployment = read(KUBERNETES / "deployment.yaml")
    assert (deployment["spec"]["replicas"], deployment["spec"]["strategy"]["type"]) == (1, "Recreate")
    [container] = deployment["spec"]["template"]["spec"]["containers"]
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    monitor = read(KUBERNETES / "monitor.yaml")
    assert monitor["spec"]["selector"]["matchLabels"] == read(KUBERNETES / "service.yaml")["metadata"]["labels"]


def test_kustomize_puts_it_together(tmp_path: Path) -> None:
    program = shutil.which("kubectl")
    if program is None:
        pytest.skip("kubectl is not installed")
    folder = shutil.copytree(KUBERNETES, tmp_path / "kubernetes")
    (folder / "okr-token").write_text("a made-up token")
    done = run(program, "kustomize", folder)
    assert done.returncode == 0, done.stderr
    made = {one["kind"]: one for one in yaml.safe_load_all(done.stdout)}
    assert {one["metadata"].get("namespace", "okr") for one in made.values()} == {"okr"}
    pod = made["Deployment"]["spec"]["template"]["spec"]
    assert pod["containers"][0]["image"] == f"okr-ingest:{PROJECT['version']}"
    volumes = {one["name"]: one for one in pod["volumes"]}
    assert volumes["token"]["secret"]["secretName"] == made["Secret"]["metadata"]["name"]
    assert (
        made["ServiceMonitor"]["spec"]["endpoints"][0]["authorization"]["credentials"]["name"]
        == made["Secret"]["metadata"]["name"]
    )


def test_both_configurations_to_start_from_are_one() -> None:
    assert (DEPLOY / "okr.yaml").read_text() == (KUBERNETES / "okr.yaml").read_text()


def test_prometheus_accepts_what_compose_gives_it(tmp_path: Path) -> None:
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("promtool is not installed")
    for name in ("compose.prometheus.yml", "prometheus/okr.rules.yml"):
        shutil.copy(DEPLOY / name, tmp_path)
    done = run(program, "check", "config", "--syntax-only", tmp_path / "compose.prometheus.yml")
    assert done.returncode == 0, done.stderr
