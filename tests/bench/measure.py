# SPDX-License-Identifier: ISC
"""Run a program and measure it from exec to exit.  The program is traced, so that
the clock starts when exec is done and the peak memory is read at the last moment;
what the fork of Python costs is in neither."""

import ctypes
import os
import select
import signal
import time
from dataclasses import dataclass

PTRACE_TRACEME, PTRACE_CONT, PTRACE_SETOPTIONS = 0, 7, 0x4200
OPTIONS = 0x40 | 0x100000       # TRACEEXIT, EXITKILL
EVENT_EXIT = signal.SIGTRAP | (6 << 8)
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long


@dataclass
class Cost:
    wall: float         # seconds from exec to exit
    cpu: float          # seconds, user and system
    peak: int           # KiB, VmHWM
    status: int         # exit status, or -1
    text: str           # what it printed


def ptrace(request, pid, data=0):
    if libc.ptrace(request, pid, None, data) < 0:
        raise OSError(ctypes.get_errno(), "ptrace")


def spawn(argv, out):
    """Fork and exec argv, stopped just after exec; its pid."""
    pid = os.fork()
    if pid == 0:
        try:
            os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
            os.dup2(out, 1)
            os.dup2(out, 2)
            ptrace(PTRACE_TRACEME, 0)
            os.execvp(argv[0], argv)
        finally:
            os._exit(127)
    _, status = os.waitpid(pid, 0)
    if not os.WIFSTOPPED(status):
        raise OSError(f"{argv[0]} does not start")
    ptrace(PTRACE_SETOPTIONS, pid, OPTIONS)
    return pid


def used(pid):
    with open(f"/proc/{pid}/schedstat") as f:
        return int(f.read().split()[0]) / 1e9


def peak(pid):
    with open(f"/proc/{pid}/status") as f:
        for line in f:
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0


def run(argv):
    """The cost of one run of argv."""
    r, w = os.pipe()
    os.set_inheritable(w, True)
    pid = spawn(argv, w)
    os.close(w)
    before, begin, high, text = used(pid), time.monotonic(), 0, b""
    ptrace(PTRACE_CONT, pid)
    while True:
        while select.select([r], [], [], 0)[0] and (part := os.read(r, 65536)):
            text += part
        got, status, usage = os.wait4(pid, os.WNOHANG)
        if not got:
            time.sleep(0.0002)
        elif not os.WIFSTOPPED(status):
            break
        elif status >> 8 == EVENT_EXIT:
            wall, high = time.monotonic() - begin, peak(pid)
            ptrace(PTRACE_CONT, pid)
        else:
            ptrace(PTRACE_CONT, pid, os.WSTOPSIG(status))
    while part := os.read(r, 65536):
        text += part
    os.close(r)
    cpu = usage.ru_utime + usage.ru_stime - before
    code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1
    return Cost(wall, cpu, high, code, text.decode(errors="replace"))


def first_packet(argv, sock):
    """Seconds from exec until a datagram arrives at sock, or None after 2 s."""
    null = os.open("/dev/null", os.O_WRONLY)
    pid = spawn(argv, null)
    os.close(null)
    begin = time.monotonic()
    ptrace(PTRACE_CONT, pid)
    sock.settimeout(2)
    try:
        sock.recv(4096)
        took = time.monotonic() - begin
    except OSError:
        took = None
    os.kill(pid, signal.SIGKILL)
    while True:
        _, status = os.waitpid(pid, 0)
        if not os.WIFSTOPPED(status):
            break
        ptrace(PTRACE_CONT, pid)
    sock.setblocking(False)
    try:
        while sock.recv(4096):
            pass
    except OSError:
        pass
    return took
