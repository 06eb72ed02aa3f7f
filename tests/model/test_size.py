"""The memory that a process may use: the machine's, or what its control groups allow."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from callsim.model.size import machine_memory

MACHINE = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def system(root: Path, own: str, **limits: str) -> str:
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/self/cgroup").write_text(own)
    for name, limit in limits.items():
        path = root / "sys/fs/cgroup" / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(limit)
    return str(root)


@pytest.mark.parametrize(
    ("own", "limits", "allowed"),
    [
        ("0::/\n", {"memory.max": "1000000\n"}, 1_000_000),
        ("0::/a/b\n", {"a/b/memory.max": "max\n", "a/memory.max": "2000000\n"}, 2_000_000),
        ("0::/a/b\n", {"a/b/memory.max": "5000\n", "a/memory.max": "2000000\n"}, 5_000),
        ("4:memory:/c\n3:cpu:/\n", {"memory/c/memory.limit_in_bytes": "7000\n"}, 7_000),
        ("4:cpu,memory:/c\n", {"memory/memory.limit_in_bytes": "9000\n"}, 9_000),
        ("4:memory:/\n", {"memory/memory.limit_in_bytes": "9223372036854771712\n"}, MACHINE),
        ("0::/\n", {"memory.max": "max\n"}, MACHINE),
        ("0::/\n", {"memory.max": "nonsense\n"}, MACHINE),
        ("0::/\n", {}, MACHINE),
        ("garbage\n\n::\n", {"memory.max": "12\n"}, MACHINE),
        ("", {"memory.max": "12\n"}, MACHINE),
    ],
)
def test_the_limit_of_a_container_is_heeded(
    tmp_path: Path, own: str, limits: dict[str, str], allowed: int
) -> None:
    assert machine_memory(system(tmp_path, own, **limits)) == allowed


def test_where_nothing_says_it_is_the_machine(tmp_path: Path) -> None:
    assert machine_memory(str(tmp_path)) == MACHINE
