"""Take a process's rights away, piece by piece, and say which pieces could not be taken.

Resource limits work on every Unix. Namespaces, Landlock and a change of user depend on the system and on who runs
this; each is tried, and what took hold is returned. Nothing here is a wall against somebody who looks for a hole in the
kernel.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import sys
from contextlib import suppress

__all__ = ["MEMORY", "drop_rights", "not_prevented"]

MEMORY = 2 * 2**30
"""Bytes that the code may take beyond what the process already has."""

NOBODY = 65534
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
LANDLOCK_CREATE, LANDLOCK_RESTRICT = 444, 446
NO_NEW_PRIVS, DIE_WITH_PARENT = 38, 1
LANDLOCK_ALL = 0x1FFF  # every right on files that the first version of Landlock knows


def drop_rights(seconds: float, empty: str, keep: int) -> list[str]:  # pragma: no cover  runs in the child
    """Limit this process for good.

    Args:
        seconds: of processor time.
        empty: an empty folder, to be all that it sees of the disk.
        keep: the one open file that it keeps.

    Returns:
        What took hold: "memory", "new files", "paths", "network", "processes".
    """
    import resource

    held: list[str] = []
    with open("/dev/null", "r+b") as nothing:
        for standard in (0, 1, 2):
            os.dup2(nothing.fileno(), standard)
    os.closerange(3, keep)
    os.closerange(keep + 1, 4096)
    if _landlock():
        held.append("paths")
    # Root can leave the disk's tree at once, and must not stay root; others get that right in a namespace of their own.
    away = _leave_tree(empty)
    if _no_longer_root():
        held.append("processes")
    if _libc("unshare", CLONE_NEWUSER | CLONE_NEWNET):
        held.append("network")
    if away or _leave_tree(empty):
        held.append("paths")
    limits = {"RLIMIT_CPU": int(seconds) + 1, "RLIMIT_FSIZE": 0, "RLIMIT_CORE": 0}
    if os.path.exists("/proc/self/statm") or sys.platform.startswith("linux"):
        limits["RLIMIT_AS"] = _taken + MEMORY if _taken else 8 * 2**30
    limits |= {"RLIMIT_NPROC": 0, "RLIMIT_NOFILE": 0}
    for name, most in limits.items():
        with suppress(OSError, ValueError, AttributeError):
            resource.setrlimit(getattr(resource, name), (most, most))
            held += {"RLIMIT_AS": ["memory"], "RLIMIT_NOFILE": ["new files", "network"]}.get(name, [])
    _libc("prctl", DIE_WITH_PARENT, signal.SIGKILL)
    return held


_taken = 0


def note_memory() -> None:
    """Note what this process takes now; the limit stands above it."""
    global _taken
    with suppress(OSError, ValueError), open("/proc/self/statm", encoding="ascii") as file:
        _taken = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def not_prevented(held: list[str]) -> list[str]:
    """What the code that was run could have done nevertheless, one line each."""
    lines = []
    if "memory" not in held:
        lines.append("memory: this system sets no limit to it")
    if "new files" not in held:
        lines.append("files: it could open files that you can open")
    if "paths" not in held:
        lines.append("files: it could delete or rename files of yours, though not read or write any")
    if "network" not in held:
        lines.append("network: it could reach what this machine reaches")
    if "processes" not in held:
        lines.append("processes: it could send signals to programs of yours, this one included")
    lines.append(
        "deception: code that looks for the right answer in its own process can find it; read what got full marks"
    )
    return lines


def _leave_tree(empty: str) -> bool:  # pragma: no cover  runs in the child
    try:
        os.chroot(empty)
        os.chdir("/")
    except OSError:
        return False
    return True


def _no_longer_root() -> bool:  # pragma: no cover  runs in the child
    """Become nobody where this is root, who could lift every limit. A user keeps the right to signal its own."""
    if os.geteuid() != 0:
        return False
    try:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    except OSError:
        return False
    return True


def _landlock() -> bool:  # pragma: no cover  runs in the child
    """No right on any file or folder (Linux 5.13 and newer)."""
    if not sys.platform.startswith("linux"):
        return False
    attributes = ctypes.create_string_buffer(struct.pack("=Q", LANDLOCK_ALL))
    libc = ctypes.CDLL(None, use_errno=True)
    rules = libc.syscall(LANDLOCK_CREATE, attributes, ctypes.c_size_t(8), ctypes.c_uint(0))
    if rules < 0:
        return False
    done = libc.prctl(NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    done = done and libc.syscall(LANDLOCK_RESTRICT, ctypes.c_int(rules), ctypes.c_uint(0)) == 0
    os.close(rules)
    return done


def _libc(name: str, *arguments: int) -> bool:  # pragma: no cover  runs in the child
    try:
        return getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments) == 0
    except (OSError, AttributeError):
        return False
