"""What kernels are forked from, kept for the commands to come."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from autograder.datasets import sources
from autograder.exam import data
from autograder.exam.warmed import edition, imports
from autograder.i18n import _
from autograder.sandbox import NotWarm, Warm
from autograder.sandbox.keeper import kept as kept_one


@contextlib.asynccontextmanager
async def kept() -> AsyncIterator[None]:
    """Keeps the processes, with Keras and without, for as long as this is open.

    Raises
    ------
    NotWarm
        If they cannot be used here, or could not read the images.
    AlreadyKept
        If another program keeps them.
    OSError
        If there is no place for their sockets.
    DatasetError
        If the images are damaged or not where they were said to be.
    """
    with data.served() as settings:
        if settings and sources.environment().data is None:
            raise NotWarm(
                _(
                    "the images are copied anew for every command, from a place that students' programs do not see: set"
                    " AUTOGRADER_DATA to a folder that everybody may read"
                )
            )
        async with contextlib.AsyncExitStack() as stack:
            for with_keras in (True, False):
                warm = Warm(imports(with_keras=with_keras), data.places(settings))
                await stack.enter_async_context(kept_one(warm, edition()))
            yield
