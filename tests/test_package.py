"""What the package promises as a whole: what it ships, what it says of itself, what importing it costs."""

import inspect
import re
import subprocess
import sys
import tomllib
from importlib import metadata, resources
from pathlib import Path

import pytest

import kinelift

ROOT = Path(__file__).parents[1]
HEAVY = ("torch", "mediapipe", "av", "cv2", "matplotlib")
LARGEST_FILE_MB = 20
PAGES = (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


def test_version_is_that_of_the_installed_metadata_and_of_the_project_file():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert kinelift.__version__ == metadata.version("kinelift") == project["version"]


def test_type_checkers_are_told_that_the_package_is_typed():
    assert resources.files("kinelift").joinpath("py.typed").is_file()


def test_licence_and_notice_are_shipped():
    files = {path.name for path in metadata.files("kinelift") or ()}
    assert {"LICENSE", "NOTICE"} <= files


@pytest.mark.parametrize("name", kinelift.__all__)
def test_every_public_name_exists_and_is_documented(name):
    value = getattr(kinelift, name)
    if inspect.isclass(value) or inspect.isfunction(value):
        assert _own_docstring(value), f"kinelift.{name} has no docstring"


@pytest.mark.parametrize("name", kinelift.__all__)
def test_every_public_name_stands_in_the_api_page(name):
    assert f"::: kinelift.{name}\n" in (ROOT / "docs" / "api.md").read_text("utf-8")


@pytest.mark.parametrize("name", [n for n in kinelift.__all__ if inspect.isclass(getattr(kinelift, n))])
def test_every_public_method_is_documented(name):
    for method, value in vars(getattr(kinelift, name)).items():
        documented = inspect.isfunction(value) or isinstance(value, property | classmethod | staticmethod)
        if documented and not method.startswith("_"):
            assert inspect.getdoc(value), f"kinelift.{name}.{method} has no docstring"


def test_importing_the_package_imports_nothing_heavy():
    script = f"import kinelift, sys; print(*[name for name in {HEAVY} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


def test_no_file_of_the_repository_is_large():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git clone: no telling which files are the repository's")
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    large = [str(path) for path in files if path.is_file() and path.stat().st_size > LARGEST_FILE_MB * 1e6]
    assert large == []


def test_library_and_docs_speak_of_no_folder_outside_the_repository():
    code = [path for path in (ROOT / "src").rglob("*") if path.suffix in {".py", ".md", ".json", ".html"}]
    for path in (*code, *PAGES, *(ROOT / "docs").rglob("*.py")):
        found = re.findall(rf"KINELIFT_SHARED|\.\./shared|{re.escape(str(ROOT))}", path.read_text("utf-8"))
        assert not found, f"{path.relative_to(ROOT)} mentions {found[0]}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page):
    for target in LINK.findall(page.read_text("utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.slow
def test_the_lines_of_the_readme_work_as_written(shared, mediapipe, tmp_path):
    lines = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert lines
    (tmp_path / "clip.mp4").symlink_to(shared / "video" / "park.mp4")
    run = subprocess.run(
        [sys.executable, "-c", lines[1]], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


def _own_docstring(value: object) -> str:
    """Return a docstring that somebody wrote: dataclasses without one get their signature."""
    text = vars(value).get("__doc__") or "" if inspect.isclass(value) else inspect.getdoc(value) or ""
    return "" if text.startswith(f"{getattr(value, '__name__', '')}(") else text
