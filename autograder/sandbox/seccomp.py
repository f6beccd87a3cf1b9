"""The system calls that a confined program may not use.

What can look into other processes, make namespaces, mount, load code into the kernel, keep memory where no
bound counts it, or reach the network is refused; everything else is left to the layer around. pyseccomp
knows the calls' numbers on each processor.
"""

from __future__ import annotations

import errno
import os
from typing import Any

_AF_UNIX = 1
_SOCK_TYPE_MASK = 0xF
_SOL_SOCKET = 1
_SEND_BUFFERS = (7, 32)  # SO_SNDBUF and SO_SNDBUFFORCE
_PRIO_PROCESS = 0
_PR_SET_DUMPABLE = 4

_NAMESPACES = (
    0x00000080,  # CLONE_NEWTIME
    0x00020000,  # CLONE_NEWNS
    0x02000000,  # CLONE_NEWCGROUP
    0x04000000,  # CLONE_NEWUTS
    0x08000000,  # CLONE_NEWIPC
    0x10000000,  # CLONE_NEWUSER
    0x20000000,  # CLONE_NEWPID
    0x40000000,  # CLONE_NEWNET
)

_REFUSED = (
    # Other processes' memory, descriptors and place.
    *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "process_mrelease"),
    *("kcmp", "pidfd_getfd", "move_pages", "migrate_pages"),
    # Namespaces and mounts.
    *("unshare", "setns", "mount", "umount", "umount2", "pivot_root", "chroot", "mount_setattr"),
    *("move_mount", "open_tree", "fsopen", "fsconfig", "fsmount", "fspick", "swapon", "swapoff"),
    *("name_to_handle_at", "open_by_handle_at", "quotactl", "quotactl_fd", "fanotify_init"),
    # The kernel itself and the machine.
    *("bpf", "perf_event_open", "userfaultfd", "init_module", "finit_module", "delete_module"),
    *("kexec_load", "kexec_file_load", "reboot", "syslog", "acct", "iopl", "ioperm", "modify_ldt"),
    *("settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "sethostname", "setdomainname"),
    *("add_key", "request_key", "keyctl", "lookup_dcookie", "vhangup", "nfsservctl"),
    # Calls that would pass by this filter.
    *("io_uring_setup", "io_uring_enter", "io_uring_register"),
    # Memory that belongs to no process and stands in no file system.
    *("memfd_create", "memfd_secret", "shmget", "shmat", "shmctl", "msgget", "semget", "mq_open"),
)

# Where signals cannot be kept inside otherwise, none may be sent.
_SIGNALS = ("kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal")

# Landlock does not see them, and the files may be those of the user who grades.
_TIMES_OF_FILES = ("utime", "utimes", "futimesat", "utimensat")
_OF_FILES = (
    *("chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat", "file_setattr"),
    *("setxattr", "lsetxattr", "fsetxattr", "setxattrat"),
    *("removexattr", "lremovexattr", "fremovexattr", "removexattrat"),
)


def restrict(*, sockets: bool = True, signals: bool = True, attributes: bool = True) -> None:
    """Restricts this process and its children from now on.

    Parameters
    ----------
    sockets
        Whether sockets of the file system may be connected to. Without it only pairs and listening sockets
        are left, so that no socket of the host's can be reached.
    signals
        Whether signals may be sent.
    attributes
        Whether the owner, mode and times of files may be changed. Without it a call that changes owner or mode does
        nothing and says that it did, so that programs that copy and unpack files go on.

    Raises
    ------
    RuntimeError
        If libseccomp is missing or the kernel refuses the filter.
    """
    import pyseccomp as seccomp

    refused = seccomp.ERRNO(errno.EPERM)
    rules = seccomp.SyscallFilter(seccomp.ALLOW)

    def refuse(name: str, *conditions: Any, answer: int = refused) -> None:
        try:
            rules.add_rule(answer, name, *conditions)
        except OSError as error:
            # A call that this processor or this libseccomp does not have.
            if error.errno not in (errno.EFAULT, errno.EINVAL, errno.EOPNOTSUPP):
                raise

    for name in _REFUSED:
        refuse(name)
    for flag in _NAMESPACES:
        refuse("clone", seccomp.Arg(0, seccomp.MASKED_EQ, flag, flag))
    # Its flags are in memory, where no filter can see them; the C library falls back to clone.
    refuse("clone3", answer=seccomp.ERRNO(errno.ENOSYS))
    # libzmq takes any other error than this for its own fault, and aborts.
    unsupported = seccomp.ERRNO(errno.EOPNOTSUPP)
    refuse("socket", seccomp.Arg(0, seccomp.NE, _AF_UNIX), answer=unsupported)
    refuse("socketpair", seccomp.Arg(0, seccomp.NE, _AF_UNIX), answer=unsupported)
    # What stands in sockets is counted by their number.
    for option in _SEND_BUFFERS:
        refuse("setsockopt", seccomp.Arg(1, seccomp.EQ, _SOL_SOCKET), seccomp.Arg(2, seccomp.EQ, option))
    # Whoever cannot be read cannot be measured.
    refuse("prctl", seccomp.Arg(0, seccomp.EQ, _PR_SET_DUMPABLE))
    # The supervisor has the same identity: its limits and its share of the processors are not to be changed.
    refuse("prlimit64", seccomp.Arg(0, seccomp.NE, 0))
    # Threads are named by numbers too, and libzmq sets its own.
    for name in ("sched_setscheduler", "sched_setparam", "sched_setattr", "sched_setaffinity"):
        refuse(name, seccomp.Arg(0, seccomp.EQ, os.getpid()))
    refuse("setpriority", seccomp.Arg(0, seccomp.NE, _PRIO_PROCESS))
    refuse("setpriority", seccomp.Arg(1, seccomp.NE, 0))
    refuse("ioprio_set", seccomp.Arg(1, seccomp.NE, 0))
    if not sockets:
        refuse("connect", answer=seccomp.ERRNO(errno.ECONNREFUSED))
        # A datagram names its receiver as it is sent, where no filter can see it.
        for kind in (2, 3, 4, 5, 10):
            for name in ("socket", "socketpair"):
                refuse(name, seccomp.Arg(1, seccomp.MASKED_EQ, _SOCK_TYPE_MASK, kind), answer=unsupported)
    if not signals:
        for name in _SIGNALS:
            refuse(name)
    if not attributes:
        for name in _OF_FILES:
            refuse(name, answer=seccomp.ERRNO(0))
        # These are also how a program asks whether there is a file, before it makes one.
        for name in _TIMES_OF_FILES:
            refuse(name)
    try:
        rules.load()
    except OSError as error:
        raise RuntimeError(f"the kernel refuses the filter of system calls: {os.strerror(error.errno or 0)}") from error


def unavailable() -> str:
    """What is missing for :func:`restrict`; nothing if it can be tried."""
    try:
        import pyseccomp  # noqa: F401
    except (ImportError, RuntimeError, OSError, AttributeError) as error:
        return str(error)
    return ""
