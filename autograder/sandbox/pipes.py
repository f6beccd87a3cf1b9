"""Descriptors in an event loop: until they can be read, and as streams."""

from __future__ import annotations

import asyncio
import os
import select
import socket
import struct

from autograder.sandbox import forks
from autograder.sandbox.confined import PIPE_BYTES

CREDENTIALS = struct.Struct("3i")
"""What the system tells of who is at the other end of a socket (SCM_CREDENTIALS, SO_PEERCRED): process, user, group."""


def is_readable(descriptor: int) -> bool:
    """Whether there is something to read now, or its end."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))


async def until_readable(descriptor: int) -> None:
    """Waits until there is something to read, or its end."""
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    loop.add_reader(descriptor, told.set)
    try:
        await told.wait()
    finally:
        loop.remove_reader(descriptor)


async def received(channel: socket.socket) -> bytes:
    """The next message; empty where there comes none any more."""
    await until_readable(channel.fileno())
    return channel.recv(forks.MOST_BYTES)


async def writer(descriptor: int) -> asyncio.StreamWriter:
    """A stream into a pipe, whose descriptor it owns."""
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), os.fdopen(descriptor, "wb", 0)
    )
    return asyncio.StreamWriter(transport, protocol, None, loop)


async def reader(descriptor: int) -> tuple[asyncio.ReadTransport, asyncio.StreamReader]:
    """A stream out of a pipe, whose descriptor its transport owns."""
    stream = asyncio.StreamReader(limit=PIPE_BYTES)
    transport, _protocol = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(descriptor, "rb", 0)
    )
    return transport, stream
