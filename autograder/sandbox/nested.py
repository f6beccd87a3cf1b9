"""One more confinement, around a program that a confined command starts: where the layer does not tell them apart.

Started as ``python -I -m autograder.sandbox.nested COMMAND…``, it confines itself and becomes the command. Landlock
cannot keep a program from sockets of the host's file system (before its version 9), and a filter of system calls sees
no paths. So what speaks with a kernel over such a socket may connect, and the kernel may not; and it is in a domain of
its own, from which it neither looks into the one that may nor signals it.
"""

from __future__ import annotations

import os
import sys

from autograder.sandbox.seccomp import restrict


def main() -> None:
    """Confines this process; it becomes what its arguments name."""
    from landlockpy import AccessFS, Ruleset, Scope

    # A domain has to forbid something, and nobody here makes devices.
    with Ruleset(handled_fs=AccessFS.MAKE_BLOCK, scoped=Scope.ABSTRACT_UNIX_SOCKET | Scope.SIGNAL) as ruleset:
        ruleset.restrict()
    restrict(sockets=False)
    os.execv(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
