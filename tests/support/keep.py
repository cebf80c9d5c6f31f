#!/usr/bin/env python3
"""keep.py SECONDS OUT ERR -- COMMAND...: runs one test and sees what it leaves behind.

Becomes the reaper of every process the test starts, however it was detached, so that none can
hide: what still lives half a second after the test's end is killed and named. Prints one line,
"STATUS SECONDS LEFT": the exit status (124: out of time, 128+n: killed by signal n), the seconds of
a processor that it took with all that it started, and what was left, "-" for nothing. The test has /dev/null as standard input and a process group of its own.
"""
import ctypes
import os
import resource
import signal
import sys
import time

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
GRACE_S = 0.5


def stat_of(pid):
    """(name, state, parent) of a process, None if it is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as f:
            text = f.read()
    except OSError:
        return None
    rest = text[text.rindex(")") + 2:].split()
    return text[text.index("(") + 1:text.rindex(")")], rest[0], int(rest[1])


def marked(pid, marker):
    try:
        with open(f"/proc/{pid}/environ", "rb") as f:
            return marker in f.read().split(b"\0")
    except OSError:
        return False


def left_behind(marker):
    """{pid: name} of the living descendants and of every process with the test's marker."""
    seen = {int(p): stat_of(p) for p in os.listdir("/proc") if p.isdigit()}
    seen = {p: s for p, s in seen.items() if s is not None and s[1] not in "ZX"}
    ours = {os.getpid()}
    while True:
        more = {p for p, s in seen.items() if s[2] in ours} - ours
        if not more:
            break
        ours |= more
    ours |= {p for p in seen if marker is not None and marked(p, marker)}
    ours.discard(os.getpid())
    return {p: seen[p][0] for p in ours}


def reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
    except ChildProcessError:
        pass


def clear_away(marker):
    """Waits a moment for what is already ending; kills and names the rest."""
    until = time.monotonic() + GRACE_S
    while True:
        reap()
        left = left_behind(marker)
        if not left or time.monotonic() > until:
            break
        time.sleep(0.02)
    names = sorted(set(left.values()))
    while left:
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.02)
        reap()
        left = left_behind(marker)
    return names


class Ended(Exception):
    pass


def stop(signo, _frame):
    raise Ended(signo)


def start(argv, out, err):
    pid = os.fork()
    if pid != 0:
        return pid
    try:
        os.setpgid(0, 0)
        for fd, path, flags in ((0, "/dev/null", os.O_RDONLY), (1, out, os.O_WRONLY), (2, err, os.O_WRONLY)):
            new = os.open(path, flags | os.O_CREAT | os.O_APPEND if fd else flags, 0o644)
            os.dup2(new, fd)
            os.close(new)
        os.execvp(argv[0], argv)
    except OSError as e:
        os.write(2, f"{argv[0]}: {e.strerror}\n".encode())
    os._exit(127)


def wait_for(pid):
    while True:
        got, status = os.waitpid(-1, 0)
        if got == pid:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def main():
    seconds, out, err = float(sys.argv[1]), sys.argv[2], sys.argv[3]
    name = os.environ.get("HOLOS_TEST_RUN")
    marker = f"HOLOS_TEST_RUN={name}".encode() if name else None
    for path in (out, err):
        open(path, "w", encoding="utf-8").close()
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    for signo in (signal.SIGALRM, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(signo, stop)
    late = False
    try:
        pid = start(sys.argv[5:], out, err)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        status = wait_for(pid)
    except Ended as e:
        status = 124 if e.args[0] == signal.SIGALRM else 128 + e.args[0]
        late = True
    for signo in (signal.SIGALRM, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(signo, signal.SIG_IGN)
    names = clear_away(marker)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(status, f"{used.ru_utime + used.ru_stime:.2f}", "-" if late or not names else ",".join(names).replace(" ", "_"))


main()
