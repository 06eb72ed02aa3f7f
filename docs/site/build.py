"""Builds the site into a folder: `python docs/site/build.py site`. Open site/index.html; it asks for nothing.

The pages are those of the repository, in the places in which they stand there, so that every link between
them is one of the site, too. Any warning, such as of a link to nowhere, is a failure. Built twice, it is the
same to the last byte.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import commands
import tutorials

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
AT_THE_ROOT = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")


def gather(folder: Path) -> None:
    """Put all pages into a folder, where the repository has them, and the first page at its root."""
    for name in AT_THE_ROOT:
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(
        ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("site", "*.py", "__pycache__")
    )
    shutil.copy(HERE / "index.md", folder / "index.md")
    page = tutorials.kept(HERE / "commands.py", commands.page)
    (folder / "docs" / "commands.md").write_text(page, "utf-8")
    for source in sorted((ROOT / "docs" / "tutorials").glob("*.py")):
        page, notebook = tutorials.tutorial(source)
        (folder / "docs" / "tutorials" / f"{source.stem}.md").write_text(page, "utf-8")
        (folder / "docs" / "tutorials" / f"{source.stem}.ipynb").write_text(notebook, "utf-8")
    for linked in ("scenarios", "callsim/sim/engines"):  # files that pages link to
        shutil.copytree(ROOT / linked, folder / linked, ignore=shutil.ignore_patterns("__pycache__"))


def build(out: Path) -> int:
    """Build the site. Returns 0, or what Sphinx ends with where a page has a mistake, which it prints."""
    from sphinx.cmd.build import main

    with tempfile.TemporaryDirectory() as name:
        source, kept = Path(name) / "pages", Path(name) / "doctrees"
        source.mkdir()
        gather(source)
        words = [
            "-q",
            "-W",
            "--keep-going",
            "-b",
            "html",
            "-c",
            str(HERE),
            "-d",
            str(kept),
            str(source),
            str(out),
        ]
        failed = int(main(words))
    for left in (".buildinfo", ".buildinfo.bak"):
        (out / left).unlink(missing_ok=True)
    return failed


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(build(Path(sys.argv[1]).resolve()))
